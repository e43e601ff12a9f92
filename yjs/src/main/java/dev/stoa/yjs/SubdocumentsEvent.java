package dev.stoa.yjs;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// References to other documents that a change has added or removed. Immutable.
///
/// @param loaded those of `added` that ask to be loaded at once
public record SubdocumentsEvent(
        Set<Subdocument> added,
        Set<Subdocument> removed,
        Set<Subdocument> loaded,
        @Nullable Object origin) {}
