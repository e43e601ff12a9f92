package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.SAID;
import static dev.stoa.server.wire.Chat.SAY;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.event;
import static dev.stoa.server.wire.Chat.expectText;
import static dev.stoa.server.wire.Chat.open;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.Stoa;
import dev.stoa.server.router.PublishOptions;
import dev.stoa.server.router.Router;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double figure(String name) {
        for (Meter meter : registry.getMeters()) {
            if (meter.getId().getName().equals(name)) {
                return meter.measure().iterator().next().getValue();
            }
        }
        throw new AssertionError("no figure " + name);
    }

    /// The loops' own counts are seen by others a moment later.
    private Callable<Boolean> reads(String name, double value) {
        return () -> figure(name) == value;
    }

    @Test
    void figuresTellWhatHappened() {
        Router router = Chat.echoing(Router.create())
                .onOpen(ctx -> ctx.topics().subscribe("lobby"))
                .on(
                        SAY,
                        ctx -> ctx.publish(
                                "lobby",
                                SAID,
                                ctx.payload(),
                                PublishOptions.none()
                                        .withExcludeSelf(ctx.payload().text().equals("others"))));
        try (Stoa stoa =
                Stoa.builder().port(0).metrics(registry).router("/ws", router).start()) {
            String echo = call("ECHO", "1", "a");
            String say = event("SAY", "all");
            String others = event("SAY", "others");
            try (RawPeer ada = open(stoa);
                    RawPeer bob = open(stoa)) {
                bob.send(echo);
                int answer = bob.nextFrame().payload().length;
                ada.send(say).send(others);
                expectText(ada, "SAID", "all");
                expectText(bob, "SAID", "all");
                expectText(bob, "SAID", "others");

                Awaitility.await().until(reads("stoa.messages.in", 3));
                Awaitility.await().until(reads("stoa.messages.out", 4));
                assertThat(figure("stoa.bytes.in")).isEqualTo(echo.length() + say.length() + others.length());
                assertThat(figure("stoa.bytes.out")).isGreaterThan(4 * answer * 0.5);
                assertThat(figure("stoa.connections")).isEqualTo(2);
                assertThat(figure("stoa.sessions")).isEqualTo(2);
                assertThat(figure("stoa.topics")).isEqualTo(1);
                assertThat(figure("stoa.slow.consumers")).isZero();
                assertThat(figure("stoa.frames.dropped")).isZero();
            }
            Awaitility.await().until(reads("stoa.connections", 0));
            assertThat(figure("stoa.sessions")).isZero();
            Awaitility.await().until(reads("stoa.topics", 0));
        }
    }
}
