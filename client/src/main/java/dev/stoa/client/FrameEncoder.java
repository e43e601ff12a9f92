package dev.stoa.client;

import dev.stoa.client.error.ValidationException;
import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.EnvelopeWriter;
import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.Reserved;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks what the application sends and writes it as text. Thread-safe.
final class FrameEncoder {
    private static final Set<String> PROTOCOL_META =
            Set.of("type", "timestamp", "correlationId", "timeoutMs", "clientId", "receivedAt");

    private final InstantSource clock;

    FrameEncoder(InstantSource clock) {
        this.clock = clock;
    }

    /// @throws ValidationException when payload or meta break the contract
    <P> String encode(MessageType<P> type, @Nullable P payload, @Nullable String correlationId, Map<String, ?> meta) {
        try {
            type.check(payload);
            checkMeta(type, meta);
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

    /// Checks meta as the receiver will: by decoding a frame that has this meta and nothing else.
    private static void checkMeta(MessageType<?> type, Map<String, ?> meta) {
        Class<?> metaClass = type.metaClass();
        if (metaClass == null && PROTOCOL_META.containsAll(meta.keySet())) {
            return;
        }
        MessageType<Void> bare = MessageType.of(type.name());
        if (metaClass != null) {
            bare = bare.withMeta(metaClass.asSubclass(Record.class));
        }
        bare.decode(Envelope.scan(
                EnvelopeWriter.message(0, bare, null, 0, null, meta).toByteArray()));
    }

    private static String text(ByteBuilder frame) {
        return new String(frame.array(), frame.headroom(), frame.length(), StandardCharsets.UTF_8);
    }
}
