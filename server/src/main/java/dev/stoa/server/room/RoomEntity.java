package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.LeaveReason;
import dev.stoa.protocol.room.LeaveResult;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.MemberEvent;
import dev.stoa.protocol.room.MetadataResult;
import dev.stoa.protocol.room.PresenceResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.RoomStatus;
import dev.stoa.server.entity.Command;
import dev.stoa.server.entity.Done;
import dev.stoa.server.entity.Entity;
import dev.stoa.server.entity.EntityRef;
import dev.stoa.server.entity.Image;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.port.Timers;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A room or a channel. Confined to its mailbox.
///
/// Its parts: [Attendance] who is here, [Messages] what is said, [Documents] the log of JSON updates,
/// [Snapshots] copies of it all, [Ending] destruction and new life, [Hall] the application's hooks,
/// [Arrivals] how sockets come in, [Questions] what is only asked, and [Reminders] what is due later. This class
/// hands commands to them.
final class RoomEntity implements Entity, Attendance.Floor {
    private final Rooms rooms;
    private final EntityId id;
    private final RoomKind kind;
    private final Listeners listeners;
    private final Timers timers;

    private final Attendance attendance;
    private final Messages messages;
    private final Documents documents;
    private final Snapshots snapshots;
    private final Ending ending;
    private final Hall hall;
    private final Arrivals arrivals;
    private final Questions questions;
    private final Reminders reminders;
    private final Beginning beginning = new Beginning();

    private final Census.Sign sign = new Census.Sign();

    private RoomState state = RoomState.EMPTY;
    private Kept trimmed = Kept.NOTHING_TRIMMED;
    private long lastActivityAt;
    private boolean isGone;

    RoomEntity(Rooms rooms, EntityId id, RoomKind kind, EntityRef self) {
        RoomsRuntime runtime = rooms.runtime();
        this.rooms = rooms;
        this.id = id;
        this.kind = kind;
        this.listeners = rooms.listeners();
        this.timers = runtime.timers();
        this.attendance = new Attendance(this, rooms.options());
        this.messages = new Messages(this, rooms);
        this.documents = new Documents(this, rooms);
        this.snapshots = new Snapshots(this, rooms);
        this.ending = new Ending(this, rooms.options().lifecycle());
        this.hall = new Hall(this, rooms);
        this.arrivals = new Arrivals(this, rooms);
        this.questions = new Questions(this, rooms.options().lifecycle());
        this.reminders = new Reminders(timers, self);
    }

    EntityId id() {
        return id;
    }

    RoomKind kind() {
        return kind;
    }

    @Override
    public String name() {
        return id.name();
    }

    RoomState state() {
        return state;
    }

    void state(RoomState newState) {
        state = newState;
    }

    Attendance attendance() {
        return attendance;
    }

    Documents documents() {
        return documents;
    }

    /// The room has come to its end.
    void ended(Turn turn) {
        rooms.watch().lived(this, "is destroyed", turn);
    }

    Ending ending() {
        return ending;
    }

    Hall hall() {
        return hall;
    }

    Kept trimmed() {
        return trimmed;
    }

    /// Wall-clock milliseconds; 0 for none known.
    long lastActivityAt() {
        return lastActivityAt;
    }

    Listeners listeners() {
        return listeners;
    }

    // Loading

    @Override
    public Set<String> folds() {
        return Set.of(Records.METADATA, Records.RESTORED);
    }

    @Override
    public void load(@Nullable Header header, byte @Nullable [] checkpoint, Map<String, byte[]> rows) {
        state = checkpoint == null ? RoomState.EMPTY : RoomState.of(checkpoint);
        attendance.load(rows, arrivals.connections());
        ending.load(rows);
        hall.load(rows);
        beginning.load(rows);
        trimmed = Kept.of(rows);
        isGone = false;
        reminders.load(header);
        lastActivityAt = Math.max(lastActivityAt, header == null ? 0 : header.lastAt());
    }

    @Override
    public void replay(LogRecord record) {
        if (record.type().equals(Records.METADATA)) {
            state = state.withMetadata(Records.metadata(record), record.at());
        } else {
            state = state.restored(Records.metadata(record), record.at(), record.offset());
        }
    }

    @Override
    public Image checkpoint() {
        return Image.of(state.bytes());
    }

    @Override
    public void loaded(Turn turn) {
        if (turn.exists()) {
            hall.begin(turn);
        }
        arrivals.settle(turn);
        rooms.census().enter(id, sign);
        keepTime(turn);
    }

    // Commands

    @Override
    public void handle(Command<?> command, Turn turn) {
        RoomCommand<?> asked = (RoomCommand<?>) command;
        try {
            rooms.watch().during(this, asked, turn, timers, () -> handle(asked, turn));
        } finally {
            hall.rest();
        }
        if (!isGone) {
            beginning.noted(turn);
        }
        keepTime(turn);
    }

    private void handle(RoomCommand<?> asked, Turn turn) {
        switch (asked) {
            case RoomCommand.Question<?> question -> answer(question, turn);
            case RoomCommand.Tick() -> tick(turn);
            case RoomCommand.Destroy(var options) -> turn.answer(ending.destroy(options, turn));
            case RoomCommand.Detach(String session, boolean clean) -> arrivals.detach(session, clean, turn);
            case RoomCommand.Leave(String memberId, String session) -> leave(memberId, session, turn);
            case RoomCommand.Publish publish ->
                alive(turn, () -> {
                    heard(publish.input().actor(), turn);
                    messages.publish(publish, turn);
                });
            case RoomCommand.Say say -> alive(turn, () -> messages.say(say, turn));
            case RoomCommand.Join(var options) ->
                joining(
                        turn,
                        () -> turn.answer(attendance.join(options, null, turn).member(name(), turn.now())));
            case RoomCommand.Hold(String userId, RawJson metadata, var actor) ->
                joining(turn, () -> {
                    attendance.hold(userId, metadata, actor, turn);
                    turn.answer(new Done());
                });
            case RoomCommand.SetPresence presence -> {
                attendance.active(presence.memberId());
                alive(turn, () -> present(presence, turn));
            }
            case RoomCommand.SetMetadata metadata -> setMetadata(metadata, turn);
            case RoomCommand.TakeSnapshot(String snapshotId) -> {
                ending.requireAlive();
                turn.answer(snapshots.take(snapshotId, turn));
            }
            case RoomCommand.Restore(String snapshotId) -> restore(snapshotId, turn);
            case RoomCommand.Plant plant -> plant(plant, turn);
            case RoomCommand.ApplyUpdate update ->
                alive(turn, () -> {
                    heard(update.options().actor(), turn);
                    documents.apply(update, turn);
                });
            case RoomCommand.SetAwareness awareness -> alive(turn, () -> documents.aware(awareness, turn));
            case RoomCommand.Attach attach -> {
                if (kind == RoomKind.ROOM) {
                    joining(turn, () -> arrivals.attach(attach, turn));
                } else {
                    alive(turn, () -> arrivals.attach(attach, turn));
                }
            }
            case RoomCommand.MergeMemberMetadata(String memberId, RawJson partial) ->
                mergeMemberMetadata(memberId, partial, turn);
            case RoomCommand.PutState(String key, RawJson value) ->
                alive(turn, () -> {
                    hall.put(key, value, turn);
                    turn.answer(new Done());
                });
        }
    }

    /// To read is activity too, but not to ask for how long there has been none.
    private void answer(RoomCommand.Question<?> question, Turn turn) {
        turn.answer(questions.answer(question, turn));
        if (!(question instanceof RoomCommand.AskLifecycle)) {
            lastActivityAt = turn.now();
        }
    }

    /// Does what only a living room can do; one that was destroyed begins a new life, where it may.
    private void alive(Turn turn, Runnable work) {
        if (ending.isEnded()) {
            ending.requireAlivable();
            hall.forget();
            ending.revive(turn);
        }
        hall.begin(turn);
        lastActivityAt = turn.now();
        work.run();
    }

    /// Lets somebody in. If that begins a new life, it does so only once the application has agreed.
    private void joining(Turn turn, Runnable work) {
        ending.requireAlivable();
        work.run();
        lastActivityAt = turn.now();
    }

    /// What the log came to belongs to an earlier life.
    void beginAnew(Turn turn) {
        state = RoomState.EMPTY;
        trimmed = Kept.NOTHING_TRIMMED;
        beginning.forget();
        rooms.watch().lived(this, "begins anew", turn);
        Kept.forget(turn);
        Hall.forget(turn);
    }

    /// Traffic of a member keeps it active, with or without a connection.
    private void heard(@Nullable RoomPrincipal actor, Turn turn) {
        String memberId = AsyncRoom.memberId(null, actor);
        if (memberId != null) {
            attendance.heard(memberId, turn);
        }
    }

    private void restore(String snapshotId, Turn turn) {
        ending.requireAlivable();
        Snapshots.State found = snapshots.find(snapshotId);
        alive(turn, () -> turn.answer(snapshots.restore(snapshotId, found, turn)));
    }

    private void plant(RoomCommand.Plant plant, Turn turn) {
        if (turn.exists() && !(ending.isEnded() && ending.mayBeginAnew())) {
            throw ProtocolException.of(ErrorCode.ALREADY_EXISTS, "there is a " + kind.text() + " of that name");
        }
        alive(turn, () -> turn.answer(snapshots.plant(plant, turn)));
    }

    /// The first offset that may be read.
    long firstReadable(Turn turn) {
        return messages.firstReadable(turn);
    }

    private void leave(String memberId, @Nullable String session, Turn turn) {
        if (session != null) {
            arrivals.leave(session, turn);
        } else {
            attendance.leave(memberId, LeaveReason.LEFT, turn);
            arrivals.putOut(memberId, turn);
        }
        turn.answer(new LeaveResult(name(), kind, memberId, Instant.ofEpochMilli(turn.now())));
    }

    private void present(RoomCommand.SetPresence asked, Turn turn) {
        RawJson presence =
                attendance.present(asked.memberId(), asked.presence(), asked.replace(), rooms.checks(), turn);
        attendance.flushPresence(turn);
        turn.answer(new PresenceResult(name(), kind, asked.memberId(), Instant.ofEpochMilli(turn.now()), presence));
    }

    private void setMetadata(RoomCommand.SetMetadata asked, Turn turn) {
        RawJson change = asked.metadata();
        if (change != null) {
            alive(turn, () -> {
                RawJson merged = Merge.of(state.metadata(), change, asked.replace());
                rooms.checks().metadata(merged);
                turn.append(Records.METADATA, null, Records.body(new Records.StoredMetadata(merged, asked.actor())));
                state = state.withMetadata(merged, turn.now());
                tell(
                        RoomEvent.of(RoomMessages.METADATA, new RoomMessages.MetadataChange(null, null, merged)),
                        null,
                        turn);
            });
        }
        turn.answer(new MetadataResult(name(), kind, state.metadata(), metadataSince(turn)));
    }

    /// Metadata that was never set is as old as the room.
    private Instant metadataSince(Turn turn) {
        return state.metadataAt() == 0 ? beginning.at(turn) : Instant.ofEpochMilli(state.metadataAt());
    }

    private void mergeMemberMetadata(String memberId, RawJson partial, Turn turn) {
        Seat seat = attendance.seat(memberId);
        if (seat != null) {
            RawJson merged = Merge.of(seat.metadata, partial, false);
            rooms.checks()
                    .object("member metadata", merged, rooms.options().limits().maxMetadataBytes());
            seat.metadata = merged;
            lastActivityAt = turn.now();
            attendance.keep(seat, turn);
            attendance.tell(MemberEvent.UPDATED, seat, null, turn);
        }
        turn.answer(new Done());
    }

    // The floor of attendance

    @Override
    public void joining(Member member, Turn turn) {
        hall.joining(member, ending.isEnded(), () -> ending.revive(turn), turn);
    }

    @Override
    public void left(Member member, LeaveReason reason, Turn turn) {
        hall.left(member, reason, turn);
    }

    @Override
    public void tell(RoomEvent event, @Nullable String exceptSession, Turn turn) {
        turn.then(() -> listeners.tellRoom(id, kind, event, exceptSession));
    }

    // Time

    @Override
    public void wake(Turn turn) {
        reminders.rang();
        try {
            tick(turn);
        } finally {
            hall.rest();
        }
        keepTime(turn);
    }

    private void tick(Turn turn) {
        if (ending.isOver(turn.now())) {
            turn.answer(new Done());
            rooms.watch().lived(this, "is gone", turn);
            turn.delete();
            isGone = true;
            return;
        }
        attendance.tick(turn);
        documents.tick(turn);
        messages.trim(turn);
        turn.answer(new Done());
    }

    /// Asks to be woken when something is due: durably for memberships and the end, by a timer for the rest.
    private void keepTime(Turn turn) {
        if (isGone) {
            sign.show(false, false, lastActivityAt);
            return;
        }
        sign.show(turn.exists() && !ending.isEnded(), !attendance.connections().isEmpty(), lastActivityAt);
        reminders.alarm(Math.min(attendance.wakeAt(), ending.wakeAt()), turn);
        reminders.timer(Math.min(attendance.tickAt(), documents.tickAt()), turn);
    }

    @Override
    public void trimming(long from, long to, Turn turn) {
        messages.trimming(from, to, turn);
        trimmed = trimmed.trimmedTo(to, rooms.runtime().store(), turn.log());
        trimmed.keep(turn);
    }

    @Override
    public boolean mayHibernate() {
        return attendance.isQuiet() && documents.isQuiet();
    }

    @Override
    public void hibernated() {
        rooms.census().leave(id, sign);
    }

    @Override
    public void dropped() {
        rooms.census().leave(id, sign);
        reminders.stopTimer();
        CloseReason moved = new CloseReason(1012, "{\"retryAfterMs\":100}");
        listeners.in(id).forEach(socket -> listeners.close(id, socket.session().id(), moved));
    }

    ProtocolException destroyed() {
        return ProtocolException.of(
                ErrorCode.FAILED_PRECONDITION,
                "the " + kind.text() + " is destroyed",
                Map.of("status", RoomStatus.DESTROYED.text()));
    }

    /// Whether an operation was refused because its room is destroyed.
    static boolean isDestroyed(ProtocolException reason) {
        return reason.code().equals(ErrorCode.FAILED_PRECONDITION.name())
                && RoomStatus.DESTROYED.text().equals(reason.details().get("status"));
    }
}
