package dev.stoa.client.link;

import java.util.concurrent.locks.ReentrantLock;

/// Decides whether to read on: only so many messages, and so many bytes of them, wait for the
/// application at a time.
///
/// A message larger than the byte limit passes when nothing else waits. Thread-safe.
final class ReadWindow {
    private final int maxMessages;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private int messages;
    private long bytes;
    private boolean paused;

    ReadWindow(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /// Counts a message that arrived.
    void arrived(int size) {
        lock.lock();
        try {
            messages++;
            bytes += size;
        } finally {
            lock.unlock();
        }
    }

    /// Asks to read the next message. On false the reader stops, and the [#handled] that makes room
    /// says so.
    boolean mayRead() {
        lock.lock();
        try {
            paused = messages >= maxMessages || bytes >= maxBytes;
            return !paused;
        } finally {
            lock.unlock();
        }
    }

    /// Counts a message that the application is done with. Returns true when the stopped reader must go
    /// on.
    boolean handled(int size) {
        lock.lock();
        try {
            messages--;
            bytes -= size;
            return paused && mayRead();
        } finally {
            lock.unlock();
        }
    }

    boolean isPaused() {
        lock.lock();
        try {
            return paused;
        } finally {
            lock.unlock();
        }
    }
}
