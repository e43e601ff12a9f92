package dev.stoa.protocol;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An error with a stable code, meant for a peer: thrown by a handler, it becomes the `ERROR` or
/// `RPC_ERROR` frame with its code, message, details and retry hint. The cause and the stack never leave
/// the server.
///
/// Thread-safe: fields do not change after construction.
public class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String code;
    private final transient Map<String, Object> details;
    private final transient Retry retry;
    private final @Nullable String correlationId;

    protected ProtocolException(
            String code,
            String message,
            @Nullable Map<String, ?> details,
            Retry retry,
            @Nullable String correlationId,
            @Nullable Throwable cause,
            boolean withStack) {
        super(message, cause, true, withStack);
        if (code.isBlank()) {
            throw new IllegalArgumentException("an error code must not be blank");
        }
        this.code = code;
        this.details = details == null ? Map.of() : Collections.unmodifiableMap(withoutNulls(details));
        this.retry = retry;
        this.correlationId = correlationId;
    }

    /// An error of a standard code with the code's own description.
    public static ProtocolException of(ErrorCode code) {
        return of(code.name(), code.description(), null);
    }

    public static ProtocolException of(ErrorCode code, String message) {
        return of(code.name(), message, null);
    }

    public static ProtocolException of(ErrorCode code, String message, Map<String, ?> details) {
        return of(code.name(), message, details);
    }

    public static ProtocolException of(String code, String message, @Nullable Map<String, ?> details) {
        return new ProtocolException(code, message, details, Retry.byCode(), null, null, true);
    }

    /// An error caused by what a peer sent: carries no stack, so that hostile input stays cheap.
    public static ProtocolException ofPeer(ErrorCode code, String message, @Nullable Map<String, ?> details) {
        return new ProtocolException(code.name(), message, details, Retry.byCode(), null, null, false);
    }

    /// Returns `error` unchanged if it is a `ProtocolException`, else an `INTERNAL` error with it as the
    /// cause and with its message. That message is for handlers and logs: whoever answers a peer with a
    /// wrapped error puts its own text in its place, unless error details are exposed by configuration
    /// (section 4.6).
    public static ProtocolException wrap(Throwable error) {
        return error instanceof ProtocolException known
                ? known
                : retag(error, ErrorCode.INTERNAL.name(), messageOf(error), null);
    }

    /// Returns `error` unchanged if it is a `ProtocolException`, else a new error of `code` with it as
    /// the cause.
    public static ProtocolException wrap(Throwable error, String code, String message) {
        return error instanceof ProtocolException known ? known : retag(error, code, message, null);
    }

    /// As [#wrap(Throwable, String, String)], with details.
    public static ProtocolException wrap(
            Throwable error, String code, String message, @Nullable Map<String, ?> details) {
        return error instanceof ProtocolException known ? known : retag(error, code, message, details);
    }

    /// Always makes a new error of `code` with `error` as its cause.
    public static ProtocolException retag(
            Throwable error, String code, String message, @Nullable Map<String, ?> details) {
        return new ProtocolException(code, message, details, Retry.byCode(), null, error, true);
    }

    /// The same error with a retry hint.
    public ProtocolException withRetry(Retry value) {
        return copy(value, correlationId);
    }

    /// The same error, tied to the call with that id.
    public ProtocolException withCorrelationId(String value) {
        return copy(retry, value);
    }

    private ProtocolException copy(Retry newRetry, @Nullable String newCorrelationId) {
        StackTraceElement[] stack = getStackTrace();
        var copy =
                new ProtocolException(code, text(), details, newRetry, newCorrelationId, getCause(), stack.length > 0);
        copy.setStackTrace(stack);
        return copy;
    }

    public String code() {
        return code;
    }

    /// The message, never null.
    public String text() {
        String message = getMessage();
        return message == null ? code : message;
    }

    /// Further facts; empty when there are none. Not yet sanitised.
    public Map<String, Object> details() {
        return details;
    }

    public Retry retry() {
        return retry;
    }

    /// The id of the call this error belongs to, when it is known.
    public @Nullable String correlationId() {
        return correlationId;
    }

    /// What a peer may see: code, message, details and retry fields; never the cause, stack or
    /// correlation id.
    public ErrorPayload toPayload() {
        return ErrorPayload.of(code, text(), details, retry);
    }

    /// What a structured log may hold: code, message, sanitised details, the cause's name and message,
    /// and the stack trace of both, each left out when there is none.
    public Map<String, Object> toLogFields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("code", code);
        fields.put("message", text());
        Map<String, Object> safe = SafeDetails.of(details);
        if (!safe.isEmpty()) {
            fields.put("details", safe);
        }
        Throwable cause = getCause();
        if (cause != null) {
            fields.put("cause", cause.toString());
        }
        if (cause != null || getStackTrace().length > 0) {
            StringWriter stack = new StringWriter();
            printStackTrace(new PrintWriter(stack));
            fields.put("stack", stack.toString());
        }
        return fields;
    }

    private static Map<String, Object> withoutNulls(Map<String, ?> details) {
        Map<String, Object> kept = new LinkedHashMap<>();
        details.forEach((key, value) -> {
            if (value != null) {
                kept.put(key, value);
            }
        });
        return kept;
    }

    private static String messageOf(Throwable error) {
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}
