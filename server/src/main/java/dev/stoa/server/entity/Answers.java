package dev.stoa.server.entity;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/// Waits for what entities answer, on virtual threads. Stateless.
public final class Answers {
    private Answers() {}

    /// What an asynchronous operation comes to. The operation has a deadline of its own.
    ///
    /// @throws ProtocolException as the operation failed; `CANCELLED` when the waiting thread is interrupted
    public static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw reason(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw ProtocolException.of(ErrorCode.CANCELLED, "interrupted while waiting for an answer");
        }
    }

    /// The error behind a failed stage, as peers may be told.
    public static ProtocolException reason(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof ProtocolException known ? known : ProtocolException.wrap(cause);
    }
}
