package dev.stoa.client.error;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The server answered the request with an error, an `RPC_ERROR` frame (router protocol, section 4.2).
public final class RpcException extends ClientException {
    private static final long serialVersionUID = 1;

    private final String code;
    private final String words;
    private final transient Map<String, Object> details;
    private final boolean retryable;
    private final @Nullable Duration retryAfter;
    private final String correlationId;

    public RpcException(
            String code,
            String message,
            Map<String, Object> details,
            boolean retryable,
            @Nullable Duration retryAfter,
            String correlationId) {
        super(code + ": " + message, null);
        this.words = message;
        this.code = code;
        this.details = details;
        this.retryable = retryable;
        this.retryAfter = retryAfter;
        this.correlationId = correlationId;
    }

    /// What the server said, without the code.
    @Override
    public String text() {
        return words;
    }

    /// The stable code: a name of [dev.stoa.protocol.ErrorCode] or an application's own.
    public String code() {
        return code;
    }

    /// Further facts; empty when there are none.
    public Map<String, Object> details() {
        return details;
    }

    /// Whether to try again: what the server said, else what the code implies; an unknown code is
    /// retryable only if the server named a delay.
    public boolean retryable() {
        return retryable;
    }

    /// How long the server asks to wait before a retry, in whole milliseconds.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /// The id of the request.
    public String correlationId() {
        return correlationId;
    }
}
