package dev.stoa.client;

import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Messages that wait for the connection to open (router protocol, section 16.4). Confined to the
/// connection's lock.
final class OfflineQueue {
    private final QueuePolicy policy;
    private final int size;
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();

    /// What became of an offered frame.
    ///
    /// @param queued whether the frame waits
    /// @param dropped the frame lost because the queue is full, perhaps the offered one; null when
    ///     there was room
    record Outcome(boolean queued, @Nullable Frame dropped) {}

    OfflineQueue(QueuePolicy policy, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("the queue's size must be positive: " + size);
        }
        this.policy = policy;
        this.size = size;
    }

    boolean isOff() {
        return policy == QueuePolicy.OFF;
    }

    /// Must not be called when [#isOff].
    Outcome offer(Frame frame) {
        Frame dropped = null;
        if (frames.size() >= size) {
            if (policy == QueuePolicy.DROP_NEWEST) {
                return new Outcome(false, frame);
            }
            dropped = frames.poll();
        }
        frames.add(frame);
        return new Outcome(true, dropped);
    }

    /// Gives the frames to `taker`, oldest first, until it takes no more.
    void drain(Predicate<Frame> taker) {
        while (!frames.isEmpty() && taker.test(frames.peek())) {
            frames.remove();
        }
    }

    /// Takes the frame of a request out, if it waits here.
    void remove(Call<?> call) {
        frames.removeIf(frame -> frame.call() == call);
    }

    void clear() {
        frames.clear();
    }
}
