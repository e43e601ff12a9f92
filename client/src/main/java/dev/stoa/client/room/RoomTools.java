package dev.stoa.client.room;

import dev.stoa.client.ClientFault;
import dev.stoa.client.Reconnect;
import dev.stoa.client.TokenSource;
import dev.stoa.client.lane.Lane;
import dev.stoa.client.link.Scheduler;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// What rooms use of the client that carries them. Immutable.
///
/// @param scheduler runs their timeouts
/// @param executor runs callbacks and completes futures
/// @param clock dates what the server did not
/// @param ids makes correlation ids, idempotency keys and device ids
/// @param random spreads retries
/// @param reconnect how long to wait before retries
/// @param tokens where fresh tokens come from
/// @param faults takes what belongs to no call
/// @param wake connects a client that connects by itself; else does nothing
public record RoomTools(
        Scheduler scheduler,
        Executor executor,
        InstantSource clock,
        Supplier<String> ids,
        RandomGenerator random,
        Reconnect reconnect,
        TokenSource tokens,
        Consumer<ClientFault> faults,
        Runnable wake) {
    /// Runs `task` soon, on the executor, whatever locks the caller holds.
    void later(Runnable task) {
        new Lane(executor).submit(task);
    }
}
