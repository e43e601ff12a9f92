package dev.stoa.client;

import dev.stoa.client.link.Link;
import dev.stoa.client.link.Scheduler;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Where a [Connection] stands, with what it holds there.
sealed interface Phase {
    /// Neither connected nor going to be.
    record Closed() implements Phase {}

    /// @param attempt completes when the running attempt has opened, or fails
    record Connecting(CompletableFuture<Void> attempt) implements Phase {}

    /// Open, while the application's state callbacks run and the queue still waits.
    record Opening(Link link, CompletableFuture<Void> attempt) implements Phase {}

    record Open(Link link) implements Phase {}

    /// @param link null when closed before the connection was there
    /// @param done completes when the link has ended
    record Closing(@Nullable Link link, CompletableFuture<Void> done) implements Phase {}

    /// @param timer starts the next attempt
    /// @param number tells this wait from another
    record Waiting(Scheduler.Timer timer, long number) implements Phase {}

    default ClientState state() {
        return switch (this) {
            case Closed ignored -> ClientState.CLOSED;
            case Connecting ignored -> ClientState.CONNECTING;
            case Opening ignored -> ClientState.OPEN;
            case Open ignored -> ClientState.OPEN;
            case Closing ignored -> ClientState.CLOSING;
            case Waiting ignored -> ClientState.RECONNECTING;
        };
    }

    /// The link held, if any.
    default @Nullable Link heldLink() {
        return switch (this) {
            case Opening opening -> opening.link();
            case Open open -> open.link();
            case Closing closing -> closing.link();
            case Closed ignored -> null;
            case Connecting ignored -> null;
            case Waiting ignored -> null;
        };
    }
}
