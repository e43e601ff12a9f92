package dev.stoa.server.session;

/// What an endpoint does with one connection's messages. All methods are called on the session's event
/// loop, one at a time: they must not block and must not run application code that could.
public interface Conversation {
    /// A whole message.
    ///
    /// @param message its bytes, the conversation's to keep; at most the endpoint's `maxMessageBytes`
    /// @param binary whether it came as binary rather than text
    /// @param receivedAt wall-clock milliseconds at which its last byte was read
    void onMessage(byte[] message, boolean binary, long receivedAt);

    /// The largest message it takes at this moment: less than the endpoint allows while it does not
    /// trust its peer yet.
    ///
    /// @param allowed what the endpoint allows, in bytes
    default int maxMessageBytes(int allowed) {
        return allowed;
    }

    /// The connection has not answered a ping in time and will be closed when `close` is run, unless the
    /// conversation has closed it itself. May be run from any thread, once.
    default void onStale(Runnable close) {
        close.run();
    }

    /// The server is stopping: finish what is running, start nothing new, and run `whenIdle` once
    /// nothing is left to wait for. The connection is closed then, or at the server's deadline.
    default void drain(Runnable whenIdle) {
        whenIdle.run();
    }

    /// The connection takes no more messages either way. `reason` is why; it is the last call.
    void onClosed(CloseReason reason);
}
