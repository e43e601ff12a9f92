package dev.stoa.server.endpoint.rooms;

import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.server.port.Timers;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.SocketAccess;
import dev.stoa.server.room.SocketRooms;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Conversation;
import dev.stoa.server.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A socket of one room: joins it without being asked, unless the peer's first message is a join of its own, and
/// sees to it that the token does not run out unnoticed.
///
/// A peer that wants to catch up says so in its first message, so the room is joined when that message has come
/// or a moment has passed. What is said in the room meanwhile is not lost: the place in the log is noted when the
/// socket opens, and hearing begins there.
///
/// Messages are confined to the session's event loop; timers may fire anywhere.
final class RoomConversation implements Conversation {
    /// How long a peer has to say that it wants to catch up.
    private static final Duration FIRST_MESSAGE = Duration.ofMillis(250);

    private static final Duration WARNING = Duration.ofSeconds(30);
    private static final Duration SKEW = Duration.ofSeconds(30);

    private final Session session;
    private final Rooms rooms;
    private final Conversation routes;
    private final SocketAccess opening;
    private final CompletableFuture<LogPosition> opened;
    private final AtomicBoolean joined = new AtomicBoolean();
    private volatile boolean closed;
    private volatile Timers.@Nullable Timeout expiry;

    private RoomConversation(Session session, Rooms rooms, Conversation routes, SocketAccess access) {
        this.session = session;
        this.rooms = rooms;
        this.routes = routes;
        this.opening = access;
        this.opened = rooms.sockets().position(access.kind(), access.room());
    }

    static RoomConversation start(Session session, Rooms rooms, Conversation routes) {
        SocketAccess access = Objects.requireNonNull(session.data().get(SocketAccess.KEY));
        RoomConversation conversation = new RoomConversation(session, rooms, routes, access);
        rooms.clock().schedule(FIRST_MESSAGE, conversation::joinUnasked);
        conversation.watchToken(null);
        return conversation;
    }

    @Override
    public void onMessage(byte[] message, boolean binary, long receivedAt) {
        if (!joined.get()) {
            if (!binary && Envelope.scan(message).type().equals(RoomMessages.JOIN.name())) {
                joined.set(true);
            } else {
                joinUnasked();
            }
        }
        routes.onMessage(message, binary, receivedAt);
    }

    private void joinUnasked() {
        if (closed || joined.getAndSet(true)) {
            return;
        }
        // A position that is not there yet is not waited for: what the peer sends next must come behind.
        LogPosition position = opened.isDone() && !opened.isCompletedExceptionally() ? opened.join() : null;
        try {
            rooms.sockets()
                    .attach(session, arrival(position), answer -> session.send(rooms.frame(RoomMessages.JOIN, answer)))
                    .whenComplete((_, failure) -> {
                        if (failure != null) {
                            refused(failure);
                        }
                    });
        } catch (ProtocolException refusal) {
            refused(refusal);
        }
    }

    private SocketRooms.Arrival arrival(@Nullable LogPosition position) {
        String clientId = opening.clientId() != null ? opening.clientId() : session.id();
        String memberId = SocketRooms.memberId(opening, clientId);
        RawJson presence = opening.presence();
        return new SocketRooms.Arrival(
                opening.kind(),
                opening.room(),
                new JoinOptions(memberId, opening.actor(), null, presence),
                clientId,
                opening.tokenId(),
                position,
                false,
                false);
    }

    private void refused(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        ProtocolException reason = cause instanceof ProtocolException known ? known : ProtocolException.wrap(cause);
        session.send(rooms.refusal(reason));
        SocketRooms.end(session, reason);
    }

    // The token's time

    /// Looks again when something is due: the warning, or the end.
    ///
    /// @param warnedOf the expiry that the peer was told of; null for none
    private void watchToken(@Nullable Instant warnedOf) {
        Instant expiresAt =
                Objects.requireNonNull(session.data().get(SocketAccess.KEY)).expiresAt();
        if (closed || expiresAt == null) {
            return;
        }
        Instant now = Instant.ofEpochMilli(rooms.clock().millis());
        boolean warned = expiresAt.equals(warnedOf);
        if (!warned && !now.isBefore(expiresAt.minus(WARNING))) {
            session.send(rooms.frame(RoomMessages.TOKEN_EXPIRING, new RoomMessages.TokenExpiring(expiresAt)));
            warned = true;
        }
        Instant end = endOf(expiresAt);
        if (warned && !now.isBefore(end)) {
            session.close(new CloseReason(4401, "EXPIRED"));
            return;
        }
        Instant next = warned ? end : expiresAt.minus(WARNING);
        Instant told = warned ? expiresAt : null;
        expiry = rooms.clock().schedule(Duration.between(now, next), () -> watchToken(told));
    }

    /// A token that was let in a little late, by a clock that is wrong, is good for that little.
    private Instant endOf(Instant expiresAt) {
        boolean late = session.openedAt() >= expiresAt.toEpochMilli();
        return late ? expiresAt.plus(SKEW) : expiresAt;
    }

    @Override
    public int maxMessageBytes(int allowed) {
        return routes.maxMessageBytes(allowed);
    }

    @Override
    public void onStale(Runnable close) {
        routes.onStale(close);
    }

    @Override
    public void drain(Runnable whenIdle) {
        routes.drain(whenIdle);
    }

    @Override
    public void onClosed(CloseReason reason) {
        closed = true;
        if (expiry != null) {
            expiry.cancel();
        }
        routes.onClosed(reason);
    }
}
