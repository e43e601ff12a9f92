package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/// A message to publish or broadcast.
///
/// @param type the event's type for clients, 1 to 128 characters
/// @param data any JSON value
/// @param metadata a JSON object
/// @param idempotencyKey makes a second publish with the same key answer with the first one's result
/// @param actor who publishes; only callers that are trusted may say
public record MessageInput(
        String type,
        @Nullable RawJson data,
        @Nullable RawJson metadata,
        @Nullable String idempotencyKey,
        @Nullable RoomPrincipal actor) {
    /// A message of a type, with any data that can be written as JSON.
    public static MessageInput of(String type, @Nullable Object data) {
        return new MessageInput(type, RawJson.of(data), null, null, null);
    }

    public MessageInput withMetadata(Object newMetadata) {
        return new MessageInput(type, data, RawJson.of(newMetadata), idempotencyKey, actor);
    }

    public MessageInput withIdempotencyKey(String key) {
        return new MessageInput(type, data, metadata, key, actor);
    }

    public MessageInput by(RoomPrincipal newActor) {
        return new MessageInput(type, data, metadata, idempotencyKey, newActor);
    }
}
