package dev.stoa.client.error;

import java.time.Duration;

/// No answer came in time. The server was told to stop; a later answer is ignored.
public final class RequestTimeoutException extends ClientException {
    private static final long serialVersionUID = 1;

    private final Duration timeout;

    public RequestTimeoutException(String requestType, Duration timeout) {
        super("no answer to " + requestType + " within " + timeout.toMillis() + " ms", null);
        this.timeout = timeout;
    }

    /// The time that was given, counted from the call of `request`.
    public Duration timeout() {
        return timeout;
    }
}
