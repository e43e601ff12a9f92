package dev.stoa.client;

import dev.stoa.client.error.ConnectFailedException;
import dev.stoa.client.lane.Lane;
import dev.stoa.client.link.Connector;
import dev.stoa.client.link.Handshake;
import dev.stoa.client.link.Link;
import dev.stoa.client.link.LinkLimits;
import dev.stoa.client.link.Scheduler;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/// Makes one attempt to connect: asks for the token, does the handshake, checks the answer. Thread-safe.
///
/// @param handshakes what to ask for
/// @param connector the network
/// @param limits of the links made
/// @param scheduler of the links made
/// @param executor where the token source, which may block, is asked
record Dialer(Handshakes handshakes, Connector connector, LinkLimits limits, Scheduler scheduler, Executor executor) {
    /// The future completes with an open link that does not read yet, or fails with what [#failure]
    /// translates.
    CompletableFuture<Link> dial(Link.Owner owner) {
        CompletableFuture<Handshake> ready = new CompletableFuture<>();
        new Lane(executor).submit(() -> {
            try {
                ready.complete(handshakes.next());
            } catch (Throwable error) {
                ready.completeExceptionally(new ConnectFailedException("no token for the connection", 0, error));
            }
        });
        return ready.thenCompose(handshake ->
                Link.open(connector, handshake, owner, limits, scheduler).thenApply(link -> checked(handshake, link)));
    }

    /// A server that is offered subprotocols must choose one (router protocol, section 1.3); the JDK
    /// does not insist.
    private static Link checked(Handshake handshake, Link link) {
        if (!handshake.subprotocols().isEmpty() && link.subprotocol().isEmpty()) {
            link.abort(Link.ABNORMAL, "no subprotocol chosen");
            throw new ConnectFailedException("the server chose none of the offered subprotocols", 0, null);
        }
        return link;
    }

    /// What a failed attempt is to the application.
    static ConnectFailedException failure(Throwable error) {
        Throwable cause = error;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case ConnectFailedException known -> known;
            case WebSocketHandshakeException refused
            when refused.getResponse() != null ->
                new ConnectFailedException(
                        "the server refused the handshake with status "
                                + refused.getResponse().statusCode(),
                        refused.getResponse().statusCode(),
                        refused);
            default -> new ConnectFailedException("connection failed: " + cause, 0, cause);
        };
    }
}
