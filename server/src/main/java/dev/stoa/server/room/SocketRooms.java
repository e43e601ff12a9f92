package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages.Joined;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.DataKey;
import dev.stoa.server.session.Session;
import dev.stoa.server.store.EntityId;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Brings sockets into rooms, and takes them out when they close. Thread-safe.
public final class SocketRooms {
    /// The most rooms that one socket may be in.
    static final int MAX_ROOMS = 1000;

    private static final DataKey<JoinedRooms> JOINED = DataKey.of("stoa.rooms.joined", JoinedRooms.class);

    private final Rooms rooms;

    SocketRooms(Rooms rooms) {
        this.rooms = rooms;
    }

    /// The rooms that a socket is in, or on its way into.
    private record JoinedRooms(Set<EntityId> rooms) {}

    /// How a socket wants to be in a room.
    ///
    /// @param options with a member id
    /// @param position from where the log is wanted; null for from here on
    /// @param asked whether the peer asked for that position
    /// @param shared whether the socket may be in other rooms
    /// @param tokenId the `jti` of its token; null for none
    public record Arrival(
            RoomKind kind,
            String room,
            JoinOptions options,
            String clientId,
            @Nullable String tokenId,
            @Nullable LogPosition position,
            boolean asked,
            boolean shared) {}

    /// Attaches a socket to a room. `joined` is called on the room's thread, before the socket is sent
    /// anything of the room, or the returned future fails.
    public CompletableFuture<?> attach(Session session, Arrival arrival, Consumer<Joined> joined) {
        EntityId id = rooms.id(arrival.kind, arrival.room);
        RoomsRuntime runtime = rooms.runtime();
        rooms.checks().join(arrival.options);
        remember(session, id);
        String joinId = runtime.ids().get();
        rooms.listeners().expect(joinId, session, joined);
        return runtime.placement()
                .ref(id)
                .ask(
                        new RoomCommand.Attach(
                                new SessionRef(runtime.node(), session.id(), arrival.shared),
                                joinId,
                                arrival.clientId,
                                arrival.tokenId,
                                arrival.options,
                                arrival.position,
                                arrival.asked),
                        runtime.deadline())
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        rooms.listeners().forget(joinId);
                    }
                });
    }

    private static void remember(Session session, EntityId id) {
        session.data().update(JOINED, known -> known != null ? known : new JoinedRooms(ConcurrentHashMap.newKeySet()));
        JoinedRooms joined = Objects.requireNonNull(session.data().get(JOINED));
        if (joined.rooms.size() >= MAX_ROOMS && !joined.rooms.contains(id)) {
            throw ProtocolException.of(
                    ErrorCode.RESOURCE_EXHAUSTED, "the connection is in " + MAX_ROOMS + " rooms, its limit");
        }
        joined.rooms.add(id);
    }

    /// The socket has left a room.
    void left(Session session, RoomKind kind, String room) {
        JoinedRooms joined = session.data().get(JOINED);
        if (joined != null) {
            joined.rooms.remove(rooms.id(kind, room));
        }
    }

    /// The socket is gone.
    void closed(Session session, CloseReason reason) {
        JoinedRooms joined = session.data().get(JOINED);
        if (joined != null) {
            joined.rooms.forEach(id -> rooms.detachSurely(id, session.id(), isGoodbye(reason)));
        }
    }

    /// Whether the peer meant to leave. Pages that are reloaded say 1001; that, a lost connection, and what the
    /// server says when it goes, leave the member a while to come back.
    private static boolean isGoodbye(CloseReason reason) {
        int code = reason.code();
        return code == 1000 || code == 1005 || code >= 3000 && code < 5000;
    }

    /// Who a socket of one room is in it.
    public static String memberId(SocketAccess access, String clientId) {
        String memberId = AsyncRoom.memberId(access.memberId(), access.actor());
        return memberId != null ? memberId : clientId;
    }

    /// Closes a socket that could not join the one room it is for.
    public static void end(Session session, ProtocolException reason) {
        session.close(
                switch (reason.code()) {
                    case "UNAUTHENTICATED" -> new CloseReason(4401, "UNAUTHENTICATED");
                    case "FAILED_PRECONDITION" -> new CloseReason(4410, "DESTROYED");
                    case "RESOURCE_EXHAUSTED" -> new CloseReason(4429, "{\"retryAfterMs\":1000}");
                    case "UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL" ->
                        new CloseReason(1012, "{\"retryAfterMs\":500}");
                    default -> new CloseReason(4403, reason.code());
                });
    }

    /// Where a socket's room stands now, so that nothing is lost between its opening and its joining.
    public CompletableFuture<LogPosition> position(RoomKind kind, String room) {
        return rooms.ref(kind, room)
                .ask(new RoomCommand.Look(), rooms.runtime().deadline())
                .thenApply(view -> new LogPosition(view.epoch(), view.lastOffset()));
    }

    /// Gives a socket of one room a new token.
    ///
    /// @return its access from now on; fails when the token is not good, or of somebody else
    public CompletableFuture<SocketAccess> refresh(Session session, String token) {
        SocketAccess before = session.data().get(SocketAccess.KEY);
        if (before == null || before.tokenId() == null) {
            return CompletableFuture.failedFuture(
                    ProtocolException.of(ErrorCode.FAILED_PRECONDITION, "the connection came without a room token"));
        }
        return rooms.access().check(token, before.kind(), before.room()).thenApply(valid -> {
            SocketAccess after = SocketAccess.of(valid, before.kind(), before.room());
            if (!after.actor().equals(before.actor()) || !Objects.equals(after.memberId(), before.memberId())) {
                throw ProtocolException.of(ErrorCode.PERMISSION_DENIED, "the token is somebody else's");
            }
            session.data().put(SocketAccess.KEY, after);
            rooms.listeners().retoken(rooms.id(before.kind(), before.room()), session.id(), valid);
            return after;
        });
    }
}
