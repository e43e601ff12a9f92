package dev.stoa.server.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stoa.property.Property;
import dev.stoa.server.limit.RateDecision.Allowed;
import dev.stoa.server.limit.RateDecision.Denied;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {
    private final SetClock clock = new SetClock();

    @Test
    void answersFollowTheVectorsOfTheProtocol() {
        var buckets = new TokenBuckets(RatePolicy.of(5, 2), clock);

        assertThat(at(buckets, 0, 1)).isEqualTo(new Allowed(4));
        assertThat(at(buckets, 0, 4)).isEqualTo(new Allowed(0));
        assertThat(at(buckets, 0, 1)).isEqualTo(new Denied(0, 500L));
        assertThat(at(buckets, 400, 1)).isEqualTo(new Denied(0, 500L));
        assertThat(at(buckets, 500, 1)).isEqualTo(new Allowed(0));
        assertThat(at(buckets, 500, 1)).isEqualTo(new Denied(0, 500L));
        assertThat(at(buckets, 1900, 1)).isEqualTo(new Allowed(1));
        assertThat(at(buckets, 2400, 2)).isEqualTo(new Allowed(0));
        assertThat(at(buckets, 2400, 6)).isEqualTo(new Denied(0, null));
        assertThat(at(buckets, 2300, 1)).isEqualTo(new Denied(0, 500L));
        assertThat(at(buckets, 10000, 5)).isEqualTo(new Allowed(0));
        assertThat(at(buckets, 10000, 1)).isEqualTo(new Denied(0, 500L));
        assertThat(at(buckets, 10249, 3)).isEqualTo(new Denied(0, 1500L));
    }

    private RateDecision at(RateLimiter buckets, long millis, int cost) {
        clock.set(millis);
        return buckets.consume("ada", cost);
    }

    @Test
    void smallStepsAddUpInsteadOfStarvingASlowBucket() {
        var buckets = new TokenBuckets(RatePolicy.of(1, 1), clock);
        buckets.consume("ada", 1);

        for (int millis = 10; millis < 1000; millis += 10) {
            assertThat(at(buckets, millis, 1)).isEqualTo(new Denied(0, 1000L));
        }

        assertThat(at(buckets, 1000, 1)).isEqualTo(new Allowed(0));
    }

    @Test
    void aFullBucketSavesNoTimeUp() {
        var buckets = new TokenBuckets(RatePolicy.of(5, 2), clock);

        assertThat(at(buckets, 400, 5)).isEqualTo(new Allowed(0));

        assertThat(at(buckets, 899, 1)).isEqualTo(new Denied(0, 500L));
        assertThat(at(buckets, 900, 1)).isEqualTo(new Allowed(0));
    }

    @Test
    void keysDoNotShareTokens() {
        var buckets = new TokenBuckets(RatePolicy.of(1, 1), clock);

        assertThat(buckets.consume("ada", 1)).isEqualTo(new Allowed(0));
        assertThat(buckets.consume("bob", 1)).isEqualTo(new Allowed(0));
        assertThat(buckets.consume("ada", 1)).isInstanceOf(Denied.class);
    }

    @Test
    void aCostOfNothingPassesAnEmptyBucket() {
        var buckets = new TokenBuckets(RatePolicy.of(1, 1), clock);
        buckets.consume("ada", 1);

        assertThat(buckets.consume("ada", 0)).isEqualTo(new Allowed(0));
    }

    @Test
    void aNegativeCostIsRefused() {
        var buckets = new TokenBuckets(RatePolicy.of(1, 1), clock);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> buckets.consume("ada", -1))
                .withMessage("cost must not be negative: -1");
    }

    @Test
    void neverAllowsEarlierThanTheExactBucketAndNeverPromisesTooEarly() {
        Property.holds(300, chance -> {
            int capacity = chance.between(1, 20);
            double rate = chance.between(1, 4000) / 100.0;
            var policy = RatePolicy.of(capacity, rate);
            var buckets = new TokenBuckets(policy, clock);
            clock.set(0);
            BigDecimal exact = BigDecimal.valueOf(capacity);
            for (int step = 0; step < 60; step++) {
                long passed = chance.between(0, 900);
                clock.advance(Duration.ofMillis(passed));
                exact = exact.add(new BigDecimal(rate)
                                .multiply(BigDecimal.valueOf(passed))
                                .movePointLeft(3))
                        .min(BigDecimal.valueOf(capacity));
                int cost = chance.between(0, capacity);
                switch (buckets.consume("ada", cost)) {
                    case Allowed _ -> {
                        exact = exact.subtract(BigDecimal.valueOf(cost));
                        assertThat(exact).isNotNegative();
                    }
                    case Denied denied -> {
                        clock.advance(Duration.ofMillis(denied.retryAfterMs()));
                        assertThat(buckets.consume("ada", cost)).isInstanceOf(Allowed.class);
                        exact = exact.add(new BigDecimal(rate)
                                        .multiply(BigDecimal.valueOf(denied.retryAfterMs()))
                                        .movePointLeft(3))
                                .min(BigDecimal.valueOf(capacity))
                                .subtract(BigDecimal.valueOf(cost));
                        assertThat(exact).isNotNegative();
                    }
                }
            }
        });
    }

    @Test
    void forgetsBucketsThatAreFullAgain() {
        var buckets = new TokenBuckets(RatePolicy.of(2, 1), clock, 100);
        for (int i = 0; i < 100; i++) {
            buckets.consume("old-" + i, 1);
        }

        clock.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 50; i++) {
            buckets.consume("new-" + i, 1);
        }

        assertThat(buckets.keys()).isEqualTo(50);
    }

    @Test
    void keysWithoutRoomShareOneBucketAndKnownKeysNoticeNothing() {
        var buckets = new TokenBuckets(RatePolicy.of(2, 0.001), clock, 3);
        buckets.consume("a", 1);
        buckets.consume("b", 1);
        buckets.consume("c", 1);

        assertThat(buckets.consume("d", 1)).isEqualTo(new Allowed(1));
        assertThat(buckets.consume("e", 1)).isEqualTo(new Allowed(0));
        assertThat(buckets.consume("f", 1)).isInstanceOf(Denied.class);
        assertThat(buckets.consume("a", 1)).isEqualTo(new Allowed(0));
        assertThat(buckets.keys()).isEqualTo(3);
    }

    @Test
    void aKeyWithoutRoomGetsItsOwnBucketOnceThereIsRoom() {
        var buckets = new TokenBuckets(RatePolicy.of(1, 1), clock, 1);
        buckets.consume("a", 1);
        buckets.consume("b", 1);
        assertThat(buckets.consume("b", 1)).isInstanceOf(Denied.class);

        clock.advance(Duration.ofSeconds(1));

        assertThat(buckets.consume("b", 1)).isEqualTo(new Allowed(0));
        assertThat(buckets.consume("c", 1)).isEqualTo(new Allowed(0));
        assertThat(buckets.consume("d", 1)).isInstanceOf(Denied.class);
    }

    @Test
    void threadsTogetherTakeExactlyWhatTheBucketHolds() throws Exception {
        var buckets = new TokenBuckets(RatePolicy.of(1000, 0.001), clock);
        var allowed = new AtomicInteger();

        Crowd.run(8, _ -> {
            for (int i = 0; i < 500; i++) {
                if (buckets.consume("ada", 1) instanceof Allowed) {
                    allowed.incrementAndGet();
                }
            }
        });

        assertThat(allowed).hasValue(1000);
    }

    @Test
    void theBoundHoldsWhileThreadsBringNewKeysAndOthersAreForgotten() throws Exception {
        var buckets = new TokenBuckets(RatePolicy.of(1, 1000), clock, 50);
        var most = new AtomicInteger();

        Crowd.run(4, number -> {
            for (int i = 0; i < 3000; i++) {
                buckets.consume(number + "-" + i % 100, 1);
                most.accumulateAndGet(buckets.keys(), Math::max);
                if (i % 7 == 0) {
                    clock.advance(Duration.ofMillis(1));
                }
            }
        });

        // a thread may be counted for the moment between asking for room and being refused
        assertThat(most.get()).isBetween(1, 50 + 4);
        assertThat(buckets.keys()).isBetween(1, 50);
    }
}
