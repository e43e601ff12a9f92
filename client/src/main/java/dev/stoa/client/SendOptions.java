package dev.stoa.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a message carries beside its payload. Immutable.
///
/// @param meta further meta keys, which the contract must declare; `clientId`, `receivedAt` and
///     `correlationId` are left out, a number under `timestamp` replaces the client's clock
/// @param correlationId id for the older request style, in which an event answers an event; usually
///     null
public record SendOptions(Map<String, ?> meta, @Nullable String correlationId) {
    private static final SendOptions NONE = new SendOptions(Map.of(), null);

    public SendOptions {
        meta = Map.copyOf(meta);
    }

    public static SendOptions none() {
        return NONE;
    }

    public static SendOptions ofMeta(Map<String, ?> meta) {
        return new SendOptions(meta, null);
    }

    public SendOptions withCorrelationId(String value) {
        return new SendOptions(meta, value);
    }
}
