package dev.stoa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.client.error.ConnectFailedException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Where the token goes (router protocol, section 1.2).
class TokenTest {
    private final ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void closePeer() throws IOException {
        peer.close();
    }

    @Test
    void tokenIsFormEncodedInTheQuery() {
        assertThat(requestOf(peer.client().token(() -> "t/+ k=é")).target())
                .isEqualTo("/ws?access_token=t%2F%2B+k%3D%C3%A9");
    }

    @Test
    void tokenReplacesAParameterOfItsNameAndTheQueryIsWrittenAnew() {
        String url = peer.url() + "?a=1%202&access_token=old&b=%C3%A9&access_token=older&c";

        assertThat(requestOf(StoaClient.builder(url).token(() -> "new")).target())
                .isEqualTo("/ws?a=1+2&access_token=new&b=%C3%A9&c=");
    }

    @Test
    void queryParameterHasAnotherName() {
        assertThat(requestOf(peer.client().token(() -> "x").tokenIn(TokenPlacement.query("auth")))
                        .target())
                .isEqualTo("/ws?auth=x");
    }

    @Test
    void withoutATokenTheUrlGoesAsItIs() {
        String url = peer.url() + "?a=1%202";

        assertThat(requestOf(StoaClient.builder(url)).target()).isEqualTo("/ws?a=1%202");
        assertThat(requestOf(StoaClient.builder(url).token(() -> null)).target())
                .isEqualTo("/ws?a=1%202");
        assertThat(requestOf(StoaClient.builder(url).token(() -> "")).target()).isEqualTo("/ws?a=1%202");
    }

    @Test
    void tokenIsOfferedAfterTheApplicationsSubprotocols() {
        var request =
                requestOf(peer.client().subprotocols("chat-v2").token(() -> "t").tokenIn(TokenPlacement.subprotocol()));

        assertThat(request.header("Sec-WebSocket-Protocol")).isEqualTo("chat-v2, bearer.t");
        assertThat(request.target()).isEqualTo("/ws");
    }

    @Test
    void tokenIsOfferedBeforeThemWhenToldTo() {
        var place = new TokenPlacement.Subprotocol("jwt.", TokenPlacement.Position.PREPEND);

        assertThat(requestOf(peer.client()
                                .subprotocols("chat-v2")
                                .token(() -> "t")
                                .tokenIn(place))
                        .header("Sec-WebSocket-Protocol"))
                .isEqualTo("jwt.t, chat-v2");
    }

    @Test
    void duplicateAndEmptySubprotocolsAreDropped() {
        assertThat(requestOf(peer.client()
                                .subprotocols("a", "", "bearer.t", "a")
                                .token(() -> "t")
                                .tokenIn(TokenPlacement.subprotocol()))
                        .header("Sec-WebSocket-Protocol"))
                .isEqualTo("a, bearer.t");
    }

    @Test
    void emptyTokenStillYieldsThePrefixAsSubprotocol() {
        assertThat(requestOf(peer.client().token(() -> "").tokenIn(TokenPlacement.subprotocol()))
                        .header("Sec-WebSocket-Protocol"))
                .isEqualTo("bearer.");
    }

    @Test
    void tokenGoesIntoTheAuthorizationHeader() {
        assertThat(requestOf(peer.client().token(() -> "dev:ada").tokenIn(TokenPlacement.header()))
                        .header("Authorization"))
                .isEqualTo("Bearer dev:ada");
    }

    @Test
    void tokenThatDoesNotFitItsPlaceFailsWithoutBeingTold() {
        var client = peer.client()
                .token(() -> "dev:secret")
                .tokenIn(TokenPlacement.subprotocol())
                .reconnect(Reconnect.off())
                .build();

        assertThatThrownBy(client::connect)
                .isInstanceOf(ConnectFailedException.class)
                .satisfies(error -> {
                    for (Throwable part = error; part != null; part = part.getCause()) {
                        assertThat(part.toString()).doesNotContain("secret");
                    }
                });
    }

    @Test
    void failingTokenSourceFailsTheAttempt() {
        var client = peer.client()
                .token(() -> {
                    throw new IOException("sign-in is down");
                })
                .reconnect(Reconnect.off())
                .build();

        assertThatThrownBy(client::connect)
                .isInstanceOf(ConnectFailedException.class)
                .hasRootCauseMessage("sign-in is down");
    }

    @Test
    void everyAttemptAsksForAFreshToken() {
        AtomicInteger asked = new AtomicInteger();
        VirtualTime time = new VirtualTime();
        try (var client = peer.client()
                .token(() -> "t" + asked.incrementAndGet())
                .scheduler(time)
                .build()) {
            client.connectAsync();
            var first = peer.arrival();
            first.refuse(401);
            time.advance(time.nextDelay());
            var second = peer.opened();
            second.close(1000);
            time.advance(time.nextDelay());
            var third = peer.arrival();

            assertThat(first.target()).endsWith("access_token=t1");
            assertThat(second.target()).endsWith("access_token=t2");
            assertThat(third.target()).endsWith("access_token=t3");
        }
    }

    private PeerConnection requestOf(StoaClientBuilder builder) {
        var client = builder.reconnect(Reconnect.off()).build();
        client.connectAsync();
        PeerConnection request = peer.arrival();
        request.refuse(503);
        client.close();
        return request;
    }
}
