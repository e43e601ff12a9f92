package dev.stoa.client;

import dev.stoa.client.error.ClientException;
import dev.stoa.client.error.RpcException;
import dev.stoa.client.error.ServerErrorException;
import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.Reserved;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the error frames that end requests: leniently, because a half-filled error is still an error
/// (router protocol, section 4.2).
final class ErrorFrames {
    private static final JsonNode NOTHING = Json.mapper().createObjectNode();

    private ErrorFrames() {}

    /// Returns what the frame says, or null when it is no error frame.
    static @Nullable ClientException exceptionOf(Envelope envelope, String correlationId) {
        return switch (envelope.type()) {
            case Reserved.RPC_ERROR -> rpc(payload(envelope), correlationId);
            case Reserved.ERROR -> event(payload(envelope));
            default -> null;
        };
    }

    private static RpcException rpc(JsonNode payload, String correlationId) {
        String code = text(payload, "code", ErrorCode.INTERNAL.name());
        Duration retryAfter = retryAfter(payload);
        return new RpcException(
                code,
                text(payload, "message", "RPC error"),
                details(payload),
                retryable(payload, code, retryAfter),
                retryAfter,
                correlationId);
    }

    private static ServerErrorException event(JsonNode payload) {
        String code = text(payload, "code", "UNKNOWN");
        return new ServerErrorException(code, text(payload, "message", code), details(payload));
    }

    private static JsonNode payload(Envelope envelope) {
        JsonNode payload = envelope.payloadTree();
        return payload != null && payload.isObject() ? payload : NOTHING;
    }

    /// The server's word counts first; the code's meaning second.
    private static boolean retryable(JsonNode payload, String code, @Nullable Duration retryAfter) {
        JsonNode said = payload.path("retryable");
        if (said.isBoolean()) {
            return said.booleanValue();
        }
        if (payload.path("retryAfterMs").isNull()) {
            return false;
        }
        ErrorCode standard = ErrorCode.ofName(code);
        return standard != null ? standard.retryable() : retryAfter != null;
    }

    private static @Nullable Duration retryAfter(JsonNode payload) {
        JsonNode millis = payload.path("retryAfterMs");
        boolean usable = millis.isNumber() && millis.asDouble() >= 0 && millis.asDouble() <= Integer.MAX_VALUE;
        return usable ? Duration.ofMillis((long) millis.asDouble()) : null;
    }

    private static Map<String, Object> details(JsonNode payload) {
        Map<String, Object> details = new LinkedHashMap<>();
        payload.path("details").properties().forEach(entry -> {
            if (!entry.getValue().isNull()) {
                details.put(entry.getKey(), Json.mapper().treeToValue(entry.getValue(), Object.class));
            }
        });
        return Map.copyOf(details);
    }

    private static String text(JsonNode payload, String key, String otherwise) {
        JsonNode value = payload.path(key);
        return value.isString() ? value.stringValue() : otherwise;
    }
}
