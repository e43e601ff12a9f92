package dev.stoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTypeTest {
    record Say(@NotBlank @Size(max = 5) String text) {}

    record Scalars(
            @Nullable String text,
            @Nullable Integer whole,
            @Nullable Long big,
            @Nullable Double real,
            double @Nullable [] reals,
            @Nullable Boolean flag,
            @Nullable Color color,
            @Nullable Instant at,
            @Nullable List<String> texts) {}

    enum Color {
        RED
    }

    record Absent(
            @Nullable String note,
            Optional<String> title,
            OptionalInt count,
            List<@Nullable String> gaps,
            String must) {}

    record Explicit(@Nullable String note) {
        Explicit(String note) {
            this.note = note;
        }
    }

    record Order(@Valid Item item, List<@Valid Item> more, Map<String, @NotBlank String> labels) {}

    record Item(@Min(1) int amount) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    sealed interface Shape {}

    @JsonTypeName("circle")
    record Circle(@Positive double radius) implements Shape {}

    @JsonTypeName("square")
    record Square(double side) implements Shape {}

    record RoomMeta(@NotBlank String roomId, @Nullable Integer hops) {}

    record SpoofMeta(String clientId) {}

    record RenamedSpoofMeta(@JsonProperty("receivedAt") long when) {}

    private static final MessageType<Say> SAY = MessageType.of("T", Say.class);
    private static final MessageType<Void> PING = MessageType.of("T");

    @Test
    void anExactFrameIsAccepted() {
        Message<Say> message = decode(
                SAY,
                "{\"type\":\"T\",\"meta\":{\"timestamp\":5,\"correlationId\":\"c\",\"timeoutMs\":9},"
                        + "\"payload\":{\"text\":\"hi\"}}");

        assertThat(message.payload()).isEqualTo(new Say("hi"));
        assertThat(message.timestamp()).isEqualTo(5);
        assertThat(message.correlationId()).isEqualTo("c");
        assertThat(message.timeoutMs()).isEqualTo(9);
        assertThat(message.type()).isEqualTo("T");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"T\",\"id\":1,\"payload\":{\"text\":\"hi\"}} | id | unknown key",
                "{\"type\":\"T\",\"meta\":{\"traceId\":1},\"payload\":{\"text\":\"hi\"}} | meta.traceId | unknown key",
                "{\"type\":\"T\",\"payload\":{\"text\":\"hi\",\"x\":1}} | payload.x | unknown key",
                "{\"type\":\"T\",\"meta\":{\"timestamp\":\"1\"},\"payload\":{\"text\":\"hi\"}} | meta.timestamp | must be a number",
                "{\"type\":\"T\",\"meta\":{\"correlationId\":null},\"payload\":{\"text\":\"hi\"}} | meta.correlationId | must be a text",
                "{\"type\":\"T\"} | payload | is required",
                "{\"type\":\"T\",\"payload\":null} | payload | must not be null",
                "{\"type\":\"T\",\"payload\":[]} | payload | must be an object",
                "{\"type\":\"T\",\"payload\":{}} | payload.text | is required",
                "{\"type\":\"T\",\"payload\":{\"text\":null}} | payload.text | must not be null",
                "{\"type\":\"T\",\"payload\":{\"text\":1}} | payload.text | must be a text",
                "{\"type\":\"T\",\"payload\":{\"text\":\" \"}} | payload.text | must not be blank",
                "{\"type\":\"T\",\"payload\":{\"text\":\"123456\"}} | payload.text | size must be between 0 and 5",
            })
    void whatBreaksTheContractIsNamed(String frame, String path, String problem) {
        assertThat(issuesOf(SAY, frame)).containsExactly(new Issue(path, problem));
    }

    @Test
    void everyBrokenPartIsReported() {
        assertThat(issuesOf(SAY, "{\"type\":\"T\",\"id\":1,\"meta\":{\"x\":1},\"payload\":{\"text\":\"\"}}"))
                .extracting(Issue::path)
                .containsExactly("id", "meta.x", "payload.text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "0"})
    void aContractWithoutPayloadRefusesAnyPayload(String payload) {
        assertThat(issuesOf(PING, payload(payload))).containsExactly(new Issue("payload", "must be absent"));
    }

    @Test
    void spoofedServerKeysAreRemovedBeforeValidation() {
        Message<Void> message = decode(PING, "{\"type\":\"T\",\"meta\":{\"clientId\":\"spoof\",\"receivedAt\":{}}}");
        Message<Say> extended = decode(
                SAY.withMeta(RoomMeta.class),
                "{\"type\":\"T\",\"meta\":{\"roomId\":\"r\",\"clientId\":1,\"receivedAt\":2},\"payload\":{\"text\":\"a\"}}");

        assertThat(message.type()).isEqualTo("T");
        assertThat(extended.meta(RoomMeta.class)).isEqualTo(new RoomMeta("r", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\":1}",
                "{\"text\":true}",
                "{\"text\":[\"a\"]}",
                "{\"whole\":\"1\"}",
                "{\"whole\":1.0}",
                "{\"whole\":1e2}",
                "{\"whole\":true}",
                "{\"whole\":\"\"}",
                "{\"whole\":2147483648}",
                "{\"whole\":[1]}",
                "{\"big\":9223372036854775808}",
                "{\"big\":\"1\"}",
                "{\"real\":\"1\"}",
                "{\"real\":\"NaN\"}",
                "{\"real\":\"-Infinity\"}",
                "{\"real\":1e999}",
                "{\"real\":true}",
                "{\"reals\":[\"NaN\"]}",
                "{\"reals\":[1e999]}",
                "{\"flag\":1}",
                "{\"flag\":\"true\"}",
                "{\"flag\":\"\"}",
                "{\"color\":0}",
                "{\"color\":\"0\"}",
                "{\"color\":\"red\"}",
                "{\"color\":\" RED\"}",
                "{\"color\":\"\"}",
                "{\"at\":5}",
                "{\"at\":\"5\"}",
                "{\"at\":\"\"}",
                "{\"texts\":\"a\"}",
                "{\"texts\":[1]}",
                "{\"texts\":[null]}"
            })
    void nothingIsTakenForAnotherType(String payload) {
        assertThat(issuesOf(MessageType.of("T", Scalars.class), payload(payload)))
                .hasSize(1);
    }

    @Test
    void valuesOfTheRightTypeAreTaken() {
        Scalars scalars = decode(
                        MessageType.of("T", Scalars.class),
                        payload(
                                "{\"text\":\"1\",\"whole\":-1,\"big\":9223372036854775807,\"real\":1,\"reals\":[1,2.5],\"flag\":false,"
                                        + "\"color\":\"RED\",\"at\":\"1970-01-01T00:00:05Z\",\"texts\":[]}"))
                .payload();

        assertThat(scalars.reals()).containsExactly(1, 2.5);
        assertThat(scalars)
                .isEqualTo(new Scalars(
                        "1",
                        -1,
                        Long.MAX_VALUE,
                        1.0,
                        scalars.reals(),
                        false,
                        Color.RED,
                        Instant.ofEpochSecond(5),
                        List.of()));
    }

    @Test
    void nullableAndOptionalComponentsMayBeMissingOrNull() {
        var type = MessageType.of("T", Absent.class);
        var absent = new Absent(null, Optional.empty(), OptionalInt.empty(), List.of(), "m");

        assertThat(decode(type, payload("{\"must\":\"m\",\"gaps\":[]}")).payload())
                .isEqualTo(absent);
        assertThat(decode(type, payload("{\"must\":\"m\",\"gaps\":[],\"note\":null,\"title\":null,\"count\":null}"))
                        .payload())
                .isEqualTo(absent);
        assertThat(decode(type, payload("{\"must\":\"m\",\"gaps\":[null,\"g\"]}"))
                        .payload()
                        .gaps())
                .containsExactly(null, "g");
        assertThat(issuesOf(type, payload("{\"gaps\":[]}"))).containsExactly(new Issue("payload.must", "is required"));
        assertThat(issuesOf(type, payload("{\"must\":\"m\"}")))
                .containsExactly(new Issue("payload.gaps", "is required"));
    }

    @Test
    void anExplicitConstructorDoesNotHideThatAComponentIsNullable() {
        assertThat(decode(MessageType.of("T", Explicit.class), payload("{}")).payload())
                .isEqualTo(new Explicit(null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"item\":{\"amount\":0},\"more\":[],\"labels\":{}} | payload.item.amount",
                "{\"item\":{\"amount\":1},\"more\":[{\"amount\":1},{\"amount\":0}],\"labels\":{}} | payload.more[1].amount",
                "{\"item\":{\"amount\":1},\"more\":[],\"labels\":{\"a\":\"\"}} | payload.labels[a].<map value>",
                "{\"item\":{\"amount\":1,\"x\":1},\"more\":[],\"labels\":{}} | payload.item.x",
                "{\"item\":{},\"more\":[],\"labels\":{}} | payload.item.amount",
                "{\"item\":{\"amount\":1},\"more\":[{\"amount\":1,\"x\":1}],\"labels\":{}} | payload.more.0.x",
                "{\"item\":{\"amount\":1},\"more\":[null],\"labels\":{}} | payload.more.0",
            })
    void nestedRecordsAndContainerElementsAreHeldToTheirContracts(String payload, String path) {
        assertThat(issuesOf(MessageType.of("T", Order.class), payload(payload)))
                .extracting(Issue::path)
                .containsExactly(path);
    }

    @Test
    void whatTheApplicationSendsIsHeldToTheSameConstraints() {
        var order = MessageType.of("T", Order.class);

        assertThatThrownBy(() -> order.check(new Order(new Item(0), List.of(), Map.of())))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("item.amount");
        assertThatThrownBy(() -> SAY.check(new Say(""))).isInstanceOf(InvalidMessageException.class);
        assertThatThrownBy(() -> SAY.check(null)).hasMessage("Payload of T is required");
        SAY.check(new Say("fine"));
        SAY.withoutOutgoingValidation().check(new Say(""));
        PING.check(null);
    }

    @Test
    void metaThatTheApplicationSendsIsHeldToTheContract() {
        var withMeta = SAY.withMeta(RoomMeta.class);
        var say = new Say("hi");

        withMeta.check(say, Map.of("roomId", "r", "timestamp", 1, "clientId", "left out anyway"));
        SAY.check(say, Map.of());
        assertThatThrownBy(() -> SAY.check(say, Map.of("traceId", 1))).hasMessageContaining("meta.traceId");
        assertThatThrownBy(() -> withMeta.check(say, Map.of())).hasMessageContaining("meta.roomId");
        assertThatThrownBy(() -> withMeta.check(say, Map.of("roomId", " "))).hasMessageContaining("meta.roomId");
        SAY.withoutOutgoingValidation().check(say, Map.of("traceId", 1));
    }

    @Test
    void sealedPayloadsAreReadByTheirDiscriminatorAndValidated() {
        var type = MessageType.of("T", Shape.class);

        assertThat(decode(type, payload("{\"kind\":\"circle\",\"radius\":1}")).payload())
                .isEqualTo(new Circle(1));
        assertThat(decode(type, payload("{\"side\":2,\"kind\":\"square\"}")).payload())
                .isEqualTo(new Square(2));
        assertThat(issuesOf(type, payload("{\"kind\":\"circle\",\"radius\":-1}")))
                .containsExactly(new Issue("payload.radius", "must be greater than 0"));
        assertThat(issuesOf(type, payload("{\"kind\":\"oval\"}"))).hasSize(1);
        assertThat(issuesOf(type, payload("{\"radius\":1}"))).hasSize(1);
        assertThat(issuesOf(type, payload("{\"kind\":\"circle\",\"radius\":1,\"x\":1}")))
                .hasSize(1);
        assertThatThrownBy(() -> type.check(new Circle(0))).isInstanceOf(InvalidMessageException.class);
        assertThat(new String(
                        EnvelopeWriter.message(0, type, new Circle(1), 0, null, Map.of())
                                .toByteArray(),
                        StandardCharsets.UTF_8))
                .contains("\"payload\":{\"kind\":\"circle\",\"radius\":1.0}");
    }

    @Test
    void aLenientContractIgnoresUnknownPayloadKeysAndNothingElse() {
        var lenient = SAY.withUnknownKeysAllowed();

        assertThat(decode(lenient, payload("{\"text\":\"hi\",\"x\":{}}")).payload())
                .isEqualTo(new Say("hi"));
        assertThat(issuesOf(lenient, "{\"type\":\"T\",\"id\":1,\"payload\":{\"text\":\"hi\"}}"))
                .hasSize(1);
        assertThat(issuesOf(lenient, "{\"type\":\"T\",\"meta\":{\"x\":1},\"payload\":{\"text\":\"hi\"}}"))
                .hasSize(1);
        assertThat(issuesOf(lenient, payload("{\"x\":1}"))).hasSize(1);
    }

    @Test
    void extendedMetaIsRequiredUnlessNullable() {
        var type = PING.withMeta(RoomMeta.class);

        assertThat(decode(type, "{\"type\":\"T\",\"meta\":{\"roomId\":\"r\",\"hops\":2,\"timestamp\":1}}")
                        .meta(RoomMeta.class))
                .isEqualTo(new RoomMeta("r", 2));
        assertThat(issuesOf(type, "{\"type\":\"T\"}")).containsExactly(new Issue("meta.roomId", "is required"));
        assertThat(issuesOf(type, "{\"type\":\"T\",\"meta\":null}")).hasSize(1);
        assertThat(issuesOf(type, "{\"type\":\"T\",\"meta\":{\"roomId\":7}}")).hasSize(1);
        assertThat(issuesOf(type, "{\"type\":\"T\",\"meta\":{\"roomId\":\" \"}}"))
                .containsExactly(new Issue("meta.roomId", "must not be blank"));
        assertThat(issuesOf(type, "{\"type\":\"T\",\"meta\":{\"roomId\":\"r\",\"x\":1}}"))
                .containsExactly(new Issue("meta.x", "unknown key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "$ws:x", "$ws:abort"})
    void reservedNamesAreRefusedWhenTheContractIsMade(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> MessageType.of(name));
        assertThatIllegalArgumentException().isThrownBy(() -> SAY.withName(name));
        assertThatIllegalArgumentException().isThrownBy(() -> RpcType.of("Q", Say.class, name, Say.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ERROR", "__heartbeat", "$x", "ws:", "a b", "é"})
    void otherNamesAreFree(String name) {
        assertThat(MessageType.of(name).name()).isEqualTo(name);
    }

    @Test
    void reservedMetaKeysAreRefusedWhenTheContractIsMade() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PING.withMeta(SpoofMeta.class))
                .withMessage("Reserved meta key \"clientId\" not allowed in meta of T");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PING.withMeta(RenamedSpoofMeta.class))
                .withMessage("Reserved meta key \"receivedAt\" not allowed in meta of T");
    }

    @Test
    void constraintsAreSeenWhereverTheyAreDeclared() {
        assertThat(BeanValidation.looksConstrained(Say.class)).isTrue();
        assertThat(BeanValidation.looksConstrained(Shape.class)).isTrue();
        assertThat(BeanValidation.looksConstrained(Order.class)).isTrue();
        assertThat(BeanValidation.looksConstrained(Absent.class)).isFalse();
    }

    @Test
    void aSchemaContractIsClosedAtItsTopUnlessItSaysOtherwise() {
        String schema =
                "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":1}},\"required\":[\"n\"]";
        var closed = MessageType.ofSchema("T", Json.mapper().readTree(schema + "}"));
        var open = MessageType.ofSchema("T", Json.mapper().readTree(schema + ",\"additionalProperties\":true}"));

        assertThat(decode(closed, payload("{\"n\":1}")).payload().path("n").asInt())
                .isEqualTo(1);
        assertThat(issuesOf(closed, payload("{\"n\":0}")))
                .extracting(Issue::path)
                .containsExactly("payload.n");
        assertThat(issuesOf(closed, payload("{}"))).hasSize(1);
        assertThat(issuesOf(closed, payload("null"))).hasSize(1);
        assertThat(issuesOf(closed, payload("{\"n\":1,\"x\":1}"))).hasSize(1);
        assertThat(decode(open, payload("{\"n\":1,\"x\":1}")).payload()).hasSize(2);
        assertThat(decode(closed.withUnknownKeysAllowed(), payload("{\"n\":1,\"x\":1}"))
                        .payload())
                .hasSize(2);
        assertThatThrownBy(() -> closed.check(Json.mapper().readTree("{\"n\":0}")))
                .isInstanceOf(InvalidMessageException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"nope\"}",
                "{\"minimum\":\"1\"}",
                "{\"pattern\":\"(\"}",
                "{\"$ref\":\"https://example.com/s.json\"}",
                "{\"properties\":{\"a\":{\"$ref\":\"other.json#/x\"}}}",
                "{\"$ref\":\"#/$defs/none\"}",
                "5"
            })
    void aBrokenOrForeignSchemaIsRefusedWhenTheContractIsMade(String schema) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageType.ofSchema("T", Json.mapper().readTree(schema)));
    }

    @Test
    void aSchemaMayReferToItsOwnParts() {
        var type = MessageType.ofSchema(
                "T",
                Json.mapper()
                        .readTree(
                                "{\"$defs\":{\"a~b\":{\"type\":\"integer\"}},\"items\":{\"$ref\":\"#/$defs/a~0b\"}}"));

        assertThat(decode(type, payload("[1]")).payload()).hasSize(1);
        assertThat(issuesOf(type, payload("[\"1\"]"))).hasSize(1);
    }

    private static String payload(String payload) {
        return "{\"type\":\"T\",\"payload\":" + payload + "}";
    }

    private static <P> Message<P> decode(MessageType<P> type, String frame) {
        return type.decode(Envelope.scan(frame.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Issue> issuesOf(MessageType<?> type, String frame) {
        try {
            decode(type, frame);
            return List.of();
        } catch (InvalidMessageException refused) {
            return refused.issues();
        }
    }
}
