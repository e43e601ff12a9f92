package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveReason;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.MemberEvent;
import dev.stoa.protocol.room.MembersResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.store.Change;
import dev.stoa.server.store.Header;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who is in a room: its active members, and which of them is connected (rooms protocol, section 4). Confined to
/// the room's mailbox.
///
/// Members are rows; a row is written when a member joins or refreshes, and deleted when it leaves. While
/// anybody is connected, the row `live` tells from time to time that the room was there: after a crash, those
/// who were connected count as last seen then.
final class Attendance {
    static final String MEMBERS = "members";

    private static final String MEMBER_ROW = "member/";
    private static final String LIVE_ROW = "live";
    private static final long GRACE_MILLIS = 5_000;
    private static final long PRESENCE_EVERY_MILLIS = 50;
    private static final Comparator<Seat> ORDER =
            Comparator.<Seat>comparingLong(seat -> seat.joinedAt).thenComparing(seat -> seat.memberId);

    private final Floor floor;
    private final long ttlMillis;
    private final int maxMembers;
    private final TreeMap<Seat, Seat> ordered = new TreeMap<>(ORDER);
    private final Map<String, Seat> byId = new HashMap<>();
    private final Map<String, Connection> connections = new HashMap<>();
    private final Set<Seat> disconnected = new LinkedHashSet<>();
    private final Set<Seat> presenceChanged = new LinkedHashSet<>();
    private long presenceFlushedAt;
    private long liveWrittenAt;

    /// A live socket.
    ///
    /// @param memberId whose
    record Connection(SessionRef session, String memberId, String clientId) {}

    record LiveRow(long at) {}

    /// What attendance needs of its room.
    interface Floor {
        String name();

        /// Asks the application; throws to refuse.
        void joining(Member member, Turn turn);

        void left(Member member, LeaveReason reason, Turn turn);

        /// Tells the room's sockets, once the turn is kept.
        void tell(RoomEvent event, @Nullable String exceptSession, Turn turn);
    }

    Attendance(Floor floor, RoomsOptions options) {
        this.floor = floor;
        this.ttlMillis = options.presenceTtl().toMillis();
        this.maxMembers = options.limits().maxMembers();
    }

    // Loading

    /// Takes up the members as they are kept. Connections find their members again, and who waits for its
    /// connection to come back goes on waiting.
    ///
    /// @param live the connections that there are
    void load(Map<String, byte[]> rows, List<Connection> live) {
        Map<String, Seat> before = new HashMap<>(byId);
        connections.clear();
        live.forEach(this::connected);
        ordered.clear();
        byId.clear();
        disconnected.clear();
        presenceChanged.clear();
        byte[] liveRow = rows.get(LIVE_ROW);
        liveWrittenAt =
                liveRow == null ? 0 : CommandCodec.read(liveRow, LiveRow.class).at();
        rows.forEach((key, body) -> {
            if (key.startsWith(MEMBER_ROW)) {
                Seat seat = Seat.of(body);
                if (seat.online) {
                    seat.lastSeenAt = Math.max(seat.lastSeenAt, liveWrittenAt);
                }
                seat.cameFrom(before.get(seat.memberId));
                seated(seat);
            }
        });
        connections.values().forEach(connection -> {
            Seat seat = byId.get(connection.memberId);
            if (seat != null) {
                seat.sessions.add(connection.session.id());
                disconnected.remove(seat);
            }
        });
    }

    private void seated(Seat seat) {
        ordered.put(seat, seat);
        byId.put(seat.memberId, seat);
        if (seat.sessions.isEmpty()) {
            disconnected.add(seat);
        }
    }

    // Members

    int count() {
        return byId.size();
    }

    boolean has(String memberId) {
        return byId.containsKey(memberId);
    }

    Collection<Seat> seats() {
        return ordered.values();
    }

    @Nullable
    Seat seat(String memberId) {
        return byId.get(memberId);
    }

    /// @throws ProtocolException `FAILED_PRECONDITION` when it is no active member
    Seat active(String memberId) {
        Seat seat = byId.get(memberId);
        if (seat == null) {
            throw ProtocolException.of(ErrorCode.FAILED_PRECONDITION, "not an active member of the room");
        }
        return seat;
    }

    /// Makes or refreshes a member.
    ///
    /// @param session the connection that comes with it; null for none
    Seat join(JoinOptions options, @Nullable String session, Turn turn) {
        String memberId = Objects.requireNonNull(options.memberId());
        Seat known = byId.get(memberId);
        if (known == null && byId.size() >= maxMembers) {
            throw ProtocolException.of(
                    ErrorCode.RESOURCE_EXHAUSTED, "the room has " + maxMembers + " members, its limit");
        }
        Seat seat = known != null ? known : new Seat(memberId, turn.now());
        if (known == null) {
            Seat candidate = new Seat(memberId, turn.now());
            candidate.take(options, turn.now());
            floor.joining(candidate.member(floor.name(), turn.now()), turn);
        }
        boolean changed = seat.take(options, turn.now()) || known == null;
        if (session != null) {
            seat.online = true;
            seat.sessions.add(session);
        }
        if (known == null) {
            seated(seat);
            turn.count(MEMBERS, 1);
        }
        if (!seat.sessions.isEmpty()) {
            disconnected.remove(seat);
        }
        keep(seat, turn);
        if (changed) {
            tell(known == null ? MemberEvent.JOINED : MemberEvent.UPDATED, seat, session, turn);
        }
        return seat;
    }

    void keep(Seat seat, Turn turn) {
        turn.change(new Change.PutRow(MEMBER_ROW + seat.memberId, seat.bytes()));
    }

    void tell(MemberEvent event, Seat seat, @Nullable String exceptSession, Turn turn) {
        Member member = seat.member(floor.name(), turn.now());
        floor.tell(
                RoomEvent.of(RoomMessages.MEMBER, new RoomMessages.MemberChange(null, null, event, member, null)),
                exceptSession,
                turn);
    }

    /// Ends a membership, if there is one; its connections stay attached until they are let go of.
    boolean leave(String memberId, LeaveReason reason, Turn turn) {
        Seat seat = byId.remove(memberId);
        if (seat == null) {
            return false;
        }
        ordered.remove(seat);
        disconnected.remove(seat);
        presenceChanged.remove(seat);
        turn.change(new Change.DeleteRow(MEMBER_ROW + memberId));
        turn.count(MEMBERS, -1);
        Member member = seat.leaving(floor.name(), turn.now());
        floor.tell(
                RoomEvent.of(
                        RoomMessages.MEMBER,
                        new RoomMessages.MemberChange(null, null, MemberEvent.LEFT, member, reason)),
                null,
                turn);
        floor.left(member, reason, turn);
        return true;
    }

    MembersResult list(int limit, @Nullable String cursor, long now) {
        Collection<Seat> from = ordered.values();
        if (cursor != null) {
            Cursors.Content behind = Cursors.parse(MEMBERS, cursor);
            Seat last = new Seat(behind.text(), behind.number());
            from = ordered.tailMap(last, false).values();
        }
        List<Member> page = new ArrayList<>();
        String next = null;
        for (Seat seat : from) {
            if (page.size() == limit) {
                Member last = page.getLast();
                next = Cursors.of(MEMBERS, "", last.joinedAt().toEpochMilli(), last.memberId());
                break;
            }
            page.add(seat.member(floor.name(), now));
        }
        return new MembersResult(floor.name(), RoomKind.ROOM, page, byId.size(), next);
    }

    // Presence

    RawJson present(String memberId, RawJson change, boolean replace, Checks checks, Turn turn) {
        Seat seat = active(memberId);
        RawJson merged = Merge.of(seat.presence, change, replace);
        checks.presence(merged);
        seat.presence = merged;
        seat.lastSeenAt = turn.now();
        presenceChanged.add(seat);
        return merged;
    }

    /// Tells what has changed, unless it was told a moment ago.
    void flushPresence(Turn turn) {
        if (presenceChanged.isEmpty() || turn.now() < presenceFlushedAt + PRESENCE_EVERY_MILLIS) {
            return;
        }
        presenceFlushedAt = turn.now();
        List<RoomMessages.PresenceChange> changes = presenceChanged.stream()
                .map(seat -> new RoomMessages.PresenceChange(seat.memberId, seat.presence))
                .toList();
        presenceChanged.clear();
        floor.tell(
                RoomEvent.of(RoomMessages.PRESENCE, new RoomMessages.PresenceChanges(null, null, changes)), null, turn);
    }

    // Connections

    Map<String, Connection> connections() {
        return connections;
    }

    void connected(Connection connection) {
        connections.put(connection.session.id(), connection);
    }

    /// Lets go of a connection.
    ///
    /// @param goodbye why its member leaves with it, if it is the last; null if the member may come back
    /// @return the connection; null when there was none
    @Nullable
    Connection disconnected(String session, @Nullable LeaveReason goodbye, Turn turn) {
        Connection gone = connections.remove(session);
        if (gone == null) {
            return null;
        }
        Seat seat = byId.get(gone.memberId);
        if (seat != null && seat.sessions.remove(session) && seat.sessions.isEmpty()) {
            seat.lastSeenAt = turn.now();
            if (goodbye != null) {
                leave(seat.memberId, goodbye, turn);
            } else {
                seat.graceUntil = turn.now() + GRACE_MILLIS;
                disconnected.add(seat);
            }
        }
        return gone;
    }

    // Time

    /// Ends the memberships whose time is over, tells what was held back, and asks to be woken for the rest.
    void tick(Turn turn) {
        flushPresence(turn);
        for (Seat seat : List.copyOf(disconnected)) {
            if (turn.now() >= endOf(seat)) {
                leave(seat.memberId, seat.nodeLost ? LeaveReason.NODE_LOST : LeaveReason.TIMEOUT, turn);
            }
        }
        if (!connections.isEmpty() && !byId.isEmpty() && turn.now() >= liveWrittenAt + ttlMillis / 2) {
            liveWrittenAt = turn.now();
            turn.change(new Change.PutRow(LIVE_ROW, CommandCodec.write(new LiveRow(turn.now()))));
        }
    }

    private long endOf(Seat seat) {
        return seat.graceUntil != 0 ? seat.graceUntil : seat.lastSeenAt + ttlMillis;
    }

    /// Wall-clock milliseconds at which [#tick] is wanted even after a restart.
    long wakeAt() {
        long wake = Header.NEVER;
        for (Seat seat : disconnected) {
            wake = Math.min(wake, endOf(seat));
        }
        if (!connections.isEmpty() && !byId.isEmpty()) {
            wake = Math.min(wake, liveWrittenAt + ttlMillis / 2);
        }
        return wake;
    }

    /// Wall-clock milliseconds at which [#tick] is wanted while the room is in memory.
    long tickAt() {
        return presenceChanged.isEmpty() ? Header.NEVER : presenceFlushedAt + PRESENCE_EVERY_MILLIS;
    }

    /// Whether anything would be lost with the memory.
    boolean isQuiet() {
        return connections.isEmpty() && presenceChanged.isEmpty();
    }

    /// Forgets everybody, without a word.
    void clear(Turn turn) {
        new LinkedHashMap<>(byId)
                .keySet()
                .forEach(memberId -> turn.change(new Change.DeleteRow(MEMBER_ROW + memberId)));
        turn.count(MEMBERS, -byId.size());
        turn.change(new Change.DeleteRow(LIVE_ROW));
        ordered.clear();
        byId.clear();
        disconnected.clear();
        presenceChanged.clear();
    }
}
