package dev.stoa.server.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stoa.server.limit.ReconnectDamper.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReconnectDamperTest {
    private static final Pace STRICT = Pace.USUAL.tolerating(0);

    private final SetClock clock = new SetClock();
    private final ReconnectDamper damper = new ReconnectDamper(STRICT, clock, ReconnectDamper.DEFAULT_MAX_KEYS);

    @Test
    void anUnknownPeerMayComeInAtOnce() {
        assertThat(damper.delayFor("ada")).isZero();
    }

    @Test
    void theDelayDoublesFrom300MillisecondsTo10Seconds() {
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            damper.punish("ada");
            delays.add(damper.delayFor("ada").toMillis());
        }

        assertThat(delays).containsExactly(300L, 600L, 1200L, 2400L, 4800L, 9600L, 10000L, 10000L, 10000L);
    }

    @Test
    void theFirstEightPunishmentsCostNothing() {
        var usual = new ReconnectDamper(clock);
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            usual.punish("ada");
            delays.add(usual.delayFor("ada").toMillis());
        }

        assertThat(delays).containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 300L, 600L, 1200L);
    }

    @Test
    void aPeerThatIsCutOffRarelyIsNeverHeldBack() {
        var usual = new ReconnectDamper(clock);
        for (int i = 0; i < 100; i++) {
            usual.punish("ada");
            assertThat(usual.delayFor("ada")).isZero();
            clock.advance(Pace.USUAL.quiet());
        }
    }

    @Test
    void theDelayRunsOff() {
        damper.punish("ada");

        clock.advance(Duration.ofMillis(100));
        assertThat(damper.delayFor("ada")).hasMillis(200);
        clock.advance(Duration.ofMillis(200));
        assertThat(damper.delayFor("ada")).isZero();
    }

    @Test
    void aPeerThatComesBackTooSoonAgainIsHeldBackLongerThanBefore() {
        damper.punish("ada");
        clock.advance(Duration.ofMillis(300));
        damper.punish("ada");

        assertThat(damper.delayFor("ada")).hasMillis(600);
    }

    @Test
    void eachQuietPeriodTakesOnePunishmentBack() {
        for (int i = 0; i < 4; i++) {
            damper.punish("ada");
        }

        clock.advance(Duration.ofSeconds(60));
        damper.punish("ada");

        assertThat(damper.delayFor("ada")).hasMillis(1200);
    }

    @Test
    void afterEnoughQuietAPeerStartsAfresh() {
        for (int i = 0; i < 20; i++) {
            damper.punish("ada");
        }

        clock.advance(Duration.ofSeconds(30 * 7));
        damper.punish("ada");

        assertThat(damper.delayFor("ada")).hasMillis(300);
    }

    @Test
    void peersAreHeldBackEachForTheirOwn() {
        damper.punish("ada");

        assertThat(damper.delayFor("bob")).isZero();
    }

    @Test
    void aClockThatRunsBackwardsNeverMakesTheDelayLonger() {
        clock.set(1_000_000);
        damper.punish("ada");

        clock.set(0);

        assertThat(damper.delayFor("ada")).hasMillis(300);
    }

    @Test
    void forgivenPeersMakeRoomFirst() {
        var small = new ReconnectDamper(STRICT, clock, 4);
        small.punish("old");
        clock.advance(Duration.ofSeconds(30));
        for (String key : List.of("a", "b", "c", "d")) {
            small.punish(key);
        }

        assertThat(small.keys()).isEqualTo(4);
        for (String key : List.of("a", "b", "c", "d")) {
            assertThat(small.delayFor(key)).hasMillis(300);
        }
    }

    @Test
    void whenNobodyIsForgivenTheOneClosestToItGivesWay() {
        var small = new ReconnectDamper(STRICT, clock, 3);
        small.punish("stubborn");
        small.punish("stubborn");
        small.punish("first");
        clock.advance(Duration.ofMillis(10));
        small.punish("second");

        small.punish("third");

        assertThat(small.keys()).isEqualTo(3);
        assertThat(small.delayFor("first")).isZero();
        assertThat(small.delayFor("stubborn")).hasMillis(590);
        assertThat(small.delayFor("third")).hasMillis(300);
    }

    @Test
    void aPaceThatMakesNoSenseIsRefused() {
        Duration second = Duration.ofSeconds(1);

        assertThatIllegalArgumentException().isThrownBy(() -> new Pace(0, Duration.ZERO, second, second));
        assertThatIllegalArgumentException().isThrownBy(() -> new Pace(0, second, Duration.ofMillis(1), second));
        assertThatIllegalArgumentException().isThrownBy(() -> new Pace(0, second, second, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> Pace.USUAL.tolerating(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReconnectDamper(STRICT, clock, 0));
    }

    @Test
    void noPunishmentIsLostWhenThreadsPunishTogether() throws Exception {
        var slow = new ReconnectDamper(
                new Pace(0, Duration.ofMillis(1), Duration.ofDays(365), Duration.ofDays(1)), clock, 10);

        Crowd.run(4, _ -> {
            for (int i = 0; i < 5; i++) {
                slow.punish("ada");
            }
        });

        assertThat(slow.delayFor("ada")).hasMillis(1L << 19);
    }

    @Test
    void theTableStaysSmallWhileThreadsPunishNewPeers() throws Exception {
        var small = new ReconnectDamper(STRICT, clock, 100);
        var most = new AtomicInteger();

        Crowd.run(4, number -> {
            for (int i = 0; i < 5000; i++) {
                small.punish(number + "-" + i);
                most.accumulateAndGet(small.keys(), Math::max);
            }
        });

        assertThat(most.get()).isBetween(100, 104);
    }
}
