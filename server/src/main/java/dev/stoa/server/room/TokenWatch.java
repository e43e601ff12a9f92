package dev.stoa.server.room;

import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.server.port.Timers;
import dev.stoa.server.room.token.RoomToken;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.DataKey;
import dev.stoa.server.session.Session;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Warns a socket before its token runs out, and closes it when it has (rooms protocol, section 6). Thread-safe.
final class TokenWatch {
    /// Where a session keeps its watch.
    static final DataKey<TokenWatch> KEY = DataKey.of("stoa.room.token-watch", TokenWatch.class);

    private static final Duration WARNING = Duration.ofSeconds(30);
    private static final CloseReason EXPIRED = new CloseReason(4401, "EXPIRED");

    private final Session session;
    private final Rooms rooms;
    private Instant acceptedAt = Instant.EPOCH;
    private @Nullable Instant expiresAt;
    private boolean warned;
    private boolean over;
    private Timers.@Nullable Timeout next;

    TokenWatch(Session session, Rooms rooms) {
        this.session = session;
        this.rooms = rooms;
    }

    /// Watches a token that was accepted now, in place of any before; null for none.
    synchronized void begin(@Nullable RoomToken token) {
        acceptedAt = now();
        expiresAt = token == null ? null : token.expiresAt();
        warned = false;
        look();
    }

    synchronized void end() {
        over = true;
        cancel();
    }

    private synchronized void look() {
        cancel();
        Instant expiry = expiresAt;
        if (over || expiry == null) {
            return;
        }
        Instant now = now();
        if (!warned && !now.isBefore(expiry.minus(WARNING))) {
            warned = true;
            session.send(rooms.frame(RoomMessages.TOKEN_EXPIRING, new RoomMessages.TokenExpiring(expiry)));
        }
        Instant end = endOf(expiry);
        if (!now.isBefore(end)) {
            over = true;
            session.close(EXPIRED);
            return;
        }
        Instant due = warned ? end : expiry.minus(WARNING);
        next = rooms.clock().schedule(Duration.between(now, due), this::look);
    }

    /// A token that was let in a little late, by a clock that is wrong, is good for that little.
    private Instant endOf(Instant expiry) {
        return acceptedAt.isBefore(expiry) ? expiry : expiry.plus(RoomToken.CLOCK_SKEW);
    }

    private Instant now() {
        return Instant.ofEpochMilli(rooms.clock().millis());
    }

    private void cancel() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
