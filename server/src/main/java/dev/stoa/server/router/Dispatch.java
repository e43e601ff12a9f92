package dev.stoa.server.router;

/// How a route's handler runs (the default is [#SERIAL] for events and [#CONCURRENT] for calls).
/// Whatever the mode, the handlers of one session start in the order in which its messages arrived.
public enum Dispatch {
    /// On a virtual thread, after the session's earlier serial handlers have finished.
    SERIAL,
    /// On a virtual thread of its own, while earlier ones may still run.
    CONCURRENT,
    /// On the event loop, for handlers that never block and finish within microseconds.
    INLINE
}
