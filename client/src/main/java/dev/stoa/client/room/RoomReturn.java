package dev.stoa.client.room;

import dev.stoa.client.Closure;
import dev.stoa.client.ReturnRule;
import dev.stoa.client.error.ConnectFailedException;
import dev.stoa.client.error.RoomEndedException;
import dev.stoa.client.error.RoomEndedException.Reason;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Knows the close codes of a room's own socket (rooms protocol, section 7). Thread-safe.
///
/// A socket that opens and closes again before the room let the client in waits longer each time, like a refused
/// one: that it opened proves nothing.
final class RoomReturn implements ReturnRule {
    private static final int INVALID_TOKEN = 4401;
    private static final int FORBIDDEN = 4403;
    private static final int DESTROYED = 4410;
    private static final int FROM_STATUS = 4000;
    private static final Pattern RETRY_AFTER = Pattern.compile("retryAfterMs\"?\\s*[:=]\\s*(\\d{1,9})");

    private final ReentrantLock lock = new ReentrantLock();
    private int losses;
    private int tokenRefusals;
    private @Nullable ConnectFailedException failure;
    private @Nullable RoomEndedException end;
    private @Nullable RoomTools tools;

    /// Waits as the client does, once there is one.
    void waitLike(RoomTools client) {
        lock.lock();
        try {
            tools = client;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Verdict closed(Closure closure) {
        lock.lock();
        try {
            losses++;
            failure = null;
            Duration asked = retryAfter(closure.reason());
            Duration grown = grown();
            return verdict(closure.code(), closure.reason(), asked.compareTo(grown) > 0 ? asked : grown, null);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Verdict refused(ConnectFailedException refusal) {
        lock.lock();
        try {
            failure = refusal;
            int code = FROM_STATUS + refusal.status().orElse(0);
            return verdict(code, refusal.text(), Duration.ZERO, refusal);
        } finally {
            lock.unlock();
        }
    }

    /// The room answered: what went wrong before does not count any more.
    void welcomed() {
        lock.lock();
        try {
            losses = 0;
            failure = null;
            tokenRefusals = 0;
        } finally {
            lock.unlock();
        }
    }

    /// Why the last attempt to connect failed; null when it did not.
    @Nullable
    ConnectFailedException failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /// Why there is no coming back; null while there is.
    @Nullable
    RoomEndedException end() {
        lock.lock();
        try {
            return end;
        } finally {
            lock.unlock();
        }
    }

    private Duration grown() {
        return losses > 1 && tools != null ? tools.reconnect().delay(losses, tools.random()) : Duration.ZERO;
    }

    private Verdict verdict(int code, String words, Duration atLeast, @Nullable Throwable cause) {
        return switch (code) {
            case DESTROYED -> stayAway(Reason.DESTROYED, "the room was destroyed", words, cause);
            case FORBIDDEN -> stayAway(Reason.FORBIDDEN, "the token is revoked or not allowed here", words, cause);
            case INVALID_TOKEN -> {
                tokenRefusals++;
                yield tokenRefusals > 1
                        ? stayAway(Reason.TOKEN_REFUSED, "the server refused a fresh token too", words, cause)
                        : new Verdict.ComeBack(atLeast);
            }
            default -> new Verdict.ComeBack(atLeast);
        };
    }

    private Verdict stayAway(Reason reason, String message, String words, @Nullable Throwable cause) {
        end = new RoomEndedException(reason, words.isEmpty() ? message : message + ": " + words, cause);
        return new Verdict.StayAway();
    }

    private static Duration retryAfter(String reason) {
        Matcher hint = RETRY_AFTER.matcher(reason);
        return hint.find() ? Duration.ofMillis(Long.parseLong(hint.group(1))) : Duration.ZERO;
    }
}
