package dev.stoa.client.room;

import dev.stoa.client.RequestOptions;
import dev.stoa.client.StoaClient;
import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ConnectionClosedException;
import dev.stoa.protocol.room.RoomMessages.Refresh;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Answers the server's warning, 30 s ahead, that the connection's token expires: asks the token source for a
/// fresh one and hands it over. Thread-safe.
///
/// Tries three times, 5 s apart, which fits into the warning. If all fail, the server closes the connection, and
/// the reconnect asks for a token again.
final class TokenRenewal {
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final System.Logger LOG = System.getLogger(TokenRenewal.class.getName());

    private final StoaClient client;
    private final RoomTools tools;
    private final AtomicBoolean running = new AtomicBoolean();

    TokenRenewal(StoaClient client, RoomTools tools) {
        this.client = client;
        this.tools = tools;
    }

    /// Begins, unless it has.
    void begin() {
        if (running.compareAndSet(false, true)) {
            tools.later(() -> renew(TRIES));
        }
    }

    private void renew(int triesLeft) {
        String token;
        try {
            token = tools.tokens().token();
        } catch (Exception noToken) {
            again(triesLeft, noToken);
            return;
        }
        if (token == null) {
            running.set(false);
            return;
        }
        client.requestAsync(
                        Wire.REFRESH,
                        new Refresh(null, null, token),
                        RequestOptions.within(PATIENCE).withoutQueueing())
                .whenComplete((refreshed, error) -> {
                    if (error == null
                            || error instanceof ConnectionClosedException
                            || error instanceof ClientStateException) {
                        running.set(false);
                    } else {
                        again(triesLeft, error);
                    }
                });
    }

    private void again(int triesLeft, Throwable error) {
        if (triesLeft > 1) {
            LOG.log(System.Logger.Level.DEBUG, "token not refreshed: {0}", error.toString());
            tools.scheduler().schedule(PAUSE, () -> tools.later(() -> renew(triesLeft - 1)));
        } else {
            running.set(false);
            LOG.log(System.Logger.Level.WARNING, "token not refreshed, the connection will end", error);
        }
    }
}
