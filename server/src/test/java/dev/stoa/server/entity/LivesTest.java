package dev.stoa.server.entity;

import static dev.stoa.server.entity.House.answer;
import static dev.stoa.server.entity.House.code;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// New lives of a log, and the end of an entity.
class LivesTest {
    private final House house = new House();

    @Test
    void aNewLifeBeginsWithNothing() {
        house.add(5);
        TallyCommand.View before = house.look();

        house.get(new TallyCommand.BeginAnew());

        TallyCommand.View after = house.look();
        assertThat(after.epoch()).isNotEqualTo(before.epoch());
        assertThat(after.log()).isNotEqualTo(before.log());
        assertThat(after.lastOffset()).isZero();
        assertThat(after.sum()).isZero();
        assertThat(house.add(1)).isEqualTo(new TallyCommand.Added(house.log(), 1, 1, false));
    }

    @Test
    void aNewLifeInTheMiddleOfAWriteKeepsWhatFollows() {
        house.give(new TallyCommand.Add(5, "a"));
        house.give(new TallyCommand.BeginAnew());
        house.give(new TallyCommand.Add(7, "b"));
        house.give(new TallyCommand.BeginAnew());
        var last = house.ask(new TallyCommand.Add(9, "c"));

        assertThat(answer(last)).isEqualTo(new TallyCommand.Added(house.log(), 1, 9, false));
        House next = house.dies(EntitySettings.usual());
        assertThat(next.look().sum()).isEqualTo(9);
        assertThat(next.look().counted()).isEqualTo(1);
    }

    @Test
    void aNewLifeThatIsLostLeavesTheOldOne() {
        house.add(5);
        house.store.hold();
        house.ask(new TallyCommand.BeginAnew());
        house.ask(new TallyCommand.Add(1, null));
        house.store.fail();
        house.store.go();
        house.steps.run();

        assertThat(house.look().sum()).isEqualTo(5);
        assertThat(house.add(1).offset()).isEqualTo(2);
    }

    @Test
    void aNewEpochKeepsTheRecords() {
        house.add(5);
        TallyCommand.View before = house.look();

        house.get(new TallyCommand.RenewEpoch());

        TallyCommand.View after = house.look();
        assertThat(after.epoch()).isNotEqualTo(before.epoch());
        assertThat(after.lastOffset()).isEqualTo(1);
        assertThat(house.dies(EntitySettings.usual()).look().epoch()).isEqualTo(after.epoch());
    }

    @Test
    void aDeletedEntityIsForgotten() {
        house.add(5);
        house.get(new TallyCommand.Attach("ann"));

        house.get(new TallyCommand.Delete());

        assertThat(house.memory.header(House.ID)).isEmpty();
        assertThat(house.memory.totals(Tally.KIND)).isEqualTo(Map.of());
        assertThat(house.diary.lines.getLast()).isEqualTo("dropped");
        assertThat(house.placement.active()).isZero();
    }

    @Test
    void aDeletedEntityCanBeginAgain() {
        house.add(5);
        house.get(new TallyCommand.Delete());

        assertThat(house.add(1)).isEqualTo(new TallyCommand.Added(house.log(), 1, 1, false));
        assertThat(house.memory.totals(Tally.KIND))
                .containsEntry("entities", 1L)
                .containsEntry("adds", 1L);
    }

    @Test
    void noTurnFollowsADeletion() {
        house.add(5);
        var deleted = house.give(new TallyCommand.Delete());
        var after = house.ask(new TallyCommand.Look());

        answer(deleted);
        assertThat(code(after)).isEqualTo("UNAVAILABLE");
    }

    @Test
    void noTurnFollowsTheDeletionOfWhatWasNeverThere() {
        var deleted = house.give(new TallyCommand.Delete());
        var after = house.ask(new TallyCommand.Add(1, null));

        answer(deleted);
        assertThat(code(after)).isEqualTo("UNAVAILABLE");
        assertThat(house.memory.header(House.ID)).isEmpty();
    }

    @Test
    void whatBeginsAndEndsInOneWriteIsNeverKept() {
        var added = house.give(new TallyCommand.Add(1, "key"));
        var deleted = house.ask(new TallyCommand.Delete());

        answer(added);
        answer(deleted);
        assertThat(house.memory.header(House.ID)).isEmpty();
        assertThat(house.memory.totals(Tally.KIND)).isEmpty();
        assertThat(house.placement.active()).isZero();
    }

    @Test
    void aDeletionWaitsForTheWritesBeforeIt() {
        house.store.hold();
        var added = house.ask(new TallyCommand.Add(1, null));
        var deleted = house.ask(new TallyCommand.Delete());
        house.store.commit();
        house.steps.run();
        answer(added);
        assertThat(deleted).isNotDone();

        house.store.go();
        house.steps.run();

        answer(deleted);
        assertThat(house.memory.header(House.ID)).isEmpty();
    }

    @Test
    void totalsFollowTheStatus() {
        house.add(1);
        house.get(new TallyCommand.SetStatus("closed"));

        assertThat(house.memory.totals(Tally.KIND))
                .isEqualTo(Map.of("entities", 1L, "entities.closed", 1L, "adds", 1L));
    }
}
