package dev.stoa.server.http;

import java.util.Locale;

/// What a route asks of an API key. None includes another.
public enum Scope {
    /// Looking.
    READ,
    /// What a participant does: messages, membership, presence, metadata, documents.
    PUBLISH,
    /// What the house does: tokens, snapshots, the end of rooms and connections.
    ADMIN;

    /// As it stands in a configuration.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
