package dev.stoa.client.room;

import dev.stoa.client.Reconnect;
import dev.stoa.client.ScriptedPeer;
import dev.stoa.client.StoaClient;
import dev.stoa.client.StoaClientBuilder;
import dev.stoa.client.VirtualTime;
import dev.stoa.protocol.room.JoinOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A scripted peer, virtual time, and rooms that know no other.
final class RoomSetup implements AutoCloseable {
    static final Duration FIRST_RETRY = Duration.ofMillis(300);

    final ScriptedPeer peer = new ScriptedPeer();
    final VirtualTime time = new VirtualTime();
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger tokens = new AtomicInteger();

    /// A room with its own socket; its tokens are `t1`, `t2` and so on.
    RoomBuilder<Room> own() {
        return Room.builder(peer.origin(), "chat").token(this::token).connection(this::calm);
    }

    RoomBuilder<Channel> ownChannel() {
        return Channel.builder(peer.origin(), "news").token(this::token).connection(this::calm);
    }

    StoaClient shared() {
        StoaClientBuilder builder = StoaClient.builder(peer.url());
        calm(builder);
        return builder.build();
    }

    String token() {
        return "t" + tokens.incrementAndGet();
    }

    int tokensAsked() {
        return tokens.get();
    }

    /// The next connection to a room's own socket, open.
    ServerEnd opened() {
        var connection = peer.arrival();
        connection.open("stoa.room.v1");
        return new ServerEnd(connection);
    }

    ServerEnd connected(StoaClient client) {
        return new ServerEnd(peer.connected(client));
    }

    /// Joins over the next connection, into epoch `e1` at `offset`.
    ServerEnd joined(Room room, long offset) {
        var joining = room.joinAsync(JoinOptions.none());
        ServerEnd server = opened();
        server.letIn("e1", offset, false);
        await(joining);
        return server;
    }

    /// The connection after this one was cut.
    ServerEnd reopenedAfterCut(ServerEnd server) {
        return reopenedAfterCut(server, FIRST_RETRY);
    }

    ServerEnd reopenedAfterCut(ServerEnd server, Duration delay) {
        server.connection().cut();
        time.pass(delay);
        return opened();
    }

    static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void calm(StoaClientBuilder builder) {
        builder.withoutPings()
                .closeTimeout(Duration.ofMillis(100))
                .scheduler(time)
                .reconnect(Reconnect.standard().withJitter(Reconnect.Jitter.NONE))
                .ids(() -> "id" + ids.incrementAndGet());
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
