package dev.stoa.server.entity;

import static dev.stoa.server.entity.House.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.store.Scan;
import org.junit.jupiter.api.Test;

/// Checkpoints, and the log in front of them.
class CheckpointTest {
    private static final EntitySettings SETTINGS = EntitySettings.usual().withCheckpointEvery(10);

    private final House house = new House(SETTINGS);

    private void add(int times) {
        for (int i = 0; i < times; i++) {
            house.add(1);
        }
    }

    /// Further commits wait for the test.
    private void addEachCommittedAlone(int times) {
        house.store.hold();
        for (int i = 0; i < times; i++) {
            house.giveAdd(1);
            house.steps.run();
            house.store.commit();
            house.steps.run();
        }
    }

    private String lastLoad(House in) {
        in.look();
        return in.diary.lines.stream()
                .filter(line -> line.startsWith("load"))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    @Test
    void aCheckpointIsMadeEveryFewRecords() {
        add(9);
        assertThat(house.memory.checkpoints(house.look().log())).isEmpty();

        add(16);

        assertThat(house.memory.checkpoints(house.look().log()))
                .extracting(dev.stoa.server.store.Checkpoint::offset)
                .containsExactly(20L, 10L);
    }

    @Test
    void aColdStartReadsTheNewestCheckpointAndWhatLiesBehind() {
        add(25);

        House next = house.dies(SETTINGS);

        assertThat(lastLoad(next)).isEqualTo("load 20");
        assertThat(next.look().sum()).isEqualTo(25);
    }

    @Test
    void aDamagedCheckpointFallsBackToTheOneBefore() {
        add(25);

        House next = house.dies(SETTINGS);
        next.store.damage(20);

        assertThat(lastLoad(next)).isEqualTo("load 10");
        assertThat(next.look().sum()).isEqualTo(25);
    }

    @Test
    void withoutAnyCheckpointTheWholeLogIsRead() {
        add(25);

        House next = house.dies(SETTINGS);
        next.store.damage(20);
        next.store.damage(10);

        assertThat(lastLoad(next)).isEqualTo("load nothing");
        assertThat(next.look().sum()).isEqualTo(25);
    }

    @Test
    void withoutAnyCheckpointATrimmedLogIsRefused() {
        add(25);
        house.get(new TallyCommand.Trim(5));
        assertThat(house.look().firstOffset()).isEqualTo(6);

        House next = house.dies(SETTINGS);
        next.store.damage(20);
        next.store.damage(10);

        assertThat(code(next.ask(new TallyCommand.Look()))).isEqualTo("UNAVAILABLE");
        assertThat(code(next.ask(new TallyCommand.Add(1, null)))).isEqualTo("UNAVAILABLE");
    }

    @Test
    void theLogIsTrimmedOnlyBehindTwoCheckpoints() {
        add(15);
        house.get(new TallyCommand.Trim(15));
        assertThat(house.look().firstOffset()).isEqualTo(1);

        add(1);
        assertThat(house.look().firstOffset()).isEqualTo(1);
        add(1);
        assertThat(house.look().firstOffset()).isEqualTo(11);
        add(10);
        assertThat(house.look().firstOffset()).isEqualTo(16);

        assertThat(house.look().counted()).isEqualTo(27 - 15);
        assertThat(house.memory.read(house.look().log(), Scan.ascending(1, 100, 100)))
                .hasSize(27 - 15);
    }

    @Test
    void aCheckpointThatCannotBeReadBackLetsNothingGo() {
        add(25);
        house.store.damage(20);
        house.get(new TallyCommand.Trim(15));
        add(3);

        assertThat(house.look().firstOffset()).isEqualTo(1);
    }

    @Test
    void aTrimmedLogStillGivesTheStateFromTheOlderCheckpoint() {
        add(25);
        house.get(new TallyCommand.Trim(10));
        assertThat(house.look().firstOffset()).isEqualTo(11);

        House next = house.dies(SETTINGS);
        next.store.damage(20);

        assertThat(next.look().sum()).isEqualTo(25);
    }

    @Test
    void aTrimAskedForByALostTurnIsForgotten() {
        add(25);
        house.store.hold();
        house.give(new TallyCommand.Add(1, null));
        house.give(new TallyCommand.Trim(5));
        house.steps.run();
        house.store.fail();
        house.store.go();
        house.steps.run();
        add(5);

        assertThat(house.look().firstOffset()).isEqualTo(1);
    }

    @Test
    void noCheckpointFollowsOneThatIsNotKeptYet() {
        house.store.hold();
        for (int i = 0; i < 60; i++) {
            house.ask(new TallyCommand.Add(1, null));
        }
        house.store.go();
        house.steps.run();

        assertThat(house.memory.checkpoints(house.look().log()))
                .extracting(dev.stoa.server.store.Checkpoint::offset)
                .containsExactly(10L);
        add(1);
        assertThat(house.memory.checkpoints(house.look().log()))
                .extracting(dev.stoa.server.store.Checkpoint::offset)
                .containsExactly(61L, 10L);
    }

    private static final int LARGE = 2 * Image.PART_BYTES + 1000;

    @Test
    void aLargeCheckpointIsWrittenInPartsBesideTheTurns() {
        house.diary.checkpointBytes = LARGE;
        addEachCommittedAlone(10);
        int writes = house.store.writes();

        // the first part went with the tenth turn; with nothing else to write, each follows the one before it
        for (int part = 1; part < 3; part++) {
            assertThat(house.store.waiting()).isEqualTo(1);
            assertThat(house.memory.checkpoints(house.log())).isEmpty();
            house.store.commit();
            house.steps.run();
        }
        assertThat(house.store.writes()).isEqualTo(writes + 1);
        assertThat(house.memory.checkpoints(house.log())).singleElement().satisfies(kept -> {
            assertThat(kept.offset()).isEqualTo(10);
            assertThat(kept.body()).hasSize(LARGE);
        });
        house.store.go();
        add(1);
        assertThat(lastLoad(house.dies(SETTINGS))).isEqualTo("load 10");
    }

    @Test
    void turnsGoOnBetweenThePartsOfALargeCheckpoint() {
        house.diary.checkpointBytes = 6 * Image.PART_BYTES;
        add(9);
        addEachCommittedAlone(5);
        assertThat(house.diary.lines).containsSubsequence("part", "told 10", "part", "told 11", "part");

        house.store.go();
        house.steps.run();
        House next = house.dies(SETTINGS);
        assertThat(lastLoad(next)).isEqualTo("load 10");
        assertThat(next.look().sum()).isEqualTo(14);
    }

    @Test
    void whatIsWrittenOfACheckpointWhenTheProcessDiesIsOfNoUseAndOfNoHarm() {
        house.diary.checkpointBytes = LARGE;
        addEachCommittedAlone(10);
        house.store.commit();
        house.steps.run();

        House next = house.dies(SETTINGS);
        next.diary.checkpointBytes = LARGE + 2 * Image.PART_BYTES;

        assertThat(lastLoad(next)).isEqualTo("load nothing");
        assertThat(next.look().sum()).isEqualTo(10);
        for (int i = 0; i < 10; i++) {
            next.add(1);
        }
        assertThat(next.memory.checkpoints(next.log()))
                .singleElement()
                .satisfies(kept -> assertThat(kept.body()).hasSize(LARGE + 2 * Image.PART_BYTES));
    }

    @Test
    void aWriteThatFailsAmongThePartsOfACheckpointLosesTheCheckpointOnly() {
        house.diary.checkpointBytes = LARGE;
        addEachCommittedAlone(10);
        house.store.commit();
        house.steps.run();
        house.store.fail();
        house.store.go();
        house.steps.run();

        assertThat(house.look().sum()).isEqualTo(10);
        assertThat(house.memory.checkpoints(house.log())).isEmpty();
        add(10);
        assertThat(house.memory.checkpoints(house.log())).isNotEmpty();
        assertThat(house.dies(SETTINGS).look().sum()).isEqualTo(20);
    }

    @Test
    void aLogThatEndsTakesTheCheckpointThatIsBeingMadeWithIt() {
        house.diary.checkpointBytes = LARGE;
        add(9);
        house.store.hold();
        house.giveAdd(1);
        house.steps.run();
        house.give(new TallyCommand.BeginAnew());
        house.store.go();
        house.steps.run();
        add(3);

        assertThat(house.memory.checkpoints(house.log())).isEmpty();
        assertThat(house.dies(SETTINGS).look().sum()).isEqualTo(3);
    }

    @Test
    void bytesThatCannotBeMadeAreTriedAgainLater() {
        house.diary.checkpointBytes = LARGE;
        house.diary.failsToMakeBytes = true;
        add(15);
        assertThat(house.memory.checkpoints(house.log())).isEmpty();

        house.diary.failsToMakeBytes = false;
        add(5);

        assertThat(house.memory.checkpoints(house.log()))
                .extracting(dev.stoa.server.store.Checkpoint::offset)
                .containsExactly(20L);
    }

    @Test
    void whoGoesToRestWaitsForItsLargeCheckpoint() {
        house.diary.checkpointBytes = LARGE;
        add(5);
        house.pass(EntitySettings.usual().hibernateAfter().plusSeconds(1));

        assertThat(house.diary.lines).containsSubsequence("part", "part", "part", "hibernated");
        assertThat(house.memory.checkpoints(house.log()))
                .extracting(dev.stoa.server.store.Checkpoint::offset)
                .containsExactly(5L);
    }

    @Test
    void aLogIsTrimmedBehindLargeCheckpointsThatWereReadBack() {
        house.diary.checkpointBytes = LARGE;
        add(25);
        house.get(new TallyCommand.Trim(15));
        add(1);
        assertThat(house.look().firstOffset()).isEqualTo(11);

        house.store.damage(20);
        add(15);
        assertThat(house.dies(SETTINGS).look().sum()).isEqualTo(41);
    }

    @Test
    void morePagesThanOneAreReplayed() {
        House plain = new House(EntitySettings.usual().withCheckpointEvery(1_000_000));
        for (int i = 0; i < 2_500; i++) {
            plain.add(1);
        }

        assertThat(plain.dies(EntitySettings.usual()).look().sum()).isEqualTo(2_500);
    }
}
