package dev.stoa.yjs;

/// JavaScript's `undefined`, which is not `null` and travels as its own value.
public enum Undefined {
    UNDEFINED;

    @Override
    public String toString() {
        return "undefined";
    }
}
