package dev.stoa.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.endpoint.document.DocumentsEndpoint;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.wire.ManualTimers;
import dev.stoa.server.wire.RawPeer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Clients that are closed with 1008 retry twice a second for ever, and must not cost much.
class RefusedTest {
    private final ManualTimers clock = new ManualTimers();
    private final AtomicInteger asked = new AtomicInteger();
    private final Set<String> good = ConcurrentHashMap.newKeySet();

    private Studio open(UnaryOperator<DocumentsEndpoint> endpoint) {
        return Studio.open(
                DocumentsOptions.named("boards"),
                applicant -> {
                    asked.incrementAndGet();
                    return Studio.judge(
                            good.contains(applicant.token())
                                    ? new DocumentAuthorizer.Applicant("r", "c", "rw", null)
                                    : new DocumentAuthorizer.Applicant("r", "c", "bad", null));
                },
                endpoint,
                settings ->
                        settings.store(new MemoryStore()).timers(clock).drain(Duration.ZERO, Duration.ofMillis(50)));
    }

    @Test
    void whoIsRefusedAgainAndAgainIsNotLookedAtForAWhile() {
        try (Studio studio = open(endpoint -> endpoint)) {
            for (int i = 0; i < 20; i++) {
                RawPeer.Frame close = studio.connect("r", "ada", "t1").closedWith(1008);
                assertThat(close.closeReason())
                        .isEqualTo(i < 3 ? "Unauthorized" : "refused a moment ago, and not looked at again");
            }
            assertThat(asked).hasValue(3);

            for (int tries = 0; tries < 20; tries++) {
                clock.advance(Duration.ofMillis(500));
                studio.connect("r", "ada", "t1").closedWith(1008);
            }
            assertThat(asked.get()).as("asked in ten seconds").isBetween(3 + 5, 3 + 7);
        }
    }

    @Test
    void aGoodTokenGetsInAtOnceAndTheSameOneOnceItIsGood() {
        try (Studio studio = open(endpoint -> endpoint)) {
            for (int i = 0; i < 10; i++) {
                studio.connect("r", "ada", "t1").closedWith(1008);
            }
            good.add("t2");
            studio.at("r", "ada", "t2").hearsNothing();

            good.add("t1");
            studio.connect("r", "ada", "t1").closedWith(1008);
            clock.advance(Duration.ofMillis(1500));
            studio.at("r", "ada", "t1").hearsNothing();
        }
    }

    @Test
    void othersAreNotConcerned() {
        try (Studio studio = open(endpoint -> endpoint)) {
            for (int i = 0; i < 10; i++) {
                studio.connect("r", "ada", "t1").closedWith(1008);
            }
            asked.set(0);

            studio.connect("r", "bob", "t1").closedWith(1008);
            studio.connect("s", "ada", "t1").closedWith(1008);

            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void theSameHoldsAtTheHandshake() {
        try (Studio studio = open(DocumentsEndpoint::refusingAtHandshake)) {
            for (int i = 0; i < 10; i++) {
                assertThat(studio.connect("r", "ada", "t1").peer().status()).isEqualTo(401);
            }

            assertThat(asked).hasValue(3);
        }
    }
}
