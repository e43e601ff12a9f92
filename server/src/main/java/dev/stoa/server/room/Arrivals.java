package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.server.entity.Done;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Session;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How sockets come into a room and go: joining, and catching up without a hole (rooms protocol, sections 4 and
/// 7). Confined to the room's mailbox.
///
/// An attachment takes two steps. In its turn, the member joins and the end of the log is noted. Once that turn
/// and all before it are kept, in one step on the room's thread: what the client missed up to that end is read,
/// the answer and the missed records are sent, and the socket begins to hear. Whatever a later turn says comes
/// behind; whatever an earlier one said was read from the log.
final class Arrivals {
    /// How many records are replayed to a client that comes back; who missed more must reload.
    static final int MAX_RECOVERED = 10_000;

    private static final int SHOWN_MEMBERS = 100;
    private static final int PAGE = 1000;
    private static final Set<String> TOLD = Set.of(Records.MESSAGE, Records.UPDATE, Records.RESTORED);

    private final RoomEntity room;
    private final Rooms rooms;

    Arrivals(RoomEntity room, Rooms rooms) {
        this.room = room;
        this.rooms = rooms;
    }

    void attach(RoomCommand.Attach asked, Turn turn) {
        String sessionId = asked.session().id();
        Session session = room.listeners().joining(asked.joinId());
        if (session == null) {
            turn.answer(new Done());
            return;
        }
        Attendance attendance = room.attendance();
        Attendance.Connection before = attendance.connections().get(sessionId);
        int limit = rooms.options().limits().maxConnections();
        if (before == null && attendance.connections().size() >= limit) {
            throw ProtocolException.of(
                    ErrorCode.RESOURCE_EXHAUSTED, "the room has " + limit + " connections, its limit");
        }
        String memberId = Objects.requireNonNull(asked.options().memberId());
        if (before != null && !before.memberId().equals(memberId)) {
            throw ProtocolException.of(
                    ErrorCode.FAILED_PRECONDITION, "the connection is in the room as another member; leave first");
        }
        if (room.kind() == RoomKind.ROOM) {
            attendance.join(asked.options(), sessionId, turn);
        }
        attendance.connected(new Attendance.Connection(asked.session(), memberId, asked.clientId()));
        long end = turn.lastOffset();
        LogPosition from = recoverable(asked.position(), turn);
        RoomMessages.Joined joined = joined(asked, memberId, end, from != null && asked.asked(), turn);
        long log = turn.log();
        turn.answer(new Done());
        turn.then(() -> begin(asked, session, joined, log, from == null ? end : from.offset()));
    }

    /// The position to go on from; null when what follows it is not all there.
    private @Nullable LogPosition recoverable(@Nullable LogPosition position, Turn turn) {
        if (position == null
                || !position.epoch().equals(turn.epoch())
                || position.offset() < room.firstReadable(turn) - 1
                || position.offset() > turn.lastOffset()
                || turn.lastOffset() - position.offset() > MAX_RECOVERED) {
            return null;
        }
        return position;
    }

    private RoomMessages.Joined joined(
            RoomCommand.Attach asked, String memberId, long end, boolean recovered, Turn turn) {
        List<Member> members = room.attendance().seats().stream()
                .limit(SHOWN_MEMBERS)
                .map(seat -> seat.member(room.name(), turn.now()))
                .toList();
        return new RoomMessages.Joined(
                room.name(),
                room.kind(),
                memberId,
                asked.clientId(),
                turn.epoch(),
                end,
                room.state().metadata(),
                members,
                room.attendance().count(),
                recovered);
    }

    private void begin(RoomCommand.Attach asked, Session session, RoomMessages.Joined joined, long log, long from) {
        List<RoomEvent> missed;
        try {
            missed = missed(log, from, joined);
        } catch (RuntimeException unreadable) {
            session.close(new CloseReason(1012, "{\"retryAfterMs\":1000}"));
            throw unreadable;
        }
        var attachment = new Listeners.Attachment(
                room.id(),
                room.kind(),
                session,
                asked.session().shared(),
                joined.memberId(),
                asked.options().actor() == null ? null : asked.options().actor().userId(),
                asked.tokenId(),
                rooms.closing(session, asked.session().shared()));
        if (!room.listeners().attach(asked.joinId(), attachment, joined, missed)) {
            rooms.detachSurely(room.id(), session.id(), false);
        }
    }

    private List<RoomEvent> missed(long log, long from, RoomMessages.Joined joined) {
        List<RoomEvent> missed = new ArrayList<>();
        long next = from + 1;
        while (next <= joined.offset()) {
            List<LogRecord> page = rooms.runtime()
                    .store()
                    .read(log, Scan.ascending(next, joined.offset(), PAGE).ofTypes(TOLD));
            if (page.isEmpty()) {
                break;
            }
            page.forEach(record -> missed.add(event(record, joined)));
            next = page.getLast().offset() + 1;
        }
        return missed;
    }

    private static RoomEvent event(LogRecord record, RoomMessages.Joined joined) {
        return switch (record.type()) {
            case Records.MESSAGE -> RoomEvent.message(record, joined.epoch());
            case Records.UPDATE -> Documents.event(record);
            default -> {
                Records.StoredRestore restore = Records.read(record, Records.StoredRestore.class);
                yield RoomEvent.of(
                        RoomMessages.RESTORED,
                        new RoomMessages.Restored(
                                null, null, restore.snapshotId(), joined.epoch(), record.offset(), restore.metadata()));
            }
        };
    }

    void detach(String session, boolean clean, Turn turn) {
        if (room.attendance().disconnected(session, clean, turn) != null) {
            room.documents().disconnected(session, turn);
        }
        turn.answer(new Done());
        turn.then(() -> room.listeners().detach(room.id(), session));
    }

    /// After a failed commit: who joined in it is no member, and must come again.
    void dropUnknown(Turn turn) {
        if (room.kind() == RoomKind.CHANNEL) {
            return;
        }
        CloseReason again = new CloseReason(1012, "{\"retryAfterMs\":100}");
        List<String> unknown = room.attendance().connections().values().stream()
                .filter(connection -> !room.attendance().has(connection.memberId()))
                .map(connection -> connection.session().id())
                .toList();
        unknown.forEach(session -> {
            room.attendance().connections().remove(session);
            turn.then(() -> room.listeners().close(room.id(), session, again));
        });
    }
}
