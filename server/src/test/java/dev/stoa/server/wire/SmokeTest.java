package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import dev.stoa.server.Stoa;
import dev.stoa.server.router.Dispatch;
import dev.stoa.server.router.Router;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.Test;

class SmokeTest {
    record Say(@NotBlank String text) {}

    record Said(String from, String text) {}

    static final MessageType<Say> SAY = MessageType.of("SAY", Say.class);
    static final MessageType<Said> SAID = MessageType.of("SAID", Said.class);
    static final RpcType<Say, Say> ECHO = RpcType.of("ECHO", Say.class, "ECHOED", Say.class);

    @Test
    void everythingPublishedReachesEverySubscriber() {
        Router router = Router.create()
                .onOpen(ctx -> ctx.topics().subscribe("lobby"))
                .on(
                        SAY,
                        ctx -> ctx.publish(
                                "lobby",
                                SAID,
                                new Said(ctx.clientId(), ctx.payload().text())))
                .rpc(ECHO, ctx -> {
                    ctx.progress(1);
                    ctx.reply(ctx.payload());
                });
        router.route(RpcType.of("FAST", Say.class, "FASTER", Say.class))
                .dispatch(Dispatch.INLINE)
                .rpc(ctx -> ctx.reply(ctx.payload()));

        try (Stoa stoa = Stoa.builder().port(0).router("/ws", router).start();
                RawPeer ada = RawPeer.open(stoa.port(), "/ws");
                RawPeer bob = RawPeer.open(stoa.port(), "/ws")) {
            ada.send("{\"type\":\"ECHO\",\"meta\":{\"correlationId\":\"1\"},\"payload\":{\"text\":\"x\"}}");
            assertThat(ada.expect("$ws:rpc-progress").path("data").asInt()).isEqualTo(1);
            ada.expect("ECHOED");
            bob.send("{\"type\":\"FAST\",\"meta\":{\"correlationId\":\"1\"},\"payload\":{\"text\":\"x\"}}");
            bob.expect("FASTER");

            ada.send("{\"type\":\"SAY\",\"payload\":{\"text\":\"hi\"}}");

            assertThat(ada.expect("SAID").path("payload").path("text").asString())
                    .isEqualTo("hi");
            assertThat(bob.expect("SAID").path("payload").path("text").asString())
                    .isEqualTo("hi");
            ada.send("{\"type\":\"SAY\",\"payload\":{\"text\":\" \"}}");
            ada.expectError("ERROR", "INVALID_ARGUMENT");
        }
    }
}
