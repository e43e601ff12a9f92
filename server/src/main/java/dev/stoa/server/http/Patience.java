package dev.stoa.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/// Writes for a peer that must go on reading: when a write takes too long, the writing thread is interrupted.
///
/// Confined to the writing thread, but for a thread of its own that looks after it.
final class Patience implements AutoCloseable {
    private static final long NOTHING = Long.MIN_VALUE;

    private final Thread writer;
    private final long nanos;
    private final Thread guard;
    private final Object lock = new Object();
    /// When the write began that is going on; [#NOTHING] for none.
    private long since = NOTHING;

    private Patience(Thread writer, Duration time) {
        this.writer = writer;
        this.nanos = time.toNanos();
        this.guard = Thread.ofVirtual().name("stoa-stream-guard").unstarted(this::look);
    }

    static Patience with(Thread writer, Duration time) {
        Patience patience = new Patience(writer, time);
        patience.guard.start();
        return patience;
    }

    /// @throws IOException when the peer is gone, or does not read
    void write(OutputStream out, byte[] bytes) throws IOException {
        writing(System.nanoTime());
        try {
            out.write(bytes);
            out.flush();
        } finally {
            writing(NOTHING);
        }
    }

    private void writing(long began) {
        synchronized (lock) {
            since = began;
        }
    }

    private void look() {
        try {
            while (true) {
                Thread.sleep(Duration.ofNanos(Math.max(1, nanos / 4)));
                synchronized (lock) {
                    if (since != NOTHING && System.nanoTime() - since > nanos) {
                        writer.interrupt();
                        return;
                    }
                }
            }
        } catch (InterruptedException over) {
            // closed
        }
    }

    @Override
    public void close() {
        guard.interrupt();
    }
}
