package dev.stoa.protocol;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The thirteen error codes that every peer understands, with their rules for retrying (router protocol,
/// section 4.3).
///
/// Applications may use codes of their own wherever a code is a string. Immutable.
public enum ErrorCode {
    UNAUTHENTICATED(false, false, "Authentication token missing, expired or invalid"),
    PERMISSION_DENIED(false, false, "Authenticated, but not allowed to do this"),
    INVALID_ARGUMENT(false, false, "Input failed validation"),
    FAILED_PRECONDITION(false, false, "A required state is not met"),
    NOT_FOUND(false, false, "Target does not exist"),
    ALREADY_EXISTS(false, false, "Target exists already"),
    UNIMPLEMENTED(false, false, "Not supported or not deployed"),
    CANCELLED(false, false, "Call was cancelled"),
    ABORTED(true, true, "Concurrency conflict"),
    DEADLINE_EXCEEDED(true, true, "Call timed out"),
    RESOURCE_EXHAUSTED(true, true, "Rate, quota or buffer limit reached"),
    UNAVAILABLE(true, true, "Temporarily unavailable"),
    INTERNAL(false, true, "Unexpected server error");

    private static final Map<String, ErrorCode> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Enum::name, Function.identity()));

    private final boolean retryable;
    private final boolean retryAfterAllowed;
    private final String description;

    ErrorCode(boolean retryable, boolean retryAfterAllowed, String description) {
        this.retryable = retryable;
        this.retryAfterAllowed = retryAfterAllowed;
        this.description = description;
    }

    /// Returns the standard code of that name, or null when `code` is an application's own.
    public static @Nullable ErrorCode ofName(String code) {
        return BY_NAME.get(code);
    }

    /// Whether a peer may repeat the call unless the sender says otherwise.
    public boolean retryable() {
        return retryable;
    }

    /// Whether an error of this code may carry `retryAfterMs`.
    public boolean retryAfterAllowed() {
        return retryAfterAllowed;
    }

    /// The text sent when the sender gives none.
    public String description() {
        return description;
    }
}
