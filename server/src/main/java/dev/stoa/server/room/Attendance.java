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
import dev.stoa.protocol.room.RoomPrincipal;
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
    private static final long SAVE_EVERY_MILLIS = 10_000;
    private static final Comparator<Seat> ORDER =
            Comparator.<Seat>comparingLong(seat -> seat.joinedAt).thenComparing(seat -> seat.memberId);

    private final Floor floor;
    private final long ttlMillis;
    private final int maxMembers;
    private final TreeMap<Seat, Seat> ordered = new TreeMap<>(ORDER);
    /// In the order of first joining.
    private final Map<String, Seat> byId = new LinkedHashMap<>();
    private final Map<String, Connection> connections = new HashMap<>();
    private final Set<Seat> disconnected = new LinkedHashSet<>();
    /// No membership in [#disconnected] ends before: signs of life move its end on, and are not looked at until then.
    private long noneEndsBefore = Header.NEVER;
    private final Set<Seat> presenceChanged = new LinkedHashSet<>();
    /// Whose rows do not say yet what was heard of them.
    private final Set<Seat> unsaved = new LinkedHashSet<>();
    private long lastNumber;
    private long saveAt = Header.NEVER;
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

    /// Takes up the members as they are kept. Connections find their members again, who waits for its connection
    /// to come back goes on waiting, and what was heard of a member is not lost.
    ///
    /// @param live the connections that there are
    void load(Map<String, byte[]> rows, List<Connection> live) {
        Map<String, Seat> before = new HashMap<>(byId);
        List<Seat> heardOf = List.copyOf(unsaved);
        forgetAll();
        connections.clear();
        live.forEach(this::connected);
        byte[] liveRow = rows.get(LIVE_ROW);
        liveWrittenAt =
                liveRow == null ? 0 : CommandCodec.read(liveRow, LiveRow.class).at();
        rows.entrySet().stream()
                .filter(row -> row.getKey().startsWith(MEMBER_ROW))
                .map(row -> Seat.of(row.getValue()))
                .sorted(Comparator.comparingLong(seat -> seat.number))
                .forEach(seat -> loaded(seat, before.get(seat.memberId)));
        heardOf.forEach(this::carryOver);
        connections.values().forEach(connection -> {
            Seat seat = byId.get(connection.memberId);
            if (seat != null) {
                seat.sessions.add(connection.session.id());
                disconnected.remove(seat);
            }
        });
    }

    private void loaded(Seat seat, @Nullable Seat before) {
        if (seat.online) {
            seat.lastSeenAt = Math.max(seat.lastSeenAt, liveWrittenAt);
        }
        seat.cameFrom(before);
        lastNumber = Math.max(lastNumber, seat.number);
        seated(seat);
    }

    /// What was heard of a member is live state, which survives a failed commit.
    private void carryOver(Seat before) {
        Seat seat = byId.get(before.memberId);
        if (seat != null && seat.number == before.number) {
            seat.presence = before.presence;
            seat.lastSeenAt = Math.max(seat.lastSeenAt, before.lastSeenAt);
            presenceChanged.add(seat);
            unsaved.add(seat);
        }
    }

    private void forgetAll() {
        ordered.clear();
        byId.clear();
        disconnected.clear();
        noneEndsBefore = Header.NEVER;
        presenceChanged.clear();
        unsaved.clear();
    }

    private void seated(Seat seat) {
        ordered.put(seat, seat);
        byId.put(seat.memberId, seat);
        if (seat.sessions.isEmpty()) {
            isDisconnected(seat);
        }
    }

    private void isDisconnected(Seat seat) {
        disconnected.add(seat);
        noneEndsBefore = Math.min(noneEndsBefore, endOf(seat));
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

    /// Members in the order in which they joined first.
    Collection<Seat> inJoinOrder() {
        return byId.values();
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
        if (known == null) {
            requirePlace();
            ask(new Seat(memberId, turn.now()), options, turn);
        }
        Seat seat = known != null ? known : newSeat(memberId, turn);
        boolean changed = seat.take(options, turn.now()) || known == null;
        if (session != null) {
            seat.online = true;
            seat.sessions.add(session);
            disconnected.remove(seat);
        } else if (seat.sessions.isEmpty()) {
            seat.online = false;
            // its end may have come nearer: a presence may be shorter than the grace of who lost its connection
            isDisconnected(seat);
        }
        keep(seat, turn);
        if (changed) {
            tell(known == null ? MemberEvent.JOINED : MemberEvent.UPDATED, seat, session, turn);
        }
        return seat;
    }

    /// A coordinator's join: each one asks the application, and overwrites the time of joining and the metadata.
    /// Who is held stays until somebody makes it leave.
    Seat hold(String userId, RawJson metadata, @Nullable RoomPrincipal actor, Turn turn) {
        JoinOptions options = new JoinOptions(userId, actor, metadata, null);
        Seat known = byId.get(userId);
        if (known == null) {
            requirePlace();
        }
        ask(known == null ? new Seat(userId, turn.now()) : Seat.of(known.bytes()), options, turn);
        Seat seat = known != null ? known : newSeat(userId, turn);
        ordered.remove(seat);
        seat.joinedAt = turn.now();
        ordered.put(seat, seat);
        seat.held = true;
        seat.take(options, turn.now());
        keep(seat, turn);
        tell(known == null ? MemberEvent.JOINED : MemberEvent.UPDATED, seat, null, turn);
        return seat;
    }

    private void requirePlace() {
        if (byId.size() >= maxMembers) {
            throw ProtocolException.of(
                    ErrorCode.RESOURCE_EXHAUSTED, "the room has " + maxMembers + " members, its limit");
        }
    }

    private void ask(Seat candidate, JoinOptions options, Turn turn) {
        candidate.take(options, turn.now());
        candidate.joinedAt = turn.now();
        floor.joining(candidate.member(floor.name(), turn.now()), turn);
    }

    private Seat newSeat(String memberId, Turn turn) {
        Seat seat = new Seat(memberId, turn.now());
        seat.number = ++lastNumber;
        seated(seat);
        turn.count(MEMBERS, 1);
        return seat;
    }

    void keep(Seat seat, Turn turn) {
        unsaved.remove(seat);
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
        unsaved.remove(seat);
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
        saveLater(seat, turn);
        return merged;
    }

    /// A member without a connection has given a sign of life.
    void heard(String memberId, Turn turn) {
        Seat seat = byId.get(memberId);
        if (seat != null && seat.sessions.isEmpty() && seat.lastSeenAt < turn.now()) {
            seat.lastSeenAt = turn.now();
            saveLater(seat, turn);
        }
    }

    private void saveLater(Seat seat, Turn turn) {
        unsaved.add(seat);
        if (saveAt == Header.NEVER) {
            saveAt = turn.now() + Math.min(ttlMillis / 4, SAVE_EVERY_MILLIS);
        }
    }

    private void save(Turn turn) {
        if (turn.now() >= saveAt) {
            saveAt = Header.NEVER;
            List.copyOf(unsaved).forEach(seat -> keep(seat, turn));
        }
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
            if (seat.held) {
                isDisconnected(seat);
            } else if (goodbye != null) {
                leave(seat.memberId, goodbye, turn);
            } else {
                seat.graceUntil = turn.now() + GRACE_MILLIS;
                isDisconnected(seat);
            }
        }
        return gone;
    }

    // Time

    /// Ends the memberships whose time is over, tells what was held back, and asks to be woken for the rest.
    void tick(Turn turn) {
        flushPresence(turn);
        save(turn);
        if (turn.now() >= noneEndsBefore) {
            endMemberships(turn);
        }
        if (!connections.isEmpty() && !byId.isEmpty() && turn.now() >= liveWrittenAt + ttlMillis / 2) {
            liveWrittenAt = turn.now();
            turn.change(new Change.PutRow(LIVE_ROW, CommandCodec.write(new LiveRow(turn.now()))));
        }
    }

    private void endMemberships(Turn turn) {
        noneEndsBefore = Header.NEVER;
        for (Seat seat : List.copyOf(disconnected)) {
            if (turn.now() >= endOf(seat)) {
                leave(seat.memberId, seat.nodeLost ? LeaveReason.NODE_LOST : LeaveReason.TIMEOUT, turn);
            } else {
                noneEndsBefore = Math.min(noneEndsBefore, endOf(seat));
            }
        }
    }

    private long endOf(Seat seat) {
        if (seat.held) {
            return Header.NEVER;
        }
        return seat.graceUntil != 0 ? seat.graceUntil : seat.lastSeenAt + ttlMillis;
    }

    /// Wall-clock milliseconds at which [#tick] is wanted even after a restart; perhaps too early.
    long wakeAt() {
        long wake = disconnected.isEmpty() ? Header.NEVER : noneEndsBefore;
        if (!connections.isEmpty() && !byId.isEmpty()) {
            wake = Math.min(wake, liveWrittenAt + ttlMillis / 2);
        }
        return wake;
    }

    /// Wall-clock milliseconds at which [#tick] is wanted while the room is in memory.
    long tickAt() {
        long flush = presenceChanged.isEmpty() ? Header.NEVER : presenceFlushedAt + PRESENCE_EVERY_MILLIS;
        return Math.min(flush, unsaved.isEmpty() ? Header.NEVER : saveAt);
    }

    /// Whether anything would be lost with the memory.
    boolean isQuiet() {
        return connections.isEmpty() && presenceChanged.isEmpty() && unsaved.isEmpty();
    }
}
