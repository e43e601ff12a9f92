package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/// A change of a room's shared metadata; without `metadata` nothing changes, and the result tells what
/// is.
///
/// @param metadata a JSON object, merged into the present one by its top-level keys; `null` removes a key
/// @param replace whether it replaces instead
public record MetadataOptions(
        @Nullable RawJson metadata,
        @Nullable Boolean replace,
        @Nullable RoomPrincipal actor) {
    public static MetadataOptions of(Object metadata) {
        return new MetadataOptions(RawJson.of(metadata), null, null);
    }

    public MetadataOptions replacing() {
        return new MetadataOptions(metadata, true, actor);
    }
}
