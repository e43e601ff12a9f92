package dev.stoa.client;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Keeps what a callback was given, for a test to wait for.
public final class Recording<T> implements Consumer<T> {
    private static final int PATIENCE_SECONDS = 10;

    private final BlockingQueue<T> events = new LinkedBlockingQueue<>();

    @Override
    public void accept(T event) {
        events.add(event);
    }

    public T next() {
        try {
            T event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("nothing came within " + PATIENCE_SECONDS + " s");
            }
            return event;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    public boolean isEmpty() {
        return events.isEmpty();
    }
}
