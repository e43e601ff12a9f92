package dev.stoa.protocol.room;

import org.jspecify.annotations.Nullable;

/// What a peer has of a Yjs document already.
///
/// @param stateVectorBase64 the peer's state vector; absent for nothing
/// @param limit how many of the last updates to list beside the merged one
public record YjsSyncOptions(
        @Nullable String stateVectorBase64, @Nullable Integer limit) {}
