package dev.stoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.PrincipalKind;
import dev.stoa.protocol.room.RoomMessages.AwarenessEvent;
import dev.stoa.protocol.room.RoomPrincipal;
import org.junit.jupiter.api.Test;

class RawJsonTest {
    @Test
    void numbersStayAsTheyWereWritten() {
        String text = "{\"a\":1.0000000000000000000001,\"b\":1e400,\"c\":-0.0,\"d\":12345678901234567890123}";

        assertThat(RawJson.parse(text).toString()).isEqualTo(text);
    }

    @Test
    void blanksBetweenTokensAreLeftOut() {
        assertThat(RawJson.parse(" { \"a\" : [ 1 , \" x \" ] } ").toString()).isEqualTo("{\"a\":[1,\" x \"]}");
    }

    @Test
    void standsInARecordAsItIs() {
        String json = "{\"type\":\"said\",\"data\":{\"text\":\"ä\\\"\\n😀\"}}";

        MessageInput input = Json.mapper().readValue(json, MessageInput.class);

        assertThat(input.data()).hasToString("{\"text\":\"ä\\\"\\n😀\"}");
        assertThat(Json.mapper().writeValueAsString(input)).isEqualTo(json);
    }

    @Test
    void nullIsAValueAndAbsenceIsNone() {
        assertThat(Json.mapper()
                        .readValue("{\"type\":\"a\",\"data\":null}", MessageInput.class)
                        .data())
                .isEqualTo(RawJson.NULL);
        assertThat(Json.mapper()
                        .readValue("{\"type\":\"a\"}", MessageInput.class)
                        .data())
                .isNull();
    }

    @Test
    void requiredMeansThatItMustBeThere() {
        String withoutMetadata = "{\"messageId\":\"m\",\"room\":\"r\",\"kind\":\"room\",\"type\":\"t\","
                + "\"publishedAt\":\"2026-11-21T00:00:00Z\",\"offset\":1,\"epoch\":\"e\"}";

        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> Json.mapper().readValue(withoutMetadata, HistoryMessage.class))
                .hasMessageContaining("metadata");
    }

    @Test
    void requiredMayBeNullAllTheSame() {
        AwarenessEvent cleared = Json.mapper().readValue("{\"clientId\":\"c\",\"state\":null}", AwarenessEvent.class);

        assertThat(cleared.state()).isEqualTo(RawJson.NULL);
        assertThat(Json.mapper().writeValueAsString(cleared)).isEqualTo("{\"clientId\":\"c\",\"state\":null}");
    }

    @Test
    void absentComponentsAreNotWritten() {
        assertThat(Json.mapper().writeValueAsString(RoomPrincipal.user("ada")))
                .isEqualTo("{\"kind\":\"user\",\"id\":\"ada\",\"userId\":\"ada\"}");
        assertThat(Json.mapper().readValue("\"anonymous\"", PrincipalKind.class))
                .isEqualTo(PrincipalKind.ANONYMOUS);
    }

    @Test
    void knowsItsSizeAndDepth() {
        RawJson json = RawJson.parse("{\"a{[\":[[\"ä😀€\"]]}");

        assertThat(json.sizeBytes()).isEqualTo(23);
        assertThat(json.depth()).isEqualTo(3);
        assertThat(RawJson.of(1).depth()).isZero();
    }

    @Test
    void whatIsNotOneValueIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RawJson.parse("{} {}"));
        assertThatIllegalArgumentException().isThrownBy(() -> RawJson.parse("{"));
        assertThatIllegalArgumentException().isThrownBy(() -> RawJson.parse("[".repeat(200) + "]".repeat(200)));
    }
}
