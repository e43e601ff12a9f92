package dev.stoa.server.entity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.store.EntityId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Entities leave memory and come back.
class RestTest {
    private static final Duration IDLE = EntitySettings.usual().hibernateAfter();

    private final House house = new House();

    @Test
    void anIdleEntityLeavesMemory() {
        house.add(1);

        house.pass(IDLE.plusSeconds(1));

        assertThat(house.placement.active()).isZero();
        assertThat(house.placement.counters().hibernations()).isEqualTo(1);
        assertThat(house.diary.lines).endsWith("hibernated").doesNotContain("dropped");
    }

    @Test
    void anEntityThatIsAskedStays() {
        house.add(1);
        house.pass(IDLE.minusSeconds(1));
        house.look();

        house.pass(IDLE.minusSeconds(1));

        assertThat(house.placement.active()).isEqualTo(1);
    }

    @Test
    void aHibernatedEntityComesBackWithItsState() {
        house.add(5);
        house.pass(IDLE.plusSeconds(1));

        assertThat(house.look().sum()).isEqualTo(5);
        assertThat(house.add(1).offset()).isEqualTo(2);
    }

    @Test
    void anEntityWithSomebodyConnectedStays() {
        house.get(new TallyCommand.Attach("ann"));
        house.add(1);
        house.pass(IDLE.multipliedBy(3));
        assertThat(house.placement.active()).isEqualTo(1);

        house.get(new TallyCommand.Detach("ann"));
        house.pass(IDLE.plusSeconds(1));

        assertThat(house.placement.active()).isZero();
    }

    @Test
    void aTypeMayRestSoonerThanTheOthers() {
        house.placement.register(new EntityType(
                "sleepy",
                "open",
                Duration.ofSeconds(2),
                (id, _) -> new Tally(id, house.diary),
                CommandCodec.of(TallyCommand.class)));
        house.placement.ref(new EntityId("sleepy", "x")).tell(new TallyCommand.Add(1, null));
        house.steps.run();

        house.pass(Duration.ofSeconds(3));

        assertThat(house.placement.active()).isZero();
    }

    @Test
    void anEntityThatWasOnlyReadLeavesNothing() {
        assertThat(house.look().sum()).isZero();

        assertThat(house.placement.active()).isZero();
        assertThat(house.store.writes()).isZero();
        assertThat(house.memory.header(House.ID)).isEmpty();
        assertThat(house.timers.waiting()).isEqualTo(1);
    }

    @Test
    void nothingOfAHibernatedEntityIsLeftInTheTimers() {
        house.get(new TallyCommand.WakeAt(house.timers.millis() + 3_600_000));
        assertThat(house.timers.waiting()).isEqualTo(3);

        house.pass(IDLE.plusSeconds(1));

        assertThat(house.placement.active()).isZero();
        assertThat(house.timers.waiting()).isEqualTo(1);
    }

    @Test
    void aCheckpointIsMadeBeforeTheRestWhenMuchHasHappened() {
        for (int i = 0; i < 101; i++) {
            house.add(1);
        }
        house.pass(IDLE.plusSeconds(1));

        house.look();

        assertThat(house.diary.lines.getLast()).isEqualTo("load 101");
    }

    @Test
    void anEntityRestsWithoutItsCheckpointWhenTheStoreTakesNone() {
        for (int i = 0; i < 200; i++) {
            house.add(1);
        }
        house.store.full(true);
        int before = house.store.writes();

        house.pass(IDLE.plusSeconds(10));

        assertThat(house.store.writes() - before).isEqualTo(1);
        assertThat(house.placement.active()).isZero();
    }
}
