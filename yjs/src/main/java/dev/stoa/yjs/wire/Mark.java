package dev.stoa.yjs.wire;

/// The content of a format mark: from here on, `key` has this value. Immutable.
public record Mark(String key, JsonValue value) {}
