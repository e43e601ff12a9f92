package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.store.Change;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Once;
import dev.stoa.server.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.JsonNodeFeature;

/// What is said in a room: publishing, each key once, and how much of it is kept. Confined to the room's
/// mailbox.
final class Messages {
    static final String COUNTER = "messages";

    private static final String ONCE = "publish/";
    private static final ObjectWriter IN_ORDER = Json.mapper().writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED);
    /// Trimming in steps spares a busy room a checkpoint with every message.
    private static final long TRIM_STEP = 64;

    private final RoomEntity room;
    private final Rooms rooms;

    /// What a publish under a key came to.
    ///
    /// @param digest of type and data, which must be the same the next time
    record Published(
            String messageId,
            Instant publishedAt,
            @Nullable RoomPrincipal actor,
            long offset,
            String epoch,
            String digest) {}

    Messages(RoomEntity room, Rooms rooms) {
        this.room = room;
        this.rooms = rooms;
    }

    void publish(RoomCommand.Publish asked, Turn turn) {
        MessageInput input = asked.input();
        String key = input.idempotencyKey();
        if (key != null) {
            Optional<Once> before = turn.once(ONCE + key);
            if (before.isPresent()) {
                turn.answer(again(CommandCodec.read(before.get().body(), Published.class), input));
                return;
            }
        }
        String messageId = rooms.runtime().ids().get();
        Instant at = Instant.ofEpochMilli(turn.now());
        LogRecord record = append(input, messageId, at, turn);
        turn.count(COUNTER, 1);
        if (key != null) {
            Published published =
                    new Published(messageId, at, input.actor(), record.offset(), turn.epoch(), digest(input));
            turn.change(new Change.PutOnce(new Once(
                    ONCE + key,
                    turn.now() + rooms.options().idempotencyTtl().toMillis(),
                    CommandCodec.write(published))));
        }
        turn.answer(new PublishResult(
                room.name(), room.kind(), messageId, at, input.actor(), record.offset(), turn.epoch(), false));
        deliver(asked, record, turn);
        trim(turn);
    }

    private LogRecord append(MessageInput input, String messageId, Instant at, Turn turn) {
        RawJson metadata = input.metadata() == null ? RawJson.EMPTY_OBJECT : input.metadata();
        Records.StoredMessage stored = new Records.StoredMessage(
                messageId, room.name(), room.kind(), input.type(), input.data(), metadata, input.actor(), at);
        return turn.append(Records.MESSAGE, input.type(), Records.body(stored));
    }

    private PublishResult again(Published first, MessageInput input) {
        if (!first.digest.equals(digest(input))) {
            throw ProtocolException.of(
                    ErrorCode.ALREADY_EXISTS, "the idempotencyKey was used for a message with another type or data");
        }
        return new PublishResult(
                room.name(),
                room.kind(),
                first.messageId,
                first.publishedAt,
                first.actor,
                first.offset,
                first.epoch,
                true);
    }

    private void deliver(RoomCommand.Publish asked, LogRecord record, Turn turn) {
        RoomEvent event = RoomEvent.message(record, turn.epoch());
        String exceptUserId = asked.exceptUserId();
        if (exceptUserId == null) {
            room.tell(event, asked.exceptSession(), turn);
            return;
        }
        List<String> sessions = sessionsOf(exceptUserId, true);
        turn.then(() -> sessions.forEach(session -> room.listeners().tell(room.id(), session, event)));
    }

    /// What a coordinator says: to everybody or all but one it is a publish, to chosen users it is delivered and
    /// not kept. Tells how many members with a connection it reaches.
    void say(RoomCommand.Say asked, Turn turn) {
        List<String> chosen = asked.userIds();
        if (chosen != null) {
            tell(asked.input(), chosen, asked.exceptUserId(), turn);
            return;
        }
        int reached = 0;
        for (Seat seat : room.attendance().seats()) {
            reached += seat.sessions.isEmpty() || seat.memberId.equals(asked.exceptUserId()) ? 0 : 1;
        }
        turn.answer(new RoomCommand.Count(reached));
        publish(new RoomCommand.Publish(asked.input(), null, asked.exceptUserId()), turn);
    }

    private void tell(MessageInput input, List<String> userIds, @Nullable String exceptUserId, Turn turn) {
        HistoryMessage message = new Records.StoredMessage(
                        rooms.runtime().ids().get(),
                        room.name(),
                        room.kind(),
                        input.type(),
                        input.data(),
                        input.metadata() == null ? RawJson.EMPTY_OBJECT : input.metadata(),
                        input.actor(),
                        Instant.ofEpochMilli(turn.now()))
                .at(0, turn.epoch());
        RoomEvent event = RoomEvent.of(RoomMessages.MESSAGE, new RoomMessages.MessageEvent(null, null, message));
        int reached = 0;
        for (String userId : Set.copyOf(userIds)) {
            Seat seat = userId.equals(exceptUserId) ? null : room.attendance().seat(userId);
            if (seat != null && !seat.sessions.isEmpty()) {
                reached++;
                List<String> sessions = List.copyOf(seat.sessions);
                turn.then(() -> sessions.forEach(session -> room.listeners().tell(room.id(), session, event)));
            }
        }
        turn.answer(new RoomCommand.Count(reached));
    }

    private List<String> sessionsOf(String memberId, boolean allBut) {
        return room.attendance().connections().values().stream()
                .filter(connection -> connection.memberId().equals(memberId) != allBut)
                .map(connection -> connection.session().id())
                .toList();
    }

    /// The same for the same type and data, in whatever order the data has its keys.
    private static String digest(MessageInput input) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(input.type().getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            RawJson data = input.data();
            if (data != null && !data.isNull()) {
                sha.update(IN_ORDER.writeValueAsBytes(data.tree()));
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    // Retention

    /// The first offset of the history that may be read.
    long firstReadable(Turn turn) {
        return Math.max(turn.firstOffset(), firstRetained(turn));
    }

    private long firstRetained(Turn turn) {
        Retention retention = rooms.options().history();
        long first = 1;
        if (retention.maxRecords() != null) {
            first = turn.lastOffset() - retention.maxRecords() + 1;
        }
        if (retention.maxAge() != null) {
            long before = turn.now() - retention.maxAge().toMillis();
            first = Math.max(
                    first,
                    rooms.runtime()
                                    .store()
                                    .lastAt(turn.log(), before)
                                    .map(LogRecord::offset)
                                    .orElse(0L)
                            + 1);
        }
        return first;
    }

    /// Lets go of what retention gives up, a step at a time. The present document stays whole, whatever its age.
    void trim(Turn turn) {
        Retention retention = rooms.options().history();
        boolean unlimited = retention.maxRecords() == null && retention.maxAge() == null;
        if (unlimited || turn.lastOffset() % TRIM_STEP != 0) {
            return;
        }
        long upTo = Math.min(firstRetained(turn), room.documents().first(turn)) - 1;
        if (upTo - turn.firstOffset() >= TRIM_STEP) {
            turn.trim(upTo);
        }
    }

    /// Records are about to go.
    void trimming(long from, long to, Turn turn) {
        Store store = rooms.runtime().store();
        turn.count(COUNTER, -store.count(turn.log(), Records.MESSAGE, from, to));
        turn.count(Documents.COUNTER, -store.count(turn.log(), Records.UPDATE, from, to));
    }
}
