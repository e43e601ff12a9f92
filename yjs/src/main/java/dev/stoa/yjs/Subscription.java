package dev.stoa.yjs;

/// Ends a listener. Cancelling twice does nothing.
@FunctionalInterface
public interface Subscription {
    void cancel();
}
