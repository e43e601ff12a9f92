package dev.stoa.server.router;

/// A one-way message being handled.
public interface EventContext<P> extends Context {
    /// The validated payload; null exactly when the contract has none.
    P payload();
}
