package dev.stoa.protocol.room;

import org.jspecify.annotations.Nullable;

/// How to branch a room.
///
/// @param branch the new room's name
/// @param offset where to branch; by default at the newest record
public record BranchOptions(String branch, @Nullable Long offset) {}
