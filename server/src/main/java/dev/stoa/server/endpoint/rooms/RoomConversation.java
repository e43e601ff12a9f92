package dev.stoa.server.endpoint.rooms;

import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.SocketRooms;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Conversation;
import dev.stoa.server.session.Session;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/// A socket of one room: joins it without being asked, unless the peer's first message is a join of its own.
///
/// A peer that wants to catch up says so in its first message, so the room is joined when that message has come
/// or a moment has passed. What is said in the room meanwhile is not lost: the place in the log is noted when the
/// socket opens, and hearing begins there.
///
/// Messages are confined to the session's event loop; the timer may fire anywhere.
final class RoomConversation implements Conversation {
    /// How long a peer has to say that it wants to catch up.
    private static final Duration FIRST_MESSAGE = Duration.ofMillis(250);

    private final Session session;
    private final SocketRooms sockets;
    private final Conversation routes;
    private final CompletableFuture<LogPosition> opened;
    private final AtomicBoolean joined = new AtomicBoolean();

    private RoomConversation(Session session, Rooms rooms, Conversation routes) {
        this.session = session;
        this.sockets = rooms.sockets();
        this.routes = routes;
        this.opened = sockets.position(session);
    }

    static RoomConversation start(Session session, Rooms rooms, Conversation routes) {
        rooms.sockets().opened(session);
        RoomConversation conversation = new RoomConversation(session, rooms, routes);
        rooms.clock().schedule(FIRST_MESSAGE, conversation::joinUnasked);
        return conversation;
    }

    @Override
    public void onMessage(byte[] message, boolean binary, long receivedAt) {
        if (!joined.get()) {
            if (isJoin(message)) {
                joined.set(true);
            } else {
                joinUnasked();
            }
        }
        routes.onMessage(message, binary, receivedAt);
    }

    /// The routes take the message apart again, and answer for it if it is broken.
    private static boolean isJoin(byte[] message) {
        try {
            return Envelope.scan(message).type().equals(RoomMessages.JOIN.name());
        } catch (InvalidMessageException broken) {
            return false;
        }
    }

    private void joinUnasked() {
        if (session.isOpen() && !joined.getAndSet(true)) {
            // A position that is not there yet is not waited for: what the peer sends next must come behind.
            boolean known = opened.isDone() && !opened.isCompletedExceptionally();
            sockets.attachUnasked(session, known ? opened.join() : null);
        }
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
        routes.onClosed(reason);
    }
}
