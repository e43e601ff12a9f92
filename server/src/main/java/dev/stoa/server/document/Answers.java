package dev.stoa.server.document;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/// Waits for answers, on virtual threads. Stateless.
final class Answers {
    private Answers() {}

    /// What an operation comes to, which has a deadline of its own.
    ///
    /// @throws ProtocolException as the operation failed; `CANCELLED` when the waiting thread is
    ///     interrupted
    static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw reason(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw ProtocolException.of(ErrorCode.CANCELLED, "interrupted while waiting for the document");
        }
    }

    /// The error behind a failed stage.
    static ProtocolException reason(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof ProtocolException known ? known : ProtocolException.wrap(cause);
    }
}
