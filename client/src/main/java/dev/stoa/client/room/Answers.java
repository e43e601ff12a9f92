package dev.stoa.client.room;

import dev.stoa.client.error.ClientException;
import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ClientStateException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Waits for what a room answers.
final class Answers {
    private Answers() {}

    /// Blocks until the answer is there; an interrupt ends the operation and stays set.
    ///
    /// @throws ClientException when there is none
    static <R> R await(CompletableFuture<R> answer, String what) {
        try {
            return answer.get();
        } catch (ExecutionException error) {
            if (error.getCause() instanceof ClientException known) {
                known.fillInStackTrace();
                throw known;
            }
            throw new IllegalStateException("unexpected failure of " + what, error.getCause());
        } catch (InterruptedException interrupted) {
            answer.cancel(false);
            Thread.currentThread().interrupt();
            throw new ClientStateException(Reason.ABORTED, "interrupted while waiting for " + what);
        }
    }
}
