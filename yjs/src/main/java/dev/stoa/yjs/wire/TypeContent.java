package dev.stoa.yjs.wire;

/// A shared type as content: its kind on the wire, and a name for the two kinds that have one.
public interface TypeContent {
    int ARRAY = 0;
    int MAP = 1;
    int TEXT = 2;
    int XML_ELEMENT = 3;
    int XML_FRAGMENT = 4;
    int XML_HOOK = 5;
    int XML_TEXT = 6;

    int typeRef();

    /// Of an element its node name, of a hook the hook's; empty for others.
    String typeName();

    static boolean hasName(int typeRef) {
        return typeRef == XML_ELEMENT || typeRef == XML_HOOK;
    }

    /// A type that has no document. Immutable.
    record Seed(int typeRef, String typeName) implements TypeContent {}
}
