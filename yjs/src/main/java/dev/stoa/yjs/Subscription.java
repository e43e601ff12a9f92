package dev.stoa.yjs;

/// Ends a listener. Cancelling twice does nothing.
@FunctionalInterface
public interface Subscription {
    /// From now on the listener is not called; more than once does nothing more.
    void cancel();
}
