package dev.stoa.client.room;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a client deals with one room. Immutable; start with [#standard] and change.
///
/// @param timeout time for each operation, over as many reconnects as happen within it
/// @param resending whether what was sent and not answered when the connection broke is sent again after
///     the reconnect: publishes and broadcasts, with an idempotency key made for each, so that nothing is
///     doubled; document updates; presence; awareness; and reads. Room metadata never is
/// @param pendingLimit operations that may wait for their answer
/// @param membersLimit members that the live view keeps at most
/// @param clientId this device in the room's document; null for a random one
/// @param clock the last clock that this device has used in the room's document; 0 for none
public record RoomOptions(
        Duration timeout,
        boolean resending,
        int pendingLimit,
        int membersLimit,
        @Nullable String clientId,
        int clock) {
    private static final RoomOptions STANDARD = new RoomOptions(Duration.ofSeconds(30), true, 1000, 10_000, null, 0);

    public RoomOptions {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be positive: " + timeout);
        }
        if (pendingLimit < 1 || membersLimit < 1) {
            throw new IllegalArgumentException(
                    "limits must be positive: " + pendingLimit + " pending, " + membersLimit + " members");
        }
        if (clock < 0) {
            throw new IllegalArgumentException("clock must not be negative: " + clock);
        }
    }

    /// 30 s, resending, 1000 pending operations, 10,000 members, a random device.
    public static RoomOptions standard() {
        return STANDARD;
    }

    public RoomOptions withTimeout(Duration value) {
        return new RoomOptions(value, resending, pendingLimit, membersLimit, clientId, clock);
    }

    public RoomOptions withResending(boolean value) {
        return new RoomOptions(timeout, value, pendingLimit, membersLimit, clientId, clock);
    }

    public RoomOptions withPendingLimit(int value) {
        return new RoomOptions(timeout, resending, value, membersLimit, clientId, clock);
    }

    public RoomOptions withMembersLimit(int value) {
        return new RoomOptions(timeout, resending, pendingLimit, value, clientId, clock);
    }

    /// Goes on as a device of an earlier run. The application keeps id and clock; two rooms at a time must
    /// not share them.
    public RoomOptions withDevice(String id, int lastClock) {
        return new RoomOptions(timeout, resending, pendingLimit, membersLimit, id, lastClock);
    }
}
