package dev.stoa.server.port;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A bus between servers in one process, for tests and for applications that start several.
///
/// Publishing calls every listener on the publisher's thread. Thread-safe; messages of concurrent
/// publishers reach all listeners in the same order.
public final class InProcessBus implements Bus {
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    @Override
    public AutoCloseable start(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public synchronized void publish(BusMessage message) {
        for (Listener listener : listeners) {
            listener.onMessage(message);
        }
    }
}
