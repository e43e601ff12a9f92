package dev.stoa.server.entity;

import static dev.stoa.server.entity.House.answer;
import static dev.stoa.server.entity.House.code;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two nodes that both believe an entity is theirs.
class FenceTest {
    private final House first = new House();
    private final House second = new House(EntitySettings.usual(), first.memory);

    @BeforeEach
    void firstOwnsItAndThenSecond() {
        first.add(1);
        first.get(new TallyCommand.Attach("ann"));
        second.add(2);
    }

    @Test
    void aStaleOwnersWriteIsRefused() {
        var stale = first.ask(new TallyCommand.Add(4, null));

        assertThat(code(stale)).isEqualTo("UNAVAILABLE");
        assertThat(second.look().sum()).isEqualTo(3);
    }

    @Test
    void aStaleOwnerDropsItsStateAndTheConnectedOnce() {
        var one = first.giveAdd(4);
        var two = first.give(new TallyCommand.Look());
        first.steps.run();
        first.pass(java.time.Duration.ofMinutes(5));

        assertThat(code(one)).isEqualTo("UNAVAILABLE");
        assertThat(code(two)).isEqualTo("UNAVAILABLE");
        assertThat(first.diary.lines.stream().filter("dropped"::equals)).hasSize(1);
        assertThat(first.placement.active()).isZero();
    }

    @Test
    void whatWaitsAtAStaleOwnerIsRefusedRetryably() {
        first.store.hold();
        var inFlight = first.ask(new TallyCommand.Add(4, null));
        int perWrite = EntitySettings.usual().turnsPerWrite();
        first.store.commit();
        var waiting = first.give(new TallyCommand.Look());
        for (int i = 0; i < perWrite; i++) {
            first.giveAdd(1);
        }
        first.steps.run();

        assertThat(code(inFlight)).isEqualTo("UNAVAILABLE");
        assertThat(code(waiting)).isEqualTo("UNAVAILABLE");
    }

    @Test
    void aStaleOwnerThatIsAskedAgainTakesOver() {
        first.ask(new TallyCommand.Add(4, null));

        assertThat(first.add(8)).isEqualTo(new TallyCommand.Added(first.log(), 3, 11, false));
        assertThat(code(second.ask(new TallyCommand.Add(16, null)))).isEqualTo("UNAVAILABLE");
    }

    @Test
    void ofTwoThatCreateItOneWins() {
        House third = new House();
        House fourth = new House(EntitySettings.usual(), third.memory);
        third.store.hold();
        var loser = third.ask(new TallyCommand.Add(1, null));
        var winner = fourth.ask(new TallyCommand.Add(2, null));
        third.store.go();
        third.steps.run();

        assertThat(answer(winner).offset()).isEqualTo(1);
        assertThat(code(loser)).isEqualTo("UNAVAILABLE");
        assertThat(third.look().sum()).isEqualTo(2);
    }

    @Test
    void aWriteRefusedOnlyBecauseTheOneBeforeFailedDropsNobody() {
        House alone = new House();
        alone.get(new TallyCommand.Attach("ann"));
        alone.store.hold();
        alone.ask(new TallyCommand.Add(1, null));
        alone.ask(new TallyCommand.Add(2, null));
        alone.store.fail();
        alone.store.go();
        alone.steps.run();

        assertThat(alone.diary.lines).doesNotContain("dropped");
        assertThat(alone.look().attached()).isEqualTo(1);
    }
}
