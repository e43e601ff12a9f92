package dev.stoa.server.room;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.entity.CommandCodec;

/// What a room's log folds to. Immutable.
///
/// @param metadataAt wall-clock milliseconds of the last change; 0 for none
/// @param documentStart the last record before the present document
record RoomState(RawJson metadata, long metadataAt, long documentStart) {
    static final RoomState EMPTY = new RoomState(RawJson.EMPTY_OBJECT, 0, 0);

    RoomState withMetadata(RawJson newMetadata, long at) {
        return new RoomState(newMetadata, at, documentStart);
    }

    RoomState restored(RawJson newMetadata, long at, long offset) {
        return new RoomState(newMetadata, at, offset);
    }

    byte[] bytes() {
        return CommandCodec.write(this);
    }

    static RoomState of(byte[] bytes) {
        return CommandCodec.read(bytes, RoomState.class);
    }
}
