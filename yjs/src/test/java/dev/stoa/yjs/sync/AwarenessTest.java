package dev.stoa.yjs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.stoa.yjs.Row;
import dev.stoa.yjs.UpdateException;
import dev.stoa.yjs.lib0.ByteWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Who is there.
final class AwarenessTest {
    private final Awareness awareness = new Awareness(AwarenessLimits.defaults());

    @Test
    @Row(36)
    void aFirstStateAtClock0IsIgnored() {
        assertThat(awareness.apply(entry(1, 0, "{}"), 0).isEmpty()).isTrue();
        assertThat(awareness.clients()).isEmpty();
    }

    @Test
    @Row(36)
    void aNewerClockCountsAndAnOlderOrEqualOneDoesNot() {
        assertThat(awareness.apply(entry(1, 5, "{\"a\":1}"), 0).added()).containsExactly(1L);
        assertThat(awareness.apply(entry(1, 5, "{\"a\":2}"), 0).isEmpty()).isTrue();
        assertThat(awareness.apply(entry(1, 4, "{\"a\":3}"), 0).isEmpty()).isTrue();
        assertThat(awareness.apply(entry(1, 6, "{\"a\":4}"), 0).changed()).containsExactly(1L);
        assertThat(awareness.state(1)).contains("{\"a\":4}");
    }

    @Test
    @Row(36)
    void aNewerClockWithAnEqualStateIsHandedOnButIsNoChange() {
        awareness.apply(entry(1, 1, "{\"a\":1,\"b\":2}"), 0);

        Awareness.Change change = awareness.apply(entry(1, 2, "{\"b\":2, \"a\":1}"), 0);

        assertThat(change.updated()).containsExactly(1L);
        assertThat(change.changed()).isEmpty();
        assertThat(change.news()).containsExactly(1L);
    }

    @Test
    @Row(36)
    void leavingCountsAtAnEqualClock() {
        awareness.apply(entry(1, 3, "{}"), 0);

        assertThat(awareness.apply(entry(1, 3, "null"), 0).removed()).containsExactly(1L);
        assertThat(awareness.apply(entry(1, 3, "null"), 0).isEmpty()).isTrue();
        assertThat(awareness.clients()).isEmpty();
    }

    @Test
    void aStateThatHasLeftIsNotRevivedByAnOldMessage() {
        awareness.apply(entry(1, 3, "{}"), 0);
        awareness.apply(entry(1, 4, "null"), 0);

        assertThat(awareness.apply(entry(1, 4, "{}"), 0).isEmpty()).isTrue();
        assertThat(awareness.apply(entry(1, 5, "{}"), 0).added()).containsExactly(1L);
    }

    @Test
    @Row(36)
    void aStateWithoutNewsFor30SecondsIsDropped() {
        awareness.apply(entry(1, 1, "{}"), 1_000);
        awareness.apply(entry(2, 1, "{}"), 5_000);

        assertThat(awareness.expire(30_999).isEmpty()).isTrue();
        assertThat(awareness.expire(31_000).removed()).containsExactly(1L);
        assertThat(awareness.clients()).containsExactly(2L);
        assertThat(awareness.encode(List.of(1L))).isEqualTo(entry(1, 1, "null"));
    }

    @Test
    void aClockIsForgottenAfterAWhile() {
        awareness.apply(entry(1, 9, "{}"), 0);
        awareness.remove(List.of(1L), 0);

        awareness.expire(Duration.ofMinutes(5).toMillis());

        assertThat(awareness.apply(entry(1, 1, "{}"), 0).added()).containsExactly(1L);
    }

    @Test
    void theStatesOfAConnectionThatHasGoneAreRemoved() {
        awareness.apply(entry(1, 1, "{}"), 0);
        awareness.apply(entry(2, 1, "{}"), 0);

        assertThat(awareness.remove(List.of(1L, 7L), 0).removed()).containsExactly(1L);
        assertThat(awareness.encode(List.of(1L, 2L, 7L)))
                .isEqualTo(new byte[] {2, 1, 1, 4, 'n', 'u', 'l', 'l', 2, 1, 2, '{', '}'});
    }

    @Test
    void nobodyElseRemovesTheOwnState() {
        awareness.set(5, "{\"me\":1}", 0);

        Awareness.Change change = awareness.apply(entry(5, 3, "null"), 0);

        assertThat(change.updated()).containsExactly(5L);
        assertThat(awareness.encode(List.of(5L))).isEqualTo(entry(5, 4, "{\"me\":1}"));
    }

    @Test
    void everyLimitIsNamedAndNothingChanges() {
        Awareness small = new Awareness(new AwarenessLimits(2, 10, 2, Duration.ofSeconds(30), Duration.ofMinutes(5)));
        small.apply(entry(1, 1, "{}"), 0);

        over(small, "entries", new byte[] {3, 1, 2, 1, '1', 2, 2, 1, '1', 3, 2, 1, '1'});
        over(small, "stateBytes", entry(1, 2, "\"" + "x".repeat(20) + "\""));
        over(small, "clients", new byte[] {2, 8, 1, 1, '1', 9, 1, 1, '1'});
        assertThat(small.clients()).containsExactly(1L);
    }

    @Test
    void aStateThatIsNotJsonIsRefused() {
        assertThatExceptionOfType(UpdateException.class).isThrownBy(() -> awareness.apply(entry(1, 1, "{"), 0));
        assertThatExceptionOfType(UpdateException.class).isThrownBy(() -> awareness.apply(new byte[] {1, 1}, 0));
        assertThatExceptionOfType(UpdateException.class).isThrownBy(() -> awareness.apply(new byte[] {0, 0}, 0));
    }

    @Test
    void theClocksOfThoseWhoLeftAreBounded() {
        Awareness small = new Awareness(new AwarenessLimits(2, 10, 3, Duration.ofSeconds(30), Duration.ofMinutes(5)));
        for (int i = 1; i <= 1000; i++) {
            small.apply(entry(i, 1, "{}"), i);
            small.remove(List.of((long) i), i);
        }

        assertThat(small.encode(LongStream.rangeClosed(1, 1000).boxed().toList())[0])
                .isLessThanOrEqualTo((byte) 8);
    }

    private static void over(Awareness awareness, String limit, byte[] update) {
        assertThatExceptionOfType(UpdateException.class)
                .isThrownBy(() -> awareness.apply(update, 0))
                .satisfies(e -> assertThat(e.limit()).contains(limit));
    }

    private static byte[] entry(long client, long clock, String state) {
        ByteWriter out = new ByteWriter();
        out.varUint(1);
        out.varUint(client);
        out.varUint(clock);
        out.varString(state);
        return out.toBytes();
    }
}
