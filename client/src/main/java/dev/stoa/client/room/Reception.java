package dev.stoa.client.room;

import dev.stoa.client.RequestOptions;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.MembersResult;
import dev.stoa.protocol.room.RoomMessages.AwarenessEvent;
import dev.stoa.protocol.room.RoomMessages.Gap;
import dev.stoa.protocol.room.RoomMessages.GetMembers;
import dev.stoa.protocol.room.RoomMessages.Joined;
import dev.stoa.protocol.room.RoomMessages.MemberChange;
import dev.stoa.protocol.room.RoomMessages.MetadataChange;
import dev.stoa.protocol.room.RoomMessages.PresenceChanges;
import dev.stoa.protocol.room.RoomMessages.Restored;
import dev.stoa.protocol.room.RoomMessages.UpdateEvent;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Takes in what a room tells, and hands on each thing once and in order.
///
/// Listens from the answer to a join until the next join is sent: what comes between is old, and the answer to
/// that join brings it again. Events are taken in on the message lane, one at a time; state is behind the
/// attachment's lock, and callbacks run without it.
final class Reception {
    private static final int PAGE = 1000;
    /// The offset of messages that are not in the log, such as those to chosen users.
    private static final int UNKEPT = 0;

    private final ReentrantLock lock;
    private final Setting setting;
    private final RoomListeners listeners;
    private final String device;
    private final LogCursor cursor = new LogCursor();
    private final Roster roster;
    private boolean listening;
    private RawJson metadata = RawJson.EMPTY_OBJECT;
    private @Nullable String memberId;

    /// What is to be done with a record.
    private record Fate(boolean deliver, @Nullable RoomGap gap) {
        static final Fate DROP = new Fate(false, null);
    }

    /// @param device this client's id in the room's document
    Reception(ReentrantLock lock, Setting setting, RoomListeners listeners, String device) {
        this.lock = lock;
        this.setting = setting;
        this.listeners = listeners;
        this.device = device;
        this.roster = new Roster(lock, setting.options().membersLimit());
    }

    String device() {
        return device;
    }

    MembersView members() {
        return roster;
    }

    RawJson metadata() {
        lock.lock();
        try {
            return metadata;
        } finally {
            lock.unlock();
        }
    }

    Optional<String> memberId() {
        lock.lock();
        try {
            return Optional.ofNullable(memberId);
        } finally {
            lock.unlock();
        }
    }

    Optional<LogPosition> position() {
        lock.lock();
        try {
            return Optional.ofNullable(cursor.position());
        } finally {
            lock.unlock();
        }
    }

    /// Begins a stay in the room. Under the lock.
    ///
    /// @param from what the application has seen of it in an earlier stay; null for nothing
    void start(@Nullable LogPosition from) {
        cursor.moveTo(from);
        roster.clear();
    }

    /// The stay is over. Under the lock.
    void forget() {
        cursor.moveTo(null);
        roster.clear();
    }

    /// Stops to listen, and returns the last record seen. Under the lock.
    @Nullable
    LogPosition pause() {
        listening = false;
        return cursor.position();
    }

    /// This client made a record. Under the lock.
    void made(String epoch, long offset) {
        cursor.made(epoch, offset);
    }

    /// Listens from here on. Under the lock; returns what to tell the application after it.
    Runnable joined(Joined answer, boolean refresh) {
        LogPosition before = cursor.position();
        LogPosition now = new LogPosition(answer.epoch(), answer.offset());
        boolean continued =
                before != null && answer.recovered() && before.epoch().equals(answer.epoch());
        RoomGap gap = null;
        if (!refresh && !continued) {
            cursor.moveTo(now);
            gap = before == null ? null : new RoomGap(RoomGap.Cause.NOT_RECOVERED, before, now);
        }
        listening = true;
        boolean back = memberId != null;
        boolean changed = !metadata.equals(answer.metadata());
        memberId = answer.memberId();
        metadata = answer.metadata();
        Roster.Difference difference = roster.begin(answer.members(), answer.count());
        askForMembers(null);
        RoomGap missing = gap;
        return () -> {
            if (missing != null) {
                listeners.gap().call(missing);
            }
            if (back && changed) {
                listeners.metadata().call(answer.metadata());
            }
            tell(difference);
        };
    }

    void message(HistoryMessage message) {
        if (message.offset() == UNKEPT) {
            if (isListening()) {
                listeners.message().call(message);
            }
            return;
        }
        Fate fate = fate(message.epoch(), message.offset(), false);
        if (fate.gap() != null) {
            listeners.gap().call(fate.gap());
        }
        if (fate.deliver()) {
            listeners.message().call(message);
        }
    }

    void update(UpdateEvent update) {
        LogPosition present = position().orElse(null);
        if (present == null) {
            return;
        }
        if (fate(present.epoch(), update.offset(), device.equals(update.clientId()))
                .deliver()) {
            listeners.update().call(update);
        }
    }

    void awareness(AwarenessEvent event) {
        if (isListening() && !device.equals(event.clientId())) {
            listeners.awareness().call(event);
        }
    }

    void member(MemberChange change) {
        if (whileListening(() -> roster.change(change))) {
            listeners.member().call(change);
        }
    }

    void presence(PresenceChanges changes) {
        changes.changes().forEach(change -> {
            if (whileListening(() -> roster.change(change))) {
                listeners.presence().call(change);
            }
        });
    }

    void metadata(MetadataChange change) {
        boolean told = whileListening(() -> {
            metadata = change.metadata();
            return true;
        });
        if (told) {
            listeners.metadata().call(change.metadata());
        }
    }

    void restored(Restored restored) {
        boolean told = whileListening(() -> {
            metadata = restored.metadata();
            cursor.advance(restored.epoch(), restored.offset());
            return true;
        });
        if (told) {
            listeners.restored().call(restored);
        }
    }

    void gap(Gap gap) {
        boolean told = whileListening(() -> {
            cursor.advance(gap.epoch(), gap.to());
            return true;
        });
        if (told) {
            listeners
                    .gap()
                    .call(new RoomGap(
                            RoomGap.Cause.DROPPED,
                            new LogPosition(gap.epoch(), Math.max(0, gap.from() - 1)),
                            new LogPosition(gap.epoch(), gap.to())));
        }
    }

    /// Takes a page of members in, if it is the one asked for.
    void members(MembersResult page, @Nullable String correlationId) {
        Roster.Difference difference;
        lock.lock();
        try {
            if (!roster.awaits(correlationId)) {
                return;
            }
            difference = roster.page(page);
            if (page.cursor() != null) {
                askForMembers(page.cursor());
            }
        } finally {
            lock.unlock();
        }
        tell(difference);
    }

    /// Whether a record is new; if so, it counts as delivered from now on.
    private Fate fate(String epoch, long offset, boolean own) {
        lock.lock();
        try {
            if (!listening) {
                return Fate.DROP;
            }
            return switch (cursor.see(epoch, offset)) {
                case KNOWN -> Fate.DROP;
                case NEW -> new Fate(!own, null);
                case OTHER_LIFE -> new Fate(!own, turnTo(new LogPosition(epoch, offset)));
            };
        } finally {
            lock.unlock();
        }
    }

    private @Nullable RoomGap turnTo(LogPosition now) {
        LogPosition before = cursor.position();
        cursor.moveTo(now);
        LogPosition lastMissing = new LogPosition(now.epoch(), now.offset() - 1);
        return before == null ? null : new RoomGap(RoomGap.Cause.NOT_RECOVERED, before, lastMissing);
    }

    private void askForMembers(@Nullable String pageCursor) {
        if (!roster.wantsPage()) {
            return;
        }
        String id = setting.tools().ids().get();
        roster.await(id);
        var flight = setting.client()
                .requestAsync(
                        Wire.MEMBERS,
                        new GetMembers(
                                setting.address().room(), setting.address().kindOnWire(), PAGE, pageCursor),
                        RequestOptions.within(setting.options().timeout())
                                .withCorrelationId(id)
                                .withoutQueueing());
        flight.whenComplete((Message<MembersResult> page, Throwable error) -> {
            if (error != null) {
                membersFailed(id);
            }
        });
    }

    private void membersFailed(String id) {
        lock.lock();
        try {
            if (roster.awaits(id)) {
                roster.giveUp();
            }
        } finally {
            lock.unlock();
        }
    }

    private void tell(Roster.Difference difference) {
        difference.members().forEach(listeners.member()::call);
        difference.presences().forEach(listeners.presence()::call);
    }

    private boolean isListening() {
        return whileListening(() -> true);
    }

    private boolean whileListening(BooleanSupplier change) {
        lock.lock();
        try {
            return listening && change.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }
}
