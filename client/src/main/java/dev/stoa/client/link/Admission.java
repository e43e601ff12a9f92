package dev.stoa.client.link;

/// What a link says to text given to it.
public enum Admission {
    /// It will be written.
    ADDED,
    /// Too much text waits for the network already.
    FULL,
    /// The connection is over or closing.
    CLOSED
}
