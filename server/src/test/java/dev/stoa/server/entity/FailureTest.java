package dev.stoa.server.entity;

import static dev.stoa.server.entity.House.answer;
import static dev.stoa.server.entity.House.code;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What becomes of entities when the store or their own code fails.
class FailureTest {
    private final House house = new House();

    @Test
    void aFailedCommitAcknowledgesNothingAndNothingOfItIsVisible() {
        house.add(1);
        house.store.hold();

        var lost = house.ask(new TallyCommand.Add(5, null));
        var seen = house.ask(new TallyCommand.Look());
        house.store.fail();
        house.steps.run();

        assertThat(code(lost)).isEqualTo("UNAVAILABLE");
        assertThat(code(seen)).isEqualTo("UNAVAILABLE");
        assertThat(house.diary.lines).doesNotContain("told 2");
        assertThat(house.look().sum()).isEqualTo(1);
    }

    @Test
    void theEntityGoesOnAfterAFailedCommit() {
        house.add(1);
        house.store.hold();
        house.ask(new TallyCommand.Add(5, null));
        house.store.fail();
        house.store.go();
        house.steps.run();

        assertThat(house.add(2)).isEqualTo(new TallyCommand.Added(house.log(), 2, 3, false));
        assertThat(house.look().row()).isEqualTo(3);
        assertThat(house.look().counted()).isEqualTo(2);
    }

    @Test
    void laterTurnsOfTheSameOwnerFailToo() {
        house.store.hold();

        var first = house.ask(new TallyCommand.Add(1, null));
        var second = house.ask(new TallyCommand.Add(2, null));
        var third = house.ask(new TallyCommand.Look());
        house.store.fail();
        house.store.go();
        house.steps.run();

        assertThat(code(first)).isEqualTo("UNAVAILABLE");
        assertThat(code(second)).isEqualTo("UNAVAILABLE");
        assertThat(code(third)).isEqualTo("UNAVAILABLE");
        assertThat(house.look().lastOffset()).isZero();
    }

    @Test
    void nothingIsHandledWhileWritesOfALostOwnerAreInFlight() {
        house.store.hold();
        house.ask(new TallyCommand.Add(1, null));
        house.ask(new TallyCommand.Add(2, null));
        house.store.fail();

        var later = house.ask(new TallyCommand.Add(3, null));
        assertThat(house.store.opens()).isEqualTo(1);
        house.store.go();
        house.steps.run();

        assertThat(answer(later)).isEqualTo(new TallyCommand.Added(house.log(), 1, 3, false));
    }

    @Test
    void liveStateSurvivesAFailedCommit() {
        house.get(new TallyCommand.Attach("ann"));
        house.store.hold();
        house.ask(new TallyCommand.Add(5, null));
        house.store.fail();
        house.store.go();
        house.steps.run();

        assertThat(house.look().attached()).isEqualTo(1);
        assertThat(house.diary.lines).doesNotContain("dropped");
    }

    @Test
    void whatWasKeptThoughTheStoreCouldNotTellIsThereAfterwards() {
        house.add(1);
        house.store.hold();
        var unknown = house.ask(new TallyCommand.Add(5, null));
        house.store.forget();
        house.store.go();
        house.steps.run();

        assertThat(code(unknown)).isEqualTo("UNAVAILABLE");
        assertThat(house.add(2)).isEqualTo(new TallyCommand.Added(house.log(), 3, 8, false));
    }

    @Test
    void aRefusalLeavesNoTrace() {
        house.add(1);
        int writes = house.store.writes();

        assertThat(code(house.ask(new TallyCommand.Refuse()))).isEqualTo("INVALID_ARGUMENT");

        assertThat(house.store.writes()).isEqualTo(writes);
        assertThat(house.store.opens()).isEqualTo(1);
        assertThat(house.diary.lines).doesNotContain("an effect of a refusal");
    }

    @Test
    void aRefusalAfterAChangeLeavesNoTraceEither() {
        house.store.hold();
        house.giveAdd(1);
        var late = house.ask(new TallyCommand.RefuseLate());
        house.store.go();
        house.steps.run();

        assertThat(code(late)).isEqualTo("INVALID_ARGUMENT");
        house.pass(Duration.ofSeconds(5));
        assertThat(house.diary.lines).doesNotContain("wake");
        assertThat(house.look().sum()).isZero();
    }

    @Test
    void anythingElseThrownThrowsAwayTheTurnsOfItsWrite() {
        house.store.hold();
        var before = house.ask(new TallyCommand.Add(1, null));
        var beside = house.giveAdd(2);
        var broken = house.give(new TallyCommand.Break());
        var after = house.giveAdd(4);
        house.steps.run();
        house.store.go();
        house.steps.run();

        assertThat(answer(before)).isEqualTo(new TallyCommand.Added(house.log(), 1, 1, false));
        assertThat(code(beside)).isEqualTo("UNAVAILABLE");
        assertThat(code(broken)).isEqualTo("INTERNAL");
        assertThat(answer(after)).isEqualTo(new TallyCommand.Added(house.log(), 2, 5, false));
    }

    @Test
    void aWordThatCannotBeKeptFailsItsOwnCommand() {
        var before = house.giveAdd(1);
        house.steps.run();

        assertThat(code(house.ask(new TallyCommand.SetStatus("x".repeat(65))))).isEqualTo("INTERNAL");

        answer(before);
        assertThat(house.add(2).sum()).isEqualTo(3);
    }

    @Test
    void commandsFailRetryablyWhileTheStoreIsDownAndWorkAgainLater() {
        house.store.down(true);
        var down = house.ask(new TallyCommand.Add(1, null));
        assertThat(code(down)).isEqualTo("UNAVAILABLE");
        assertThat(house.placement.active()).isZero();

        house.store.down(false);

        assertThat(house.add(2).sum()).isEqualTo(2);
    }

    @Test
    void oneFailedLoadFailsEverythingThatWaits() {
        house.store.down(true);

        var first = house.give(new TallyCommand.Look());
        var second = house.give(new TallyCommand.Look());
        house.steps.run();

        assertThat(code(first)).isEqualTo("UNAVAILABLE");
        assertThat(code(second)).isEqualTo("UNAVAILABLE");
        assertThat(house.placement.counters().failedLoads()).isEqualTo(1);
    }

    @Test
    void theConnectedOutliveAStoreThatIsDown() {
        house.get(new TallyCommand.Attach("ann"));
        house.store.hold();
        house.ask(new TallyCommand.Add(5, null));
        house.store.down(true);
        house.store.fail();
        house.steps.run();
        house.pass(Duration.ofMinutes(10));
        assertThat(house.placement.active()).isEqualTo(1);

        house.store.down(false);
        house.store.go();

        assertThat(house.look().attached()).isEqualTo(1);
        assertThat(house.diary.lines).doesNotContain("dropped");
    }

    @Test
    void theStateIsReadAgainWithoutACommandOnceTheStoreIsBack() {
        house.get(new TallyCommand.Attach("ann"));
        house.store.hold();
        house.ask(new TallyCommand.Add(5, null));
        house.store.down(true);
        house.store.fail();
        house.steps.run();
        house.store.down(false);
        int loads = house.diary.lines.size();

        house.pass(Duration.ofMinutes(1));

        assertThat(house.diary.lines.size()).isGreaterThan(loads);
    }

    @Test
    void aStoreThatTakesNoWritesIsNotStormed() {
        house.diary.writesWhenLoaded = true;
        house.get(new TallyCommand.Attach("ann"));
        house.store.full(true);
        house.ask(new TallyCommand.Add(5, null));
        int before = house.store.writes();

        house.pass(Duration.ofMinutes(10));

        assertThat(house.store.writes() - before).isLessThan(30);
    }

    @Test
    void anEntityThatFailsToLoadFailsItsCommandsAndLeaves() {
        house.diary.failsWhenLoaded = true;

        assertThat(code(house.ask(new TallyCommand.Look()))).isEqualTo("UNAVAILABLE");

        assertThat(house.placement.active()).isZero();
    }

    @Test
    void anEntityThatFailsWhenItIsLoadedAgainIsTriedLaterAndNotWithoutEnd() {
        house.get(new TallyCommand.Attach("ann"));
        house.diary.failsWhenLoaded = true;
        house.ask(new TallyCommand.Break());
        house.pass(Duration.ofMinutes(2));
        long failed = house.placement.counters().failedLoads();
        house.diary.failsWhenLoaded = false;
        house.pass(Duration.ofMinutes(1));

        assertThat(failed).isBetween(3L, 20L);
        assertThat(house.look().attached()).isEqualTo(1);
    }

    @Test
    void anEntityThatGivesNoCheckpointGoesOnWithoutOne() {
        House often = new House(EntitySettings.usual().withCheckpointEvery(2));
        often.diary.failsToCheckpoint = true;

        for (int i = 1; i <= 10; i++) {
            assertThat(often.add(1).sum()).isEqualTo(i);
        }
    }

    @Test
    void aFailedDeletionLeavesTheEntityAndTheConnectedAsTheyWere() {
        house.get(new TallyCommand.Attach("ann"));
        house.add(3);
        house.store.hold();
        var deleted = house.ask(new TallyCommand.Delete());
        house.store.fail();
        house.store.go();
        house.steps.run();

        assertThat(code(deleted)).isEqualTo("UNAVAILABLE");
        assertThat(house.look().sum()).isEqualTo(3);
        assertThat(house.look().attached()).isEqualTo(1);
        assertThat(house.diary.lines).doesNotContain("dropped");
    }

    @Test
    void effectsThatFailStopNeitherAnswersNorOtherEffects() {
        var first = house.give(new TallyCommand.Add(1, null));
        first.thenRun(() -> {
            throw new IllegalStateException("as the test wants it");
        });
        var second = house.ask(new TallyCommand.Add(2, null));

        answer(second);
        assertThat(house.diary.lines).contains("told 1", "told 2");
    }
}
