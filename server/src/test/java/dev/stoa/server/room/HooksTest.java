package dev.stoa.server.room;

import static dev.stoa.server.room.Refusals.refused;
import static dev.stoa.server.room.RoomHouse.ADA;
import static dev.stoa.server.room.RoomHouse.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveOptions;
import dev.stoa.protocol.room.Member;
import dev.stoa.server.entity.Answers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEachStore
@Timeout(60)
@RoomRow(14)
class HooksTest {
    private static final RoomsOptions OPTIONS =
            RoomsOptions.named("main").withLifecycle(new Lifecycle(Duration.ofMinutes(5), Duration.ofDays(1), true));

    private final RecordedHooks hooks = new RecordedHooks();
    private final RoomHouse house;
    private final Room room;

    HooksTest(Keeping keeping) {
        this.house = keeping.house(Rooms.create(OPTIONS).withHooks(hooks));
        this.room = house.room("lobby");
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void hooksAreCalledInTheOrderOfWhatHappens() {
        room.join(JoinOptions.by(ADA));
        room.join(JoinOptions.by(BEN));
        room.leave(LeaveOptions.of("ada"));
        room.leave(LeaveOptions.of("ada"));
        room.destroy(DestroyOptions.keepingAll());

        assertThat(hooks.calls)
                .containsExactly("init", "join ada", "join ben", "leave ada LEFT", "destroy", "leave ben DESTROYED");
    }

    @Test
    void theHooksOfARoomNeverOverlap() {
        hooks.onJoin = at -> Thread.yield();

        List<CompletableFuture<Member>> joins = IntStream.range(0, 50)
                .mapToObj(i -> room.async().join(JoinOptions.as("user" + i)))
                .toList();
        joins.forEach(CompletableFuture::join);

        assertThat(hooks.overlapped).isFalse();
        assertThat(hooks.calls).hasSize(51);
    }

    @Test
    void readingARoomThatNeverWasDoesNotBeginIt() {
        hooks.onInit = at -> at.setState("begun", true);

        room.history();
        room.members();

        assertThat(hooks.calls).isEmpty();
        assertThat(house.rooms.stats().rooms()).isZero();
    }

    @Test
    void refreshingAMembershipAsksNobody() {
        room.join(JoinOptions.by(ADA));
        room.join(JoinOptions.by(ADA));

        assertThat(hooks.calls).containsExactly("init", "join ada");
    }

    // Refusals

    @Test
    void aRefusedJoinLeavesNoTrace() {
        hooks.onInit = at -> at.setState("begun", true);
        hooks.onJoin = at -> {
            at.setState("guests", 1);
            at.state().put("last", RawJson.of("ada"));
            throw new IllegalStateException("full");
        };

        ProtocolException refusal = refused(ErrorCode.PERMISSION_DENIED, () -> room.join(JoinOptions.by(ADA)));

        assertThat(refusal.getMessage()).doesNotContain("full");
        assertThat(room.members().count()).isZero();
        assertThat(room.coordinator().roomState()).isEmpty();
        assertThat(house.rooms.stats().rooms()).isZero();
        assertThat(house.rooms.stats().members()).isZero();
    }

    @Test
    void aRefusalAfterOthersKeepsWhatTheyDid() {
        hooks.onJoin = at -> at.setState("guests", at.memberCount() + 1);
        room.join(JoinOptions.by(ADA));
        hooks.onJoin = at -> {
            at.setState("guests", 99);
            throw ProtocolException.of(ErrorCode.RESOURCE_EXHAUSTED, "only one");
        };

        ProtocolException refusal = refused(ErrorCode.RESOURCE_EXHAUSTED, () -> room.join(JoinOptions.by(BEN)));

        assertThat(refusal).hasMessage("only one");
        assertThat(room.members().members()).extracting(Member::memberId).containsExactly("ada");
        assertThat(room.coordinator().roomState()).containsEntry("guests", RawJson.of(1));
    }

    @Test
    void aRefusedJoinDoesNotBringADestroyedRoomBack() {
        room.publish("said", 1);
        room.destroy(DestroyOptions.keepingAll());
        hooks.onJoin = at -> {
            throw new IllegalStateException("no");
        };

        refused(ErrorCode.PERMISSION_DENIED, () -> room.join(JoinOptions.by(ADA)));

        assertThat(room.lifecycle().destroyedAt()).isNotNull();
        assertThat(room.history().items()).hasSize(1);
    }

    // State

    @Test
    void setStateIsKeptAndDirectChangesLastWhileTheRoomIsInMemory() {
        hooks.onJoin = at -> {
            at.setState("kept", List.of(1, 2));
            at.state().put("fleeting", RawJson.of(true));
        };
        room.join(JoinOptions.by(ADA));
        assertThat(room.coordinator().roomState()).containsOnlyKeys("kept", "fleeting");

        try (RoomHouse next = house.restarted()) {
            assertThat(next.room("lobby").coordinator().roomState())
                    .containsOnlyKeys("kept")
                    .containsEntry("kept", RawJson.parse("[1,2]"));
        }
    }

    @Test
    void aHookThatLeavesTooMuchStateFailsAndLeavesNone() {
        hooks.onJoin = at -> at.setState("big", "x".repeat(70_000));

        refused(ErrorCode.INVALID_ARGUMENT, () -> room.join(JoinOptions.by(ADA)));

        hooks.onJoin = null;
        room.join(JoinOptions.by(ADA));
        assertThat(room.coordinator().roomState()).isEmpty();
    }

    @Test
    void aNewLifeBeginsWithoutTheStateOfTheOld() {
        hooks.onInit = at -> at.setState("begun", true);
        hooks.onJoin = at -> at.setState("guest", "ada");
        room.join(JoinOptions.by(ADA));
        hooks.onJoin = null;
        room.destroy(DestroyOptions.keepingAll());

        room.join(JoinOptions.by(BEN));

        assertThat(room.coordinator().roomState()).containsOnlyKeys("begun");
        assertThat(hooks.calls).endsWith("destroy", "leave ada DESTROYED", "init", "join ben");
    }

    // Hooks that misbehave

    @Test
    void hooksThatThrowDoNotKeepWhatHappenedFromHappening() {
        RecordedHooks.Act broken = at -> {
            throw new AssertionError("broken hook");
        };
        hooks.onInit = broken;
        hooks.onLeave = broken;
        hooks.onDestroy = broken;

        room.join(JoinOptions.by(ADA));
        room.leave(LeaveOptions.of("ada"));
        assertThat(room.members().count()).isZero();
        room.destroy(DestroyOptions.keepingAll());

        assertThat(room.lifecycle().destroyedAt()).isNotNull();
    }

    @Test
    void aHookThatHangsIsGivenUpAndTheRoomGoesOn() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        hooks.onJoin = at -> {
            hangs.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
        };
        CompletableFuture<Member> joining = room.async().join(JoinOptions.by(ADA));
        CompletableFuture<?> behind = room.async().publish(dev.stoa.protocol.room.MessageInput.of("said", 1));
        hangs.await();

        house.timers.advance(Duration.ofSeconds(10));

        refused(ErrorCode.DEADLINE_EXCEEDED, () -> Answers.await(joining));
        behind.join();
        interrupted.await();
        assertThat(room.members().count()).isZero();
    }

    @Test
    void aHookThatIgnoresInterruptionIsLeftBehindWithItsChanges() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch mayGo = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        hooks.onJoin = at -> {
            hangs.countDown();
            boolean waiting = true;
            while (waiting) {
                try {
                    mayGo.await();
                    waiting = false;
                } catch (InterruptedException ignored) {
                    // as a hook that does not care
                }
            }
            at.setState("late", true);
            gone.countDown();
        };
        CompletableFuture<Member> joining = room.async().join(JoinOptions.by(ADA));
        hangs.await();

        house.timers.advance(Duration.ofSeconds(10));
        refused(ErrorCode.DEADLINE_EXCEEDED, () -> Answers.await(joining));
        mayGo.countDown();
        gone.await();

        assertThat(room.coordinator().roomState()).isEmpty();
    }

    @Test
    void allHooksOfOneOperationShareTheirTime() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            room.join(JoinOptions.as("user" + i));
        }
        CountDownLatch hangs = new CountDownLatch(1);
        hooks.onLeave = at -> {
            hangs.countDown();
            new CountDownLatch(1).await();
        };
        CompletableFuture<?> destroying = room.async().destroy(DestroyOptions.keepingAll());
        hangs.await();

        house.timers.advance(Duration.ofSeconds(10));
        destroying.join();

        assertThat(hooks.calls.stream().filter(call -> call.startsWith("leave")))
                .hasSize(1);
        assertThat(room.members().count()).isZero();
    }

    @Test
    void aHookMayUseItsRoomWithoutWaiting() {
        hooks.onJoin = at ->
                house.room("lobby").async().publish(dev.stoa.protocol.room.MessageInput.of("joined", at.memberCount()));

        room.join(JoinOptions.by(ADA));
        house.settle();

        assertThat(room.history().items()).hasSize(1);
    }
}
