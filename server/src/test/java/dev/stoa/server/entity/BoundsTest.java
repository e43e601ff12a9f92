package dev.stoa.server.entity;

import static dev.stoa.server.entity.House.answer;
import static dev.stoa.server.entity.House.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.server.store.EntityId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Every queue of an entity has an end (DESIGN: bounds).
class BoundsTest {
    private static final EntitySettings SETTINGS =
            new EntitySettings(2, 4, 10_000, 64, 1000, Duration.ofSeconds(60), Duration.ofSeconds(1));

    private final House house = new House(SETTINGS);

    @Test
    void aFullMailboxRefusesTheNextCommand() {
        for (int i = 0; i < 4; i++) {
            assertThat(house.giveAdd(1)).isNotDone();
        }

        var refused = house.giveAdd(1);

        assertThat(code(refused)).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(refused.handle((_, failure) -> failure.getMessage()).join()).contains("main", "4 commands");
        assertThat(house.placement.ref(House.ID).tell(new TallyCommand.Look())).isFalse();
        house.steps.run();
        assertThat(house.look().sum()).isEqualTo(4);
    }

    @Test
    void moreEntitiesThanMayBeActiveAreRefused() {
        ask("a");
        ask("b");

        assertThat(code(ask("c"))).isEqualTo("RESOURCE_EXHAUSTED");

        assertThat(house.placement.active()).isEqualTo(2);
        house.pass(Duration.ofMinutes(2));
        assertThat(answer(ask("c")).sum()).isEqualTo(1);
    }

    private CompletableFuture<TallyCommand.Added> ask(String name) {
        var added =
                house.placement.ref(new EntityId(Tally.KIND, name)).ask(new TallyCommand.Add(1, null), House.DEADLINE);
        house.steps.run();
        return added;
    }

    @Test
    void anEntityFarAheadOfTheStoreWaitsForIt() {
        house.store.hold();
        for (int i = 0; i < 4; i++) {
            house.ask(new TallyCommand.AddBytes(4_000));
        }

        assertThat(house.store.waiting()).isEqualTo(3);

        house.store.go();
        house.steps.run();
        assertThat(house.look().lastOffset()).isEqualTo(4);
    }

    @Test
    void readsBehindASlowWriteAreBoundedToo() {
        house.add(1);
        house.store.hold();
        house.ask(new TallyCommand.Add(1, null));

        List<CompletableFuture<TallyCommand.View>> views = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            views.add(house.ask(new TallyCommand.Look()));
        }

        assertThat(views.stream().filter(CompletableFuture::isDone)).hasSize(12);
        house.store.go();
        house.steps.run();
        assertThat(views).allMatch(CompletableFuture::isDone);
    }

    @Test
    void onceKeysOfAnEntityThatIsNeverIdleDoNotPileUp() {
        var onces = new PendingOnces();
        for (int i = 1; i <= 1000; i++) {
            onces.put(new dev.stoa.server.store.Once("key " + i, Long.MAX_VALUE, new byte[0]), i);
            onces.committed(i - 1);
        }

        assertThat(onces.decides("key 999")).isFalse();
        assertThat(onces.decides("key 1000")).isTrue();
    }

    @Test
    void boundsMustMakeSense() {
        assertThatThrownBy(() -> SETTINGS.withMailboxCapacity(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SETTINGS.withHibernateAfter(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EntitySettings(1, 1, 1, 1, 1, Duration.ZERO, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKindIsRegisteredOnceAndBeforeItIsAsked() {
        assertThatThrownBy(() -> house.placement.register(Tally.type(house.diary)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> house.placement.ref(new EntityId("unknown", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown");
    }

    @Test
    void anEntityThatCannotBeMadeFailsItsCommands() {
        house.placement.register(new EntityType(
                "unmade",
                "open",
                null,
                (_, _) -> {
                    throw new IllegalStateException("as the test wants it");
                },
                CommandCodec.of(TallyCommand.class)));

        var asked = house.placement.ref(new EntityId("unmade", "x")).ask(new TallyCommand.Look(), House.DEADLINE);
        house.steps.run();

        assertThat(code(asked)).isEqualTo("UNAVAILABLE");
        assertThat(house.placement.active()).isZero();
    }
}
