package dev.stoa.yjs;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Bytes that are refused: not an update (or vector, snapshot, message), over a limit, or of a kind
/// that is not known.
///
/// Whatever threw it has changed nothing. The message names the thing, the limit and the value, never
/// content.
public final class UpdateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Why the bytes were refused.
    public enum Reason {
        /// They are not what they should be.
        MALFORMED,
        /// They ask for more than is allowed; [#limit] names the limit.
        OVER_LIMIT,
        /// They hold a kind of struct, type, value or message that is not known here.
        UNSUPPORTED
    }

    private final Reason reason;
    private final @Nullable String limit;

    private UpdateException(Reason reason, @Nullable String limit, String message) {
        super(message);
        this.reason = reason;
        this.limit = limit;
    }

    /// For bytes that are not what they should be.
    public static UpdateException malformed(String message) {
        return new UpdateException(Reason.MALFORMED, null, message);
    }

    /// For a kind that is not known.
    public static UpdateException unsupported(String message) {
        return new UpdateException(Reason.UNSUPPORTED, null, message);
    }

    /// For bytes over a limit.
    ///
    /// @param limit the name of the limit, a component of [Limits]
    public static UpdateException overLimit(String limit, String thing, long value, long allowed) {
        return new UpdateException(Reason.OVER_LIMIT, limit, thing + " of " + value + " exceeds " + allowed);
    }

    /// Why they were refused: what a peer is told.
    public Reason reason() {
        return reason;
    }

    /// The component of [Limits] that was exceeded.
    public Optional<String> limit() {
        return Optional.ofNullable(limit);
    }
}
