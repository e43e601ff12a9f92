package dev.stoa.server.entity;

import static dev.stoa.server.entity.House.answer;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What is done under a key is done once.
class OnceTest {
    private final House house = new House();

    private TallyCommand.Added add(long amount, String key) {
        return house.get(new TallyCommand.Add(amount, key));
    }

    @Test
    void aKeyHoldsAcrossACommit() {
        add(5, "key");

        assertThat(add(5, "key")).isEqualTo(new TallyCommand.Added(house.log(), 1, 5, true));
        assertThat(house.look().sum()).isEqualTo(5);
    }

    @Test
    void aKeyHoldsWhileItsCommitIsPending() {
        house.store.hold();
        var first = house.ask(new TallyCommand.Add(5, "key"));
        var second = house.ask(new TallyCommand.Add(5, "key"));
        assertThat(second).isNotDone();
        house.store.go();
        house.steps.run();

        assertThat(answer(first).again()).isFalse();
        assertThat(answer(second)).isEqualTo(new TallyCommand.Added(house.log(), 1, 5, true));
    }

    @Test
    void aKeyHoldsInOneWrite() {
        var first = house.give(new TallyCommand.Add(5, "key"));
        var second = house.ask(new TallyCommand.Add(5, "key"));

        assertThat(answer(first).again()).isFalse();
        assertThat(answer(second).again()).isTrue();
    }

    @Test
    void aKeyOfALostWriteIsFree() {
        house.store.hold();
        house.ask(new TallyCommand.Add(5, "key"));
        house.store.fail();
        house.store.go();
        house.steps.run();

        assertThat(add(7, "key")).isEqualTo(new TallyCommand.Added(house.log(), 1, 7, false));
    }

    @Test
    void aKeyHoldsAfterARestart() {
        add(5, "key");

        House next = house.dies(EntitySettings.usual());

        assertThat(next.get(new TallyCommand.Add(5, "key")).again()).isTrue();
    }

    @Test
    void forgottenKeysAreFreeAtOnce() {
        add(5, "a/1");
        add(5, "b/1");
        house.store.hold();
        house.give(new TallyCommand.Add(5, "a/2"));
        house.give(new TallyCommand.ForgetKeys("a/"));
        var committed = house.give(new TallyCommand.Add(1, "a/1"));
        var pending = house.give(new TallyCommand.Add(1, "a/2"));
        var other = house.ask(new TallyCommand.Add(1, "b/1"));
        house.store.go();
        house.steps.run();

        assertThat(answer(committed).again()).isFalse();
        assertThat(answer(pending).again()).isFalse();
        assertThat(answer(other).again()).isTrue();
        assertThat(add(1, "a/1").again()).isTrue();
    }

    @Test
    void aNewLifeKnowsNoKeysOfTheOld() {
        add(5, "key");
        house.give(new TallyCommand.BeginAnew());

        assertThat(add(7, "key")).isEqualTo(new TallyCommand.Added(house.log(), 1, 7, false));
    }
}
