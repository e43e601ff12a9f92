package dev.stoa.client.link;

import java.net.http.WebSocket;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes text to a JDK WebSocket, which takes only one message at a time: the others wait here, within
/// a limit.
///
/// Adding and writing are two calls, so that a caller can add in order under its own lock and write
/// after leaving it. Thread-safe.
final class Outbox {
    private static final int NORMAL_CLOSURE = 1000;

    private final WebSocket socket;
    private final long maxChars;
    private final Consumer<Throwable> failure;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<String> waiting = new ArrayDeque<>();
    private long waitingChars;
    private boolean writing;
    private boolean closed;
    private @Nullable CloseFrame closeFrame;

    private record CloseFrame(int code, String reason) {}

    /// @param failure told when a write failed
    Outbox(WebSocket socket, long maxChars, Consumer<Throwable> failure) {
        this.socket = socket;
        this.maxChars = maxChars;
        this.failure = failure;
    }

    /// Adds text, to be written by [#write]; see [Link#add].
    Admission add(String text, boolean limited) {
        lock.lock();
        try {
            if (closed) {
                return Admission.CLOSED;
            }
            if (limited && waitingChars > 0 && waitingChars + text.length() > maxChars) {
                return Admission.FULL;
            }
            waiting.add(text);
            waitingChars += text.length();
            return Admission.ADDED;
        } finally {
            lock.unlock();
        }
    }

    /// Lets the close frame follow what was added so far, and takes no more.
    void close(int code, String reason) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            closeFrame = new CloseFrame(code, reason);
        } finally {
            lock.unlock();
        }
        write();
    }

    /// Drops what waits, and takes no more.
    void discard() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            closeFrame = null;
        } finally {
            lock.unlock();
        }
    }

    /// Writes what waits, unless a write is going on, which then continues with it.
    void write() {
        while (true) {
            String text;
            lock.lock();
            try {
                text = writing ? null : waiting.poll();
                if (text == null) {
                    break;
                }
                writing = true;
            } finally {
                lock.unlock();
            }
            CompletableFuture<WebSocket> written = socket.sendText(text, true);
            int size = text.length();
            if (!written.isDone() || written.isCompletedExceptionally()) {
                written.whenComplete((same, error) -> written(size, error));
                return;
            }
            finished(size);
        }
        writeClose();
    }

    private void written(int size, @Nullable Throwable error) {
        finished(size);
        if (error == null) {
            write();
        } else {
            discard();
            failure.accept(error);
        }
    }

    private void finished(int size) {
        lock.lock();
        try {
            writing = false;
            waitingChars -= size;
        } finally {
            lock.unlock();
        }
    }

    private void writeClose() {
        CloseFrame frame;
        lock.lock();
        try {
            if (writing || !waiting.isEmpty() || closeFrame == null) {
                return;
            }
            frame = closeFrame;
            closeFrame = null;
        } finally {
            lock.unlock();
        }
        socket.sendClose(frame.code, frame.reason).exceptionally(error -> {
            if (error instanceof IllegalArgumentException) {
                socket.sendClose(NORMAL_CLOSURE, "").exceptionally(this::failed);
                return socket;
            }
            return failed(error);
        });
    }

    private WebSocket failed(Throwable error) {
        failure.accept(error);
        return socket;
    }
}
