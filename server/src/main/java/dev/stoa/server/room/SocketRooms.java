package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.protocol.room.RoomMessages.Joined;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.server.entity.Answers;
import dev.stoa.server.room.token.RoomToken;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.session.Session;
import dev.stoa.server.store.EntityId;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Brings sockets into rooms, and takes them out when they close. Thread-safe.
public final class SocketRooms {
    private static final int SLOW_CONSUMER = 4408;

    private final Rooms rooms;

    SocketRooms(Rooms rooms) {
        this.rooms = rooms;
    }

    /// How a socket wants to be in a room.
    ///
    /// @param options with a member id
    /// @param position from where the log is wanted; null for from here on
    /// @param asked whether the peer asked for that position
    /// @param shared whether the socket may be in other rooms
    record Arrival(
            RoomKind kind,
            String room,
            JoinOptions options,
            String clientId,
            @Nullable LogPosition position,
            boolean asked,
            boolean shared) {}

    // A socket of one room

    /// A socket has opened that is for one room, which its [SocketAccess] names. From here on its token is
    /// watched, and a revocation finds it.
    public void opened(Session session) {
        SocketAccess access = accessOf(session);
        rooms.listeners().opened(session);
        TokenWatch watch = new TokenWatch(session, rooms);
        session.data().put(TokenWatch.KEY, watch);
        watch.begin(access.token());
        closeIfRevoked(session, access);
    }

    /// What was revoked between the token's check and now was not seen by either side.
    private void closeIfRevoked(Session session, SocketAccess access) {
        RoomToken token = access.token();
        if (token != null) {
            rooms.access().checkRevoked(token, access.kind(), access.room()).whenComplete((_, failure) -> {
                if (failure != null) {
                    end(session, Answers.reason(failure));
                }
            });
        }
    }

    /// Brings a socket into the room it is for, without its asking: it hears what is said behind `position`, if
    /// there is one. Does nothing where it may not read.
    public void attachUnasked(Session session, @Nullable LogPosition position) {
        SocketAccess access = accessOf(session);
        if (!access.allows(RoomOp.READ)) {
            return;
        }
        Arrival arrival = new Arrival(
                access.kind(),
                access.room(),
                new JoinOptions(access.memberIdOf(session), access.actor(), null, access.presence()),
                access.clientIdOf(session),
                position,
                false,
                false);
        attach(session, arrival, answer -> session.send(rooms.frame(RoomMessages.JOIN, answer)))
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        ProtocolException reason = Answers.reason(failure);
                        session.send(rooms.refusal(reason));
                        end(session, reason);
                    }
                });
    }

    private static SocketAccess accessOf(Session session) {
        return Objects.requireNonNull(session.data().get(SocketAccess.KEY), "the session is not for one room");
    }

    /// Where a socket's room stands now, so that nothing is lost between its opening and its joining.
    public CompletableFuture<LogPosition> position(Session session) {
        SocketAccess access = accessOf(session);
        return rooms.ref(access.kind(), access.room())
                .ask(new RoomCommand.Look(), rooms.runtime().deadline())
                .thenApply(view -> new LogPosition(view.epoch(), view.lastOffset()));
    }

    /// Gives a socket of one room a new token.
    ///
    /// @return its access from now on; fails when the token is not good, or of somebody else
    CompletableFuture<SocketAccess> refresh(Session session, String token) {
        SocketAccess before = session.data().get(SocketAccess.KEY);
        TokenWatch watch = session.data().get(TokenWatch.KEY);
        if (before == null || before.token() == null || watch == null) {
            return CompletableFuture.failedFuture(
                    ProtocolException.of(ErrorCode.FAILED_PRECONDITION, "the connection came without a room token"));
        }
        return rooms.access().check(token, before.kind(), before.room()).thenApply(valid -> {
            SocketAccess after = before.renewedBy(valid, session);
            if (after == null) {
                throw ProtocolException.of(ErrorCode.PERMISSION_DENIED, "the token is somebody else's");
            }
            session.data().put(SocketAccess.KEY, after);
            watch.begin(valid);
            closeIfRevoked(session, after);
            if (!after.allows(RoomOp.READ)) {
                rooms.detachSurely(rooms.id(before.kind(), before.room()), session.id(), true);
            }
            return after;
        });
    }

    /// Closes a socket that cannot be in the one room it is for.
    static void end(Session session, ProtocolException reason) {
        session.close(closing(reason));
    }

    /// How a socket of one room is closed for an error.
    public static CloseReason closing(ProtocolException reason) {
        if (RoomEntity.isDestroyed(reason)) {
            return new CloseReason(4410, "DESTROYED");
        }
        return switch (reason.code()) {
            case "UNAUTHENTICATED" -> new CloseReason(4401, "UNAUTHENTICATED");
            case "RESOURCE_EXHAUSTED" -> new CloseReason(4429, "{\"retryAfterMs\":1000}");
            case "UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED", "INTERNAL" ->
                new CloseReason(1012, "{\"retryAfterMs\":500}");
            default -> new CloseReason(4403, reason instanceof RevokedException ? "REVOKED" : "DENIED");
        };
    }

    // Any socket

    /// Attaches a socket to a room. `joined` is called on the room's thread, before the socket is sent
    /// anything of the room, or the returned future fails.
    CompletableFuture<?> attach(Session session, Arrival arrival, Consumer<Joined> joined) {
        EntityId id = rooms.id(arrival.kind, arrival.room);
        RoomsRuntime runtime = rooms.runtime();
        String joinId = runtime.ids().get();
        try {
            rooms.checks().join(arrival.options);
            rooms.listeners().expect(joinId, id, Objects.requireNonNull(arrival.options.memberId()), session, joined);
        } catch (ProtocolException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        return runtime.placement()
                .ref(id)
                .ask(
                        new RoomCommand.Attach(
                                new SessionRef(runtime.node(), session.id(), arrival.shared),
                                joinId,
                                arrival.clientId,
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

    /// The socket is gone.
    void closed(Session session, CloseReason reason) {
        TokenWatch watch = session.data().get(TokenWatch.KEY);
        if (watch != null) {
            watch.end();
        }
        if (!rooms.isRun()) {
            return;
        }
        rooms.listeners().closed(session).forEach(id -> rooms.detachSurely(id, session.id(), isGoodbye(reason)));
    }

    /// Whether the peer has left for good: it said so, or it was put out. Pages that are reloaded say 1001; that, a
    /// lost connection, a silent or slow one, and what the server says when it goes, leave the member a while to
    /// come back.
    private static boolean isGoodbye(CloseReason reason) {
        int code = reason.code();
        return code == 1000
                || code == 1005
                || code >= 3000 && code < 5000 && code != SLOW_CONSUMER && !reason.equals(Heartbeat.STALE);
    }
}
