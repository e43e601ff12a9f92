package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.LeaveReason;
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
    /// What a frame takes beside its record, generously.
    private static final int FRAME_BYTES = 512;
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
            room.listeners().forget(asked.joinId());
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
        LogPosition from = recoverable(asked.position(), turn);
        RoomMessages.Joined joined = joined(asked, memberId, turn);
        long log = turn.log();
        turn.answer(new Done());
        turn.then(() -> begin(asked, session, joined, log, from));
    }

    /// The position to go on from; null when what follows it is not all there.
    private @Nullable LogPosition recoverable(@Nullable LogPosition position, Turn turn) {
        if (position == null
                || !position.epoch().equals(turn.epoch())
                || position.offset() < 0
                || position.offset() < room.firstReadable(turn) - 1
                || position.offset() > turn.lastOffset()
                || turn.lastOffset() - position.offset() > MAX_RECOVERED) {
            return null;
        }
        return position;
    }

    private RoomMessages.Joined joined(RoomCommand.Attach asked, String memberId, Turn turn) {
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
                turn.lastOffset(),
                room.state().metadata(),
                members,
                room.attendance().count(),
                false);
    }

    private void begin(
            RoomCommand.Attach asked,
            Session session,
            RoomMessages.Joined joined,
            long log,
            @Nullable LogPosition from) {
        List<RoomEvent> missed;
        try {
            missed = from == null ? null : missed(log, from.offset(), joined, session);
        } catch (RuntimeException unreadable) {
            room.listeners().forget(asked.joinId());
            session.close(new CloseReason(1012, "{\"retryAfterMs\":1000}"));
            throw unreadable;
        }
        var attachment = new Listeners.Attachment(
                room.id(),
                room.kind(),
                session,
                asked.session().shared(),
                joined.memberId(),
                joined.clientId(),
                asked.options().actor() == null ? null : asked.options().actor().userId(),
                rooms.closing(session, asked.session().shared()));
        RoomMessages.Joined answer = from == null || missed == null ? joined : behind(joined, from, asked.asked());
        if (!room.listeners().attach(asked.joinId(), attachment, answer, missed == null ? List.of() : missed)) {
            rooms.detachSurely(room.id(), session.id(), false);
        }
    }

    /// The answer to who is sent what it missed. Who did not ask for a position is told of one behind which
    /// everything follows.
    private static RoomMessages.Joined behind(RoomMessages.Joined joined, LogPosition from, boolean asked) {
        return new RoomMessages.Joined(
                joined.room(),
                joined.kind(),
                joined.memberId(),
                joined.clientId(),
                joined.epoch(),
                asked ? joined.offset() : from.offset(),
                joined.metadata(),
                joined.members(),
                joined.count(),
                asked);
    }

    /// What was said behind `from`.
    ///
    /// @return null when it is more than the socket may be sent at once, or was let go of meanwhile
    private @Nullable List<RoomEvent> missed(long log, long from, RoomMessages.Joined joined, Session session) {
        long bytesLeft = session.endpoint().limits().maxBacklogBytes() / 2 - session.backlogBytes();
        List<RoomEvent> missed = new ArrayList<>();
        long next = from + 1;
        while (next <= joined.offset()) {
            List<LogRecord> page = rooms.runtime()
                    .store()
                    .read(log, Scan.ascending(next, joined.offset(), PAGE).ofTypes(TOLD));
            if (page.isEmpty()) {
                break;
            }
            for (LogRecord record : page) {
                bytesLeft -= record.body().length + FRAME_BYTES;
                if (bytesLeft < 0) {
                    return null;
                }
                missed.add(event(record, joined));
            }
            next = page.getLast().offset() + 1;
        }
        return from == joined.offset() || isWhole(log, from, joined.epoch()) ? missed : null;
    }

    /// Whether a later turn has not let go of what was read, while it was read.
    private boolean isWhole(long log, long from, String epoch) {
        return rooms.runtime()
                .store()
                .header(room.id())
                .filter(header ->
                        header.log() == log && header.epoch().equals(epoch) && header.firstOffset() <= from + 1)
                .isPresent();
    }

    private static RoomEvent event(LogRecord record, RoomMessages.Joined joined) {
        return switch (record.type()) {
            case Records.MESSAGE -> RoomEvent.message(record, joined.epoch());
            case Records.UPDATE -> RoomEvent.update(record);
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
        letGo(session, clean ? LeaveReason.CLOSED : null, turn);
        turn.answer(new Done());
    }

    /// A connection leaves, and its member with the last one.
    void leave(String session, Turn turn) {
        letGo(session, LeaveReason.LEFT, turn);
    }

    /// Lets go of all connections of a member who is no more.
    void putOut(String memberId, Turn turn) {
        List<String> sessions = room.attendance().connections().values().stream()
                .filter(connection -> connection.memberId().equals(memberId))
                .map(connection -> connection.session().id())
                .toList();
        sessions.forEach(session -> letGo(session, null, turn));
    }

    private void letGo(String session, @Nullable LeaveReason goodbye, Turn turn) {
        turn.then(() -> room.listeners().detach(room.id(), session));
        if (room.attendance().disconnected(session, goodbye, turn) != null) {
            room.documents().disconnected(session, turn);
        }
    }

    /// The connections that there are: those that were kept.
    List<Attendance.Connection> connections() {
        return room.listeners().in(room.id()).stream()
                .map(socket -> new Attendance.Connection(
                        new SessionRef(rooms.runtime().node(), socket.session().id(), socket.shared()),
                        socket.memberId(),
                        socket.clientId()))
                .toList();
    }

    /// After the state was read again: lets go of those whose going was lost with a failed commit, and of those who
    /// are members no more, who must come again.
    void settle(Turn turn) {
        CloseReason again = new CloseReason(1012, "{\"retryAfterMs\":100}");
        for (Listeners.Attachment socket : room.listeners().in(room.id())) {
            String session = socket.session().id();
            if (!socket.session().isOpen()) {
                letGo(session, null, turn);
            } else if (room.kind() == RoomKind.ROOM && !room.attendance().has(socket.memberId())) {
                room.attendance().connections().remove(session);
                turn.then(() -> room.listeners().close(room.id(), session, again));
            }
        }
    }
}
