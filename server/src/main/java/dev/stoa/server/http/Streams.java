package dev.stoa.server.http;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import java.util.concurrent.Semaphore;

/// The streams and long polls that are open. Thread-safe.
final class Streams {
    private final StreamSettings settings;
    private final Semaphore free;

    Streams(StreamSettings settings) {
        this.settings = settings;
        this.free = new Semaphore(settings.max());
    }

    StreamSettings settings() {
        return settings;
    }

    /// A place among them, to be given back.
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /// @throws ProtocolException `RESOURCE_EXHAUSTED` when there are too many
    Place take() {
        if (!free.tryAcquire()) {
            throw tooMany();
        }
        return free::release;
    }

    /// @throws ProtocolException `RESOURCE_EXHAUSTED` when there are too many
    void requireFree() {
        if (free.availablePermits() == 0) {
            throw tooMany();
        }
    }

    private ProtocolException tooMany() {
        return ProtocolException.of(
                ErrorCode.RESOURCE_EXHAUSTED, settings.max() + " streams are open, the most there may be");
    }
}
