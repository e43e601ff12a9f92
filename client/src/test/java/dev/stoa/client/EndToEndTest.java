package dev.stoa.client;

import static dev.stoa.client.Contracts.GET_USER;
import static dev.stoa.client.Contracts.SAID;
import static dev.stoa.client.Contracts.SAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stoa.client.Contracts.GetUser;
import dev.stoa.client.Contracts.Say;
import dev.stoa.client.Contracts.User;
import dev.stoa.client.error.ConnectFailedException;
import dev.stoa.client.error.RpcException;
import dev.stoa.client.error.ServerErrorException;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.router.Router;
import dev.stoa.server.session.CloseReason;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The client and the real server.
class EndToEndTest {
    private final Recording<String> clientIds = new Recording<>();
    private final Recording<String> cancelled = new Recording<>();
    private final Stoa stoa = Stoa.builder()
            .port(0)
            .endpoint(
                    "/ws",
                    RouterEndpoint.of(router())
                            .authenticatedBy(request -> request.token()
                                    .filter(token -> token.startsWith("dev:"))
                                    .<Authentication>map(token -> Authentication.accept(token.substring(4)))
                                    .orElseGet(Authentication::reject))
                            .supporting("chat-v2"))
            .start();

    @AfterEach
    void stop() {
        stoa.close();
    }

    @Test
    void callsEventsAndTopicsWork() {
        Recording<String> heard = new Recording<>();
        Recording<String> progress = new Recording<>();
        try (var ada = client().token(() -> "dev:ada").open();
                var bob = client().token(() -> "dev:bob").open()) {
            bob.on(SAID, message -> heard.accept(message.payload().text()));

            User user = ada.request(
                            GET_USER,
                            new GetUser("1"),
                            RequestOptions.none().onProgress(data -> progress.accept(data.toString())))
                    .payload();
            ada.send(SAY, new Say("hello"));

            assertThat(user).isEqualTo(new User("1", "Ada"));
            assertThat(progress.next()).isEqualTo("{\"step\":1}");
            assertThat(heard.next()).isEqualTo("hello");
        }
    }

    @Test
    void everyPlaceOfTheTokenIsUnderstood() {
        try (var query = client().token(() -> "dev:ada").open();
                var subprotocol = client().token(() -> "t")
                        .subprotocols("chat-v2")
                        .tokenIn(new TokenPlacement.Subprotocol("bearer.dev", TokenPlacement.Position.APPEND))
                        .build()) {
            assertThat(query.protocol()).isEmpty();

            var refused = catchThrowableOfType(ConnectFailedException.class, subprotocol::connect);

            assertThat(refused.status()).hasValue(401);
        }
    }

    @Test
    void offeredSubprotocolIsChosen() {
        try (var client =
                client().token(() -> "dev:ada").subprotocols("chat-v2").open()) {
            assertThat(client.protocol()).isEqualTo("chat-v2");
        }
    }

    @Test
    void errorsOfTheServerAreThrown() {
        try (var client = client().token(() -> "dev:ada").open()) {
            var missing =
                    catchThrowableOfType(RpcException.class, () -> client.request(GET_USER, new GetUser("nobody")));
            var event = catchThrowableOfType(
                    ServerErrorException.class, () -> client.request(SAY, new Say("forbidden"), SAID));

            assertThat(missing.code()).isEqualTo("NOT_FOUND");
            assertThat(missing.retryable()).isFalse();
            assertThat(event.code()).isEqualTo("PERMISSION_DENIED");
        }
    }

    @Test
    void cancellingReachesTheHandler() {
        try (var client = client().token(() -> "dev:ada").open()) {
            Recording<String> started = new Recording<>();
            var answer = client.requestAsync(
                    GET_USER, new GetUser("slow"), RequestOptions.none().onProgress(data -> started.accept("started")));
            started.next();

            answer.cancel(true);

            assertThat(cancelled.next()).isEqualTo("slow");
        }
    }

    @Test
    void clientComesBackAfterAKick() {
        try (var client = client().token(() -> "dev:ada")
                .reconnect(Reconnect.standard().withJitter(Reconnect.Jitter.NONE))
                .open()) {
            Recording<ClientState> states = new Recording<>();
            client.onState(states);

            stoa.kick(clientIds.next(), new CloseReason(4401, "out"));
            client.send(SAY, new Say("queued or sent"));

            assertThat(states.next()).isEqualTo(ClientState.RECONNECTING);
            client.onceOpen().orTimeout(20, TimeUnit.SECONDS).join();
            assertThat(client.lastClose()).contains(new Closure(4401, "out"));
            assertThat(client.request(GET_USER, new GetUser("1")).payload().name())
                    .isEqualTo("Ada");
        }
    }

    private StoaClientBuilder client() {
        return StoaClient.builder("ws://127.0.0.1:" + stoa.port() + "/ws");
    }

    private Router router() {
        return Router.create()
                .onOpen(ctx -> {
                    clientIds.accept(ctx.clientId());
                    ctx.topics().subscribe("lobby");
                })
                .on(SAY, ctx -> {
                    if (ctx.payload().text().equals("forbidden")) {
                        ctx.error(ErrorCode.PERMISSION_DENIED);
                    } else {
                        ctx.publish("lobby", SAID, ctx.payload());
                    }
                })
                .rpc(GET_USER, ctx -> {
                    ctx.progress(new Contracts.Step(1));
                    switch (ctx.payload().id()) {
                        case "nobody" -> ctx.error(ErrorCode.NOT_FOUND);
                        case "slow" -> ctx.onCancel(() -> cancelled.accept("slow"));
                        default -> ctx.reply(new User(ctx.payload().id(), "Ada"));
                    }
                });
    }
}
