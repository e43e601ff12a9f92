package dev.stoa.server.entity;

import static dev.stoa.server.entity.House.answer;
import static dev.stoa.server.entity.House.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.server.store.EntityId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// When answers and effects leave (DESIGN: an ack means durable, and order).
class AnswersTest {
    private final House house = new House();

    @Test
    void anAnswerLeavesWhenItsTurnIsKept() {
        house.store.hold();

        var added = house.ask(new TallyCommand.Add(5, null));
        assertThat(added).isNotDone();
        house.store.commit();
        house.steps.run();

        assertThat(answer(added)).isEqualTo(new TallyCommand.Added(house.log(), 1, 5, false));
    }

    @Test
    void aReadWaitsForWhatItHasSeen() {
        house.store.hold();

        house.ask(new TallyCommand.Add(5, null));
        var view = house.ask(new TallyCommand.Look());
        assertThat(view).isNotDone();
        house.store.go();
        house.steps.run();

        assertThat(answer(view).sum()).isEqualTo(5);
    }

    @Test
    void aReadWaitsForNothingWhenAllIsKept() {
        house.add(5);
        house.store.hold();

        assertThat(house.look().sum()).isEqualTo(5);
        assertThat(house.store.waiting()).isZero();
    }

    @Test
    void answersLeaveInTheOrderOfTheirCommands() {
        List<String> order = new ArrayList<>();
        house.store.hold();

        house.ask(new TallyCommand.Add(1, null)).thenRun(() -> order.add("add 1"));
        house.ask(new TallyCommand.Look()).thenRun(() -> order.add("look"));
        house.ask(new TallyCommand.Refuse()).exceptionally(_ -> note(order, "refuse"));
        house.ask(new TallyCommand.Add(2, null)).thenRun(() -> order.add("add 2"));
        house.ask(new TallyCommand.Look()).thenRun(() -> order.add("look again"));
        house.store.go();
        house.steps.run();

        assertThat(order).containsExactly("add 1", "look", "refuse", "add 2", "look again");
    }

    @Test
    void failuresKeepTheirPlaceAmongTheAnswers() {
        List<String> order = new ArrayList<>();
        house.store.hold();

        house.ask(new TallyCommand.Add(1, null)).thenRun(() -> order.add("kept"));
        house.give(new TallyCommand.Add(2, null)).exceptionally(_ -> note(order, "shared its write"));
        house.ask(new TallyCommand.Break()).exceptionally(_ -> note(order, "broke"));
        assertThat(order).isEmpty();
        house.store.go();
        house.steps.run();

        assertThat(order.getFirst()).isEqualTo("kept");
        assertThat(order).hasSize(3);
    }

    private static <T> T note(List<String> order, String what) {
        order.add(what);
        return null;
    }

    @Test
    void whatIsAskedWhileAWriteIsHeldSharesTheNext() {
        house.add(0);
        house.store.hold();

        for (int i = 0; i < 10; i++) {
            house.giveAdd(1);
        }
        house.steps.run();

        assertThat(house.store.waiting()).isEqualTo(1);
    }

    @Test
    void aWriteIsSharedByAtMostSoManyTurns() {
        house.add(0);
        house.store.hold();

        int perWrite = EntitySettings.usual().turnsPerWrite();
        for (int i = 0; i < perWrite + 1; i++) {
            house.giveAdd(1);
        }
        house.steps.run();

        assertThat(house.store.waiting()).isEqualTo(2);
    }

    @Test
    void effectsFollowTheCommitInOrder() {
        house.store.hold();

        house.ask(new TallyCommand.Add(1, null));
        house.ask(new TallyCommand.Add(2, null));
        assertThat(house.diary.lines).doesNotContain("told 1", "told 2");
        house.store.go();
        house.steps.run();

        assertThat(house.diary.lines).containsSubsequence("told 1", "told 2");
    }

    @Test
    void aCommandWithoutAnAnswerFails() {
        assertThat(code(house.ask(new TallyCommand.SayNothing()))).isEqualTo("INTERNAL");
    }

    @Test
    void aCommandThatIsToldHappens() {
        assertThat(house.placement.ref(House.ID).tell(new TallyCommand.Add(3, null)))
                .isTrue();

        assertThat(house.look().sum()).isEqualTo(3);
    }

    @Test
    void whatIsNotAnsweredInTimeFailsAndMayStillHappen() {
        house.store.hold();
        var added = house.ask(new TallyCommand.Add(5, null));

        house.timers.advance(House.DEADLINE);
        house.steps.run();
        assertThat(code(added)).isEqualTo("DEADLINE_EXCEEDED");
        house.store.go();

        assertThat(house.look().sum()).isEqualTo(5);
    }

    @Test
    void aCommandWhoseTimeIsUpIsNotExecuted() {
        house.add(1);
        var late = house.giveAdd(5);

        late.cancel(false);
        house.steps.run();

        assertThat(house.look().sum()).isEqualTo(1);
    }

    @Test
    void aTurnIsOfNoUseOnceItIsOver() {
        List<Turn> kept = new ArrayList<>();
        house.placement.register(new EntityType(
                "keeper", "open", null, (_, _) -> new TurnKeeper(kept), CommandCodec.of(TallyCommand.class)));
        house.placement.ref(new EntityId("keeper", "x")).tell(new TallyCommand.Look());
        house.steps.run();

        Turn turn = kept.getFirst();

        assertThatThrownBy(() -> turn.append("add", null, new byte[0])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> turn.answer(new Done())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> turn.trim(1)).isInstanceOf(IllegalStateException.class);
    }

    /// Keeps the turns it is given.
    private record TurnKeeper(List<Turn> kept) implements Entity {
        @Override
        public Set<String> folds() {
            return Set.of();
        }

        @Override
        public void load(dev.stoa.server.store.Header header, byte[] checkpoint, Map<String, byte[]> rows) {}

        @Override
        public void replay(dev.stoa.server.store.LogRecord record) {}

        @Override
        public void handle(Command<?> command, Turn turn) {
            kept.add(turn);
        }

        @Override
        public boolean mayHibernate() {
            return true;
        }

        @Override
        public void dropped() {}
    }
}
