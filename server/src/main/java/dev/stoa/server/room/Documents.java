package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AwarenessResult;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.protocol.room.UpdateResult;
import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.store.Change;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Once;
import dev.stoa.server.store.Scan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A room's document as a log of opaque JSON updates, and who is aware of it (rooms protocol, section 8).
/// Confined to the room's mailbox.
final class Documents {
    static final String COUNTER = "updates";
    static final String ONCE = "update/";

    private final RoomEntity room;
    private final Rooms rooms;
    private final Awareness awareness;

    /// What an update with a clock came to.
    record Applied(
            String updateId, Instant appliedAt, @Nullable RoomPrincipal actor, long offset, String epoch) {}

    Documents(RoomEntity room, Rooms rooms) {
        this.room = room;
        this.rooms = rooms;
        this.awareness = new Awareness(rooms.options().awarenessTtl().toMillis());
    }

    void apply(RoomCommand.ApplyUpdate asked, Turn turn) {
        UpdateOptions options = asked.options();
        String key = key(options.clientId(), options.clock());
        if (key != null) {
            Optional<Once> before = turn.once(key);
            if (before.isPresent()) {
                turn.answer(again(CommandCodec.read(before.get().body(), Applied.class), options));
                return;
            }
        }
        Records.StoredUpdate stored = new Records.StoredUpdate(
                rooms.runtime().ids().get(),
                options.update(),
                options.clientId(),
                options.clock(),
                options.actor(),
                Instant.ofEpochMilli(turn.now()));
        LogRecord record = append(stored, turn);
        turn.answer(result(applied(stored, record, turn), false));
        room.tell(RoomEvent.update(record), asked.exceptSession(), turn);
    }

    /// What came of the same clientId and clock before. Nobody can take the place of another's update.
    private UpdateResult again(Applied first, UpdateOptions options) {
        if (!Awareness.isSame(first.actor, options.actor())) {
            throw ProtocolException.of(
                    ErrorCode.ALREADY_EXISTS, "somebody else has applied an update with this clientId and clock");
        }
        return result(first, true);
    }

    /// The first update of the present document; a number beyond the log when there is none.
    long first(Turn turn) {
        long first = Math.max(turn.firstOffset(), room.state().documentStart() + 1);
        if (turn.counter(COUNTER) == 0 || first > turn.lastOffset()) {
            return Long.MAX_VALUE;
        }
        return turn.read(Scan.ascending(first, turn.lastOffset(), 1).ofTypes(Set.of(Records.UPDATE))).stream()
                .findFirst()
                .map(LogRecord::offset)
                .orElse(Long.MAX_VALUE);
    }

    /// Puts an update into the log as it is, with its key.
    LogRecord append(Records.StoredUpdate stored, Turn turn) {
        LogRecord record = turn.append(Records.UPDATE, null, Records.body(stored));
        turn.count(COUNTER, 1);
        String key = key(stored.clientId(), stored.clock());
        if (key != null) {
            turn.change(
                    new Change.PutOnce(new Once(key, Header.NEVER, CommandCodec.write(applied(stored, record, turn)))));
        }
        return record;
    }

    static Records.StoredUpdate stored(DocumentUpdate update) {
        return new Records.StoredUpdate(
                update.updateId(),
                update.update(),
                update.clientId(),
                update.clock(),
                update.actor(),
                update.appliedAt());
    }

    private static Applied applied(Records.StoredUpdate stored, LogRecord record, Turn turn) {
        return new Applied(stored.updateId(), stored.appliedAt(), stored.actor(), record.offset(), turn.epoch());
    }

    private static @Nullable String key(@Nullable String clientId, @Nullable Integer clock) {
        return clientId == null || clock == null ? null : ONCE + clock + "/" + clientId;
    }

    private UpdateResult result(Applied applied, boolean duplicate) {
        return new UpdateResult(
                room.name(),
                room.kind(),
                applied.updateId,
                applied.appliedAt,
                applied.actor,
                applied.offset,
                applied.epoch,
                duplicate);
    }

    // Awareness

    void aware(RoomCommand.SetAwareness asked, Turn turn) {
        AwarenessResult now =
                awareness.set(room.name(), asked.clientId(), asked.state(), asked.actor(), asked.session(), turn.now());
        turn.answer(now);
        tell(now.clientId(), now.state(), now.actor(), asked.session(), turn);
    }

    private void tell(
            String clientId, RawJson state, @Nullable RoomPrincipal actor, @Nullable String exceptSession, Turn turn) {
        room.tell(
                RoomEvent.of(
                        RoomMessages.AWARENESS, new RoomMessages.AwarenessEvent(null, null, clientId, state, actor)),
                exceptSession,
                turn);
    }

    RoomCommand.AwarenessList awareness(long now) {
        return new RoomCommand.AwarenessList(awareness.all(now));
    }

    /// A connection is gone, and its awareness with it.
    void disconnected(String session, Turn turn) {
        removed(awareness.disconnected(session), turn);
    }

    void tick(Turn turn) {
        removed(awareness.expire(turn.now()), turn);
    }

    private void removed(List<String> clients, Turn turn) {
        clients.forEach(clientId -> tell(clientId, RawJson.NULL, null, null, turn));
    }

    long tickAt() {
        return awareness.tickAt();
    }

    boolean isQuiet() {
        return awareness.isEmpty();
    }

    void clearAwareness() {
        awareness.clear();
    }
}
