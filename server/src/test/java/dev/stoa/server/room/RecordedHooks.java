package dev.stoa.server.room;

import dev.stoa.protocol.room.LeaveReason;
import dev.stoa.protocol.room.Member;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Hooks that note what they were called for, and do what a test wants. Thread-safe.
final class RecordedHooks implements RoomHooks {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final AtomicInteger inside = new AtomicInteger();
    volatile boolean overlapped;
    volatile @Nullable Act onInit;
    volatile @Nullable Act onJoin;
    volatile @Nullable Act onLeave;
    volatile @Nullable Act onDestroy;

    /// What a hook does.
    interface Act {
        void on(HookRoom room) throws Exception;
    }

    private void note(String call, @Nullable Act act, HookRoom room) throws Exception {
        overlapped |= inside.incrementAndGet() > 1;
        try {
            calls.add(call);
            if (act != null) {
                act.on(room);
            }
        } finally {
            inside.decrementAndGet();
        }
    }

    @Override
    public void onInit(HookRoom room) throws Exception {
        note("init", onInit, room);
    }

    @Override
    public void onJoin(HookRoom room, Member member) throws Exception {
        note("join " + member.memberId(), onJoin, room);
    }

    @Override
    public void onLeave(HookRoom room, Member member, LeaveReason reason) throws Exception {
        note("leave " + member.memberId() + " " + reason, onLeave, room);
    }

    @Override
    public void onDestroy(HookRoom room) throws Exception {
        note("destroy", onDestroy, room);
    }
}
