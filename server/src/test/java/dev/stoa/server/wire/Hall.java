package dev.stoa.server.wire;

import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.router.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// The server of one test, at any free port, with the peers that came to it. Closing it cuts them off
/// and stops the server.
final class Hall implements AutoCloseable {
    private final Stoa stoa;
    private final List<RawPeer> peers = new ArrayList<>();

    private Hall(Stoa stoa) {
        this.stoa = stoa;
    }

    /// Opens a hall with that router at `/ws`.
    static Hall of(Router router) {
        return of(RouterEndpoint.of(router));
    }

    static Hall of(RouterEndpoint endpoint) {
        return of(endpoint, settings -> settings);
    }

    static Hall of(Router router, UnaryOperator<Stoa.Builder> settings) {
        return of(RouterEndpoint.of(router), settings);
    }

    static Hall of(RouterEndpoint endpoint, UnaryOperator<Stoa.Builder> settings) {
        return new Hall(
                settings.apply(Stoa.builder().port(0).endpoint("/ws", endpoint)).start());
    }

    Stoa stoa() {
        return stoa;
    }

    int port() {
        return stoa.port();
    }

    /// A peer that is connected at `/ws`.
    RawPeer peer(String... headerLines) {
        return added(RawPeer.open(port(), "/ws", headerLines));
    }

    /// A peer that asked for `target` and was answered, whatever the answer.
    RawPeer asking(String target, String... headerLines) {
        return knocking().upgrade(target, headerLines);
    }

    /// A peer that has connected TCP and said nothing yet.
    RawPeer knocking() {
        return added(RawPeer.connect(port()));
    }

    RawPeer added(RawPeer peer) {
        peers.add(peer);
        return peer;
    }

    @Override
    public void close() {
        peers.forEach(RawPeer::close);
        stoa.close();
    }
}
