package dev.stoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.property.Property;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnvelopeWriterTest {
    record Chat(String text) {}

    record Everything(
            String text,
            long number,
            double real,
            List<String> list,
            Map<String, Integer> map,
            @Nullable Chat chat) {}

    private static final MessageType<Chat> CHAT = MessageType.of("CHAT", Chat.class);
    private static final MessageType<Void> PING = MessageType.of("PING");
    private static final MessageType<Everything> ALL = MessageType.of("é\"ALL", Everything.class);

    @Test
    void aMessageHasTypeMetaAndPayloadInThisOrder() {
        assertThat(text(EnvelopeWriter.message(0, CHAT, new Chat("hi"), 17, "c1", Map.of())))
                .isEqualTo(
                        "{\"type\":\"CHAT\",\"meta\":{\"timestamp\":17,\"correlationId\":\"c1\"},\"payload\":{\"text\":\"hi\"}}");
    }

    @Test
    void aMessageWithoutPayloadHasNoPayloadKey() {
        assertThat(text(EnvelopeWriter.message(0, PING, null, 0, null, Map.of())))
                .isEqualTo("{\"type\":\"PING\",\"meta\":{\"timestamp\":0}}");
    }

    @Test
    void theHeadroomStaysFree() {
        ByteBuilder frame = EnvelopeWriter.message(10, CHAT, new Chat("x".repeat(2000)), 1, null, Map.of());

        assertThat(new String(frame.array(), 0, 10, StandardCharsets.ISO_8859_1))
                .isEqualTo("\0".repeat(10));
        assertThat(new String(frame.array(), frame.headroom(), frame.length(), StandardCharsets.UTF_8))
                .startsWith("{\"type\"")
                .endsWith("x\"}}");
    }

    @Test
    void callersMayAddMetaAndReplaceTheTimestampButNotTheRest() {
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("timestamp", 5);
        meta.put("type", "no");
        meta.put("correlationId", "no");
        meta.put("clientId", "no");
        meta.put("receivedAt", 1);
        meta.put("nothing", null);
        meta.put("roomId", List.of("r"));

        assertThat(text(EnvelopeWriter.message(0, PING, null, 17, null, meta)))
                .isEqualTo("{\"type\":\"PING\",\"meta\":{\"timestamp\":5,\"roomId\":[\"r\"]}}");
    }

    @Test
    void aTimestampThatIsNoNumberOfJsonIsNotWritten() {
        assertThat(text(EnvelopeWriter.message(0, PING, null, 17, null, Map.of("timestamp", "5"))))
                .isEqualTo("{\"type\":\"PING\",\"meta\":{\"timestamp\":17}}");
        assertThatThrownBy(() -> EnvelopeWriter.message(0, PING, null, 17, null, Map.of("timestamp", Double.NaN)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage("meta.timestamp cannot be written as JSON: must be a finite number");
    }

    @Test
    @SuppressWarnings("NullAway")
    void aMissingRequiredComponentIsRefusedByName() {
        assertThatThrownBy(() -> EnvelopeWriter.message(0, CHAT, new Chat(null), 1, null, Map.of()))
                .isInstanceOfSatisfying(
                        InvalidMessageException.class,
                        refused -> assertThat(refused.issues())
                                .extracting(Issue::path)
                                .containsExactly("CHAT.text"));
    }

    @Test
    void progressCarriesItsValueUnderData() {
        assertThat(text(EnvelopeWriter.progress(0, 1, "c", Map.of("step", 1))))
                .isEqualTo(
                        "{\"type\":\"$ws:rpc-progress\",\"meta\":{\"timestamp\":1,\"correlationId\":\"c\"},\"data\":{\"step\":1}}");
        assertThat(text(EnvelopeWriter.progress(0, 1, "c", null)))
                .isEqualTo("{\"type\":\"$ws:rpc-progress\",\"meta\":{\"timestamp\":1,\"correlationId\":\"c\"}}");
    }

    @Test
    void anErrorCarriesEverythingInsideItsPayload() {
        var error = ErrorPayload.of("RESOURCE_EXHAUSTED", "Rate limited", Map.of("field", "x"), Retry.afterMs(250));

        assertThat(text(EnvelopeWriter.error(0, true, 1, "c10", error)))
                .isEqualTo("{\"type\":\"RPC_ERROR\",\"meta\":{\"timestamp\":1,\"correlationId\":\"c10\"},\"payload\":"
                        + "{\"code\":\"RESOURCE_EXHAUSTED\",\"message\":\"Rate limited\",\"details\":{\"field\":\"x\"},"
                        + "\"retryable\":true,\"retryAfterMs\":250}}");
        assertThat(text(EnvelopeWriter.error(0, false, 1, null, ErrorPayload.of("MINE", null, null, Retry.byCode()))))
                .isEqualTo(
                        "{\"type\":\"ERROR\",\"meta\":{\"timestamp\":1},\"payload\":{\"code\":\"MINE\",\"message\":\"MINE\"}}");
    }

    @Test
    void anImpossibleRetryIsAnExplicitNull() {
        var error = ErrorPayload.of("RESOURCE_EXHAUSTED", "m", null, Retry.never());

        assertThat(text(EnvelopeWriter.error(0, false, 1, null, error)))
                .endsWith("\"retryable\":false,\"retryAfterMs\":null}}");
    }

    @Test
    void detailsThatJsonCannotCarryAreLeftOut() {
        var error = ErrorPayload.of("MINE", "m", Map.of("rate", Double.NaN), Retry.byCode());

        assertThat(text(EnvelopeWriter.error(0, false, 1, null, error)))
                .isEqualTo(
                        "{\"type\":\"ERROR\",\"meta\":{\"timestamp\":1},\"payload\":{\"code\":\"MINE\",\"message\":\"m\"}}");
    }

    @Test
    void halfASurrogatePairInAnErrorTextDoesNotSpoilTheFrame() {
        byte[] frame = EnvelopeWriter.error(
                        0, false, 1, null, ErrorPayload.of("MINE", "a\ud800b", null, Retry.byCode()))
                .toByteArray();

        assertThat(Envelope.scan(frame).payloadTree().path("message").asString())
                .isEqualTo("a\uFFFDb");
    }

    @Test
    void whatIsWrittenIsReadBackTheSame() {
        Property.holds(2_000, chance -> {
            var list = List.of(chance.text(10), chance.text(3));
            var payload = new Everything(
                    chance.text(40),
                    chance.any(),
                    chance.any() / 1e9,
                    list,
                    Map.of(chance.text(5), chance.between(-9, 9)),
                    chance.onceIn(2) ? null : new Chat(chance.text(20)));
            String id = chance.onceIn(3) ? null : chance.text(20);
            long timestamp = chance.any() >> 11;
            String room = chance.text(10);

            byte[] frame = EnvelopeWriter.message(
                            chance.between(0, 14), ALL, payload, timestamp, id, Map.of("room", room))
                    .toByteArray();

            Envelope envelope = Envelope.scan(frame);
            assertThat(envelope.violation()).isNull();
            assertThat(envelope.type()).isEqualTo(ALL.name());
            assertThat(envelope.correlationId()).isEqualTo(id);
            assertThat(envelope.timestamp()).isEqualTo((double) timestamp);
            assertThat(envelope.metaTree().path("room").asString()).isEqualTo(room);
            assertThat(ALL.withMeta(Room.class).decode(envelope).payload()).isEqualTo(payload);
        });
    }

    record Room(String room) {}

    private static String text(ByteBuilder frame) {
        return new String(frame.toByteArray(), StandardCharsets.UTF_8);
    }
}
