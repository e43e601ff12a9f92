package dev.stoa.server.port;

/// Carries published messages between nodes. A server without one is alone and delivers by itself.
///
/// The law of a bus: a message given to [#publish] reaches the listener of every started node once, the
/// publisher's own included, in publishing order for each topic and publisher; and only through that
/// listener.
///
/// Implementations are thread-safe.
public interface Bus {
    /// Starts to hand messages to `listener`, one at a time.
    ///
    /// @return stops it again, idempotently
    AutoCloseable start(Listener listener);

    /// Hands a message over. Returns when the bus has taken it, which does not mean that it has arrived.
    ///
    /// @throws BusException when the bus did not take it; trying again may help
    void publish(BusMessage message);

    /// Receives messages from the bus. Must not block.
    @FunctionalInterface
    interface Listener {
        void onMessage(BusMessage message);
    }

    /// The bus is out of reach or refused a message.
    final class BusException extends RuntimeException {
        private static final long serialVersionUID = 1;

        public BusException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
