package dev.stoa.client;

import dev.stoa.client.error.ValidationException;
import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.EnvelopeWriter;
import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.Reserved;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks what the application sends and writes it as text. Thread-safe.
final class FrameEncoder {
    private final InstantSource clock;

    FrameEncoder(InstantSource clock) {
        this.clock = clock;
    }

    /// @throws ValidationException when payload or meta break the contract
    <P> String encode(MessageType<P> type, @Nullable P payload, @Nullable String correlationId, Map<String, ?> meta) {
        try {
            type.check(payload, meta);
            return text(EnvelopeWriter.message(0, type, payload, clock.millis(), correlationId, meta));
        } catch (InvalidMessageException invalid) {
            throw new ValidationException(invalid.text(), invalid.issues());
        }
    }

    /// The frame that tells the server to stop working on a request (router protocol, section 5.6).
    static String abort(String correlationId) {
        var frame = Json.mapper().createObjectNode().put("type", Reserved.ABORT);
        frame.putObject("meta").put("correlationId", correlationId);
        return frame.toString();
    }

    private static String text(ByteBuilder frame) {
        return new String(frame.array(), frame.headroom(), frame.length(), StandardCharsets.UTF_8);
    }
}
