package dev.stoa.client.error;

import org.jspecify.annotations.Nullable;

/// Anything that the client tells its caller instead of a result.
public abstract sealed class ClientException extends RuntimeException
        permits ClientStateException,
                ConnectFailedException,
                ConnectionClosedException,
                RequestTimeoutException,
                RoomEndedException,
                RpcException,
                ServerErrorException,
                ValidationException {
    private static final long serialVersionUID = 1;

    ClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// What happened, in words.
    public String text() {
        String message = getMessage();
        return message == null ? getClass().getSimpleName() : message;
    }
}
