package dev.stoa.client;

/// Where the connection stands (router protocol, section 16.1).
public enum ClientState {
    /// No connection, and none will be made unless asked for. The initial state.
    CLOSED,
    /// An attempt is running.
    CONNECTING,
    /// Connected.
    OPEN,
    /// [StoaClient#close()] was called; the peer's close is awaited.
    CLOSING,
    /// No connection; the next attempt waits for its time.
    RECONNECTING
}
