package dev.stoa.yjs.wire;

/// The two layouts of an update.
public enum Format {
    V1,
    V2
}
