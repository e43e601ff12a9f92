package dev.stoa.server.entity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.LogLines;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.Scribe;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Entities are awake when they asked to be.
class AlarmTest {
    private final House house = new House();

    private long wakes(House in) {
        return in.diary.lines.stream().filter("wake"::equals).count();
    }

    private void wakeIn(Duration time) {
        house.get(new TallyCommand.WakeAt(house.timers.millis() + time.toMillis()));
    }

    @Test
    void anAlarmRingsOnceAtItsTime() {
        wakeIn(Duration.ofSeconds(10));

        house.pass(Duration.ofMillis(9_500));
        assertThat(wakes(house)).isZero();
        house.pass(Duration.ofMinutes(5));

        assertThat(wakes(house)).isEqualTo(1);
        assertThat(house.memory.header(House.ID).orElseThrow().wakeAt()).isEqualTo(Header.NEVER);
    }

    @Test
    void aLaterAlarmReplacesAnEarlierOne() {
        wakeIn(Duration.ofSeconds(10));
        wakeIn(Duration.ofSeconds(20));

        house.pass(Duration.ofSeconds(19));
        assertThat(wakes(house)).isZero();
        house.pass(Duration.ofSeconds(2));

        assertThat(wakes(house)).isEqualTo(1);
    }

    @Test
    void anAlarmIsSetOffAgain() {
        wakeIn(Duration.ofSeconds(10));
        house.get(new TallyCommand.WakeAt(Header.NEVER));

        house.pass(Duration.ofMinutes(1));

        assertThat(wakes(house)).isZero();
    }

    @Test
    void anAlarmThatIsPutOffWhileItRingsDoesNotWake() {
        wakeIn(Duration.ofSeconds(10));
        house.give(new TallyCommand.WakeAt(house.timers.millis() + 20_000));
        house.timers.advance(Duration.ofSeconds(10));
        house.steps.run();

        assertThat(wakes(house)).isLessThanOrEqualTo(1);
        house.pass(Duration.ofSeconds(20));
        assertThat(house.memory.header(House.ID).orElseThrow().wakeAt()).isEqualTo(Header.NEVER);
    }

    @Test
    void aHibernatedEntityIsWokenAndRestsAgain() {
        wakeIn(Duration.ofMinutes(10));
        house.pass(Duration.ofMinutes(5));
        assertThat(house.placement.active()).isZero();

        house.pass(Duration.ofMinutes(6));

        assertThat(wakes(house)).isEqualTo(1);
        assertThat(house.placement.active()).isZero();
    }

    @Test
    void anAlarmRingsAlsoAfterARestart() {
        wakeIn(Duration.ofSeconds(10));

        House next = house.dies(EntitySettings.usual());
        next.pass(Duration.ofSeconds(9));
        assertThat(wakes(next)).isZero();
        next.pass(Duration.ofSeconds(3));

        assertThat(wakes(next)).isEqualTo(1);
    }

    @Test
    void anAlarmRingsThoughManyOfAnotherNodesKindsAreDue() {
        for (int i = 0; i < 300; i++) {
            dueFromTheStart(Tally.KIND + "-of-another-node", "tally " + i).commit();
        }
        wakeIn(Duration.ofMinutes(10));
        house.pass(Duration.ofMinutes(5));
        assertThat(house.placement.active()).isZero();

        house.pass(Duration.ofMinutes(6));

        assertThat(wakes(house)).isEqualTo(1);
    }

    @Test
    void anAlarmRingsThoughManyThatCannotBeReadAreDue() {
        for (int i = 0; i < 300; i++) {
            dueFromTheStart(Tally.KIND, "trimmed without a checkpoint " + i)
                    .append("1", "2")
                    .trimBefore(2)
                    .commit();
        }
        wakeIn(Duration.ofMinutes(10));

        try (LogLines complaints = LogLines.of(Resident.class)) {
            house.pass(Duration.ofMinutes(11));

            assertThat(complaints.lines()).isNotEmpty();
        }

        assertThat(wakes(house)).isEqualTo(1);
        assertThat(house.memory.header(House.ID).orElseThrow().wakeAt()).isEqualTo(Header.NEVER);
    }

    private Scribe dueFromTheStart(String kind, String name) {
        return Scribe.creating(house.memory, new EntityId(kind, name)).wakeAt(1);
    }

    @Test
    void anAlarmOfALostWriteDoesNotRing() {
        house.add(1);
        house.store.hold();
        house.ask(new TallyCommand.WakeAt(house.timers.millis() + 1000));
        house.store.fail();
        house.store.go();

        house.pass(Duration.ofMinutes(1));

        assertThat(wakes(house)).isZero();
    }

    @Test
    void aFailingAlarmIsTriedAgainAfterAWhile() {
        house.diary.failsToWake = true;
        wakeIn(Duration.ofSeconds(1));
        house.pass(Duration.ofSeconds(29));
        assertThat(wakes(house)).isEqualTo(1);
        house.pass(Duration.ofSeconds(10));
        assertThat(wakes(house)).isEqualTo(2);

        house.diary.failsToWake = false;
        house.pass(Duration.ofSeconds(31));

        assertThat(wakes(house)).isEqualTo(3);
        house.pass(Duration.ofMinutes(2));
        assertThat(wakes(house)).isEqualTo(3);
    }

    @Test
    void anAlarmSurvivesAStoreThatIsFull() {
        wakeIn(Duration.ofSeconds(10));
        house.store.full(true);
        house.pass(Duration.ofMinutes(1));
        long early = wakes(house);
        house.store.full(false);

        house.pass(Duration.ofMinutes(2));

        assertThat(early).isBetween(1L, 70L);
        assertThat(house.memory.header(House.ID).orElseThrow().wakeAt()).isEqualTo(Header.NEVER);
    }
}
