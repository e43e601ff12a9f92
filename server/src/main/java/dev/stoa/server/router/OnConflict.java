package dev.stoa.server.router;

/// What merging does with a type that both routers handle.
public enum OnConflict {
    /// Refuse to merge.
    ERROR,
    /// Keep what was there.
    SKIP,
    /// Take the newcomer, with a warning in the log.
    REPLACE
}
