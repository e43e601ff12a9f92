package dev.stoa.client.error;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// An attempt to connect ended without a connection: no network, a refused handshake, no token.
///
/// Unlike a browser, Java can see the status of a refused handshake.
public final class ConnectFailedException extends ClientException {
    private static final long serialVersionUID = 1;

    private final int status;

    /// @param status the HTTP status of the refusal; 0 when there was no HTTP answer
    public ConnectFailedException(String message, int status, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /// The HTTP status with which the server refused; empty when it gave no HTTP answer.
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }
}
