package dev.stoa.client;

/// A callback's registration, which [#close] ends. Closing twice does nothing.
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
