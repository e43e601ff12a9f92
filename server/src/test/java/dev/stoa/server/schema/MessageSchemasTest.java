package dev.stoa.server.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class MessageSchemasTest {
    record Say(@NotBlank @Size(max = 5) String text) {}

    record Scalars(int whole, long big, double real, boolean flag, char letter, Instant at, Color color) {}

    enum Color {
        RED,
        GREEN
    }

    record Absent(
            @Nullable String note,
            Optional<Integer> count,
            @Nullable @NotBlank String title,
            @Nullable Say quote) {}

    record Containers(
            @Size(min = 1, max = 2) List<@NotBlank String> tags,
            List<@Nullable String> gaps,
            Map<String, Integer> scores,
            Map<String, Object> anything,
            JsonNode json) {}

    record Order(
            @Valid Item item,
            List<@Valid Item> more,

            @JsonProperty("ref-no") @Pattern(regexp = "[A-Z]{2}|[0-9]+")
            String reference) {}

    record Item(@Min(1) @Max(9) int amount, @Positive double price) {}

    record Tree(String name, List<Tree> children) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    sealed interface Shape {}

    @JsonTypeName("circle")
    record Circle(@Positive double radius) implements Shape {}

    @JsonTypeName("square")
    record Square(double side, @Nullable String label) implements Shape {}

    record Drawing(@Valid Shape main, List<@Valid Shape> others) {}

    record Trace(String traceId, @Nullable Integer hops) {}

    private static final MessageType<Say> SAY = MessageType.of("SAY", Say.class);

    static Stream<Arguments> samples() {
        String scalars =
                "\"whole\":1,\"big\":2,\"real\":1.5,\"flag\":true,\"letter\":\"x\",\"at\":\"2026-01-01T00:00:00Z\"";
        return Stream.of(
                argumentSet(
                        "a constrained text",
                        SAY,
                        List.of("{\"text\":\"hi\"}", "{\"text\":\" a \"}"),
                        List.of(
                                "{}",
                                "{\"text\":null}",
                                "{\"text\":1}",
                                "{\"text\":\"\"}",
                                "{\"text\":\"  \"}",
                                "{\"text\":\"123456\"}",
                                "{\"text\":\"a\",\"more\":1}",
                                "[]",
                                "null",
                                "\"text\"")),
                argumentSet(
                        "scalars",
                        MessageType.of("S", Scalars.class),
                        List.of("{" + scalars + ",\"color\":\"RED\"}"),
                        List.of(
                                "{" + scalars + "}",
                                "{" + scalars + ",\"color\":\"BLUE\"}",
                                "{" + scalars + ",\"color\":0}",
                                "{" + scalars.replace("\"whole\":1", "\"whole\":1.5") + ",\"color\":\"RED\"}",
                                "{" + scalars.replace("\"whole\":1", "\"whole\":\"1\"") + ",\"color\":\"RED\"}",
                                "{" + scalars.replace("\"whole\":1", "\"whole\":2147483648") + ",\"color\":\"RED\"}",
                                "{" + scalars.replace("\"big\":2", "\"big\":1e30") + ",\"color\":\"RED\"}",
                                "{" + scalars.replace("true", "\"true\"") + ",\"color\":\"RED\"}",
                                "{" + scalars.replace("\"x\"", "\"xy\"") + ",\"color\":\"RED\"}",
                                "{" + scalars.replace("\"2026-01-01T00:00:00Z\"", "5") + ",\"color\":\"RED\"}",
                                "{" + scalars.replace("1.5", "\"NaN\"") + ",\"color\":\"RED\"}")),
                argumentSet(
                        "components that may be absent",
                        MessageType.of("A", Absent.class),
                        List.of(
                                "{\"title\":\"t\"}",
                                "{\"title\":\"t\",\"note\":null,\"count\":null,\"quote\":null}",
                                "{\"title\":\"t\",\"note\":\"n\",\"count\":1,\"quote\":{\"text\":\"a\"}}"),
                        List.of(
                                "{}",
                                "{\"title\":null}",
                                "{\"title\":\"t\",\"note\":1}",
                                "{\"title\":\"t\",\"count\":\"1\"}",
                                "{\"title\":\"t\",\"quote\":{}}")),
                argumentSet(
                        "containers",
                        MessageType.of("C", Containers.class),
                        List.of(
                                "{\"tags\":[\"a\"],\"gaps\":[null,\"b\"],\"scores\":{\"x\":1},\"anything\":{\"y\":[null]},\"json\":[1]}"),
                        List.of(
                                "{\"tags\":[],\"gaps\":[],\"scores\":{},\"anything\":{},\"json\":1}",
                                "{\"tags\":[\"a\",\"b\",\"c\"],\"gaps\":[],\"scores\":{},\"anything\":{},\"json\":1}",
                                "{\"tags\":[\" \"],\"gaps\":[],\"scores\":{},\"anything\":{},\"json\":1}",
                                "{\"tags\":[null],\"gaps\":[],\"scores\":{},\"anything\":{},\"json\":1}",
                                "{\"tags\":[\"a\"],\"gaps\":[1],\"scores\":{},\"anything\":{},\"json\":1}",
                                "{\"tags\":[\"a\"],\"gaps\":[],\"scores\":{\"x\":\"1\"},\"anything\":{},\"json\":1}",
                                "{\"tags\":[\"a\"],\"gaps\":[],\"scores\":{},\"anything\":[],\"json\":1}",
                                "{\"tags\":[\"a\"],\"gaps\":[],\"scores\":{},\"anything\":{}}")),
                argumentSet(
                        "nested records",
                        MessageType.of("O", Order.class),
                        List.of(
                                "{\"item\":{\"amount\":1,\"price\":0.5},\"more\":[{\"amount\":9,\"price\":1}],\"ref-no\":\"AB\"}"),
                        List.of(
                                "{\"item\":{\"amount\":0,\"price\":1},\"more\":[],\"ref-no\":\"12\"}",
                                "{\"item\":{\"amount\":1,\"price\":0},\"more\":[],\"ref-no\":\"12\"}",
                                "{\"item\":{\"amount\":1,\"price\":1},\"more\":[{\"amount\":10,\"price\":1}],\"ref-no\":\"12\"}",
                                "{\"item\":{\"amount\":1,\"price\":1,\"x\":1},\"more\":[],\"ref-no\":\"12\"}",
                                "{\"item\":{\"amount\":1,\"price\":1},\"more\":[],\"ref-no\":\"ABC\"}",
                                "{\"item\":{\"amount\":1,\"price\":1},\"more\":[],\"reference\":\"AB\"}")),
                argumentSet(
                        "a record that contains itself",
                        MessageType.of("T", Tree.class),
                        List.of("{\"name\":\"a\",\"children\":[{\"name\":\"b\",\"children\":[]}]}"),
                        List.of("{\"name\":\"a\",\"children\":[{\"name\":\"b\"}]}")),
                argumentSet(
                        "a sealed payload",
                        MessageType.of("SHAPE", Shape.class),
                        List.of("{\"kind\":\"circle\",\"radius\":1}", "{\"kind\":\"square\",\"side\":1}"),
                        List.of(
                                "{\"radius\":1}",
                                "{\"kind\":\"circle\",\"side\":1}",
                                "{\"kind\":\"oval\",\"radius\":1}",
                                "{\"kind\":\"circle\",\"radius\":-1}",
                                "{\"kind\":\"circle\",\"radius\":1,\"x\":1}")),
                argumentSet(
                        "sealed components",
                        MessageType.of("DRAWING", Drawing.class),
                        List.of(
                                "{\"main\":{\"kind\":\"circle\",\"radius\":1},\"others\":[{\"kind\":\"square\",\"side\":1,\"label\":\"l\"}]}"),
                        List.of(
                                "{\"main\":{\"kind\":\"circle\"},\"others\":[]}",
                                "{\"main\":{\"kind\":\"circle\",\"radius\":1},\"others\":[{\"kind\":\"circle\",\"radius\":0}]}",
                                "{\"main\":{\"kind\":\"circle\",\"radius\":1},\"others\":[null]}",
                                "{\"main\":null,\"others\":[]}")),
                argumentSet(
                        "unknown keys allowed",
                        MessageType.of("OPEN", Order.class).withUnknownKeysAllowed(),
                        List.of("{\"item\":{\"amount\":1,\"price\":1,\"x\":1},\"more\":[],\"ref-no\":\"12\",\"y\":2}"),
                        List.of("{\"item\":{\"amount\":0,\"price\":1},\"more\":[],\"ref-no\":\"12\"}")),
                argumentSet(
                        "a bare text",
                        MessageType.of("TEXT", String.class),
                        List.of("\"a\"", "\"\""),
                        List.of("1", "null", "[]")),
                argumentSet(
                        "a schema of its own",
                        MessageType.ofSchema(
                                "OWN", json("{\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}")),
                        List.of("{\"n\":1}"),
                        List.of("{}", "{\"n\":\"1\"}", "{\"n\":1,\"m\":1}")));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void schemaAndContractAcceptAndRefuseTheSame(MessageType<?> type, List<String> accepted, List<String> refused) {
        JsonNode schema = MessageSchemas.payload(type).orElseThrow();

        assertThat(accepted).allSatisfy(payload -> {
            assertThat(contractRefuses(type, payload)).isFalse();
            assertThat(schemaFaults(schema, payload)).as(schema::toPrettyString).isEmpty();
        });
        assertThat(refused).allSatisfy(payload -> {
            assertThat(contractRefuses(type, payload)).isTrue();
            assertThat(schemaFaults(schema, payload)).as(schema::toPrettyString).isNotEmpty();
        });
    }

    @Test
    void everySchemaIsAValidSchema() {
        var metaSchema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(com.networknt.schema.SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(samples().map(sample -> (MessageType<?>) sample.get()[0]))
                .allSatisfy(type -> assertThat(
                                metaSchema.validate(MessageSchemas.payload(type).orElseThrow()))
                        .isEmpty());
    }

    @Test
    void aContractWithoutPayloadHasNoPayloadSchema() {
        assertThat(MessageSchemas.payload(MessageType.of("PING"))).isEmpty();
        assertThat(MessageSchemas.meta(MessageType.of("PING"))).isEmpty();
    }

    @Test
    void extendedMetaHasASchemaOfItsOwn() {
        JsonNode schema = MessageSchemas.meta(SAY.withMeta(Trace.class)).orElseThrow();

        assertThat(schemaFaults(schema, "{\"traceId\":\"t\"}")).isEmpty();
        assertThat(schemaFaults(schema, "{\"traceId\":\"t\",\"hops\":null}")).isEmpty();
        assertThat(schemaFaults(schema, "{\"hops\":1}")).isNotEmpty();
        assertThat(schemaFaults(schema, "{\"traceId\":\"t\",\"clientId\":\"c\"}"))
                .isNotEmpty();
    }

    @Test
    void theCatalogueHoldsMessagesAndCalls() {
        var getUser = RpcType.of("GET_TREE", Say.class, "TREE", Tree.class);

        JsonNode catalogue =
                MessageSchemas.catalogue(List.of(SAY.withMeta(Trace.class), MessageType.of("PING")), List.of(getUser));

        assertThat(catalogue.at("/messages").propertyNames()).containsExactly("SAY", "PING");
        assertThat(catalogue.at("/messages/PING").isEmpty()).isTrue();
        assertThat(catalogue.at("/messages/SAY/payload"))
                .isEqualTo(MessageSchemas.payload(SAY).orElseThrow());
        assertThat(catalogue.at("/messages/SAY/meta/properties").propertyNames())
                .containsExactly("traceId", "hops");
        assertThat(catalogue.at("/calls/GET_TREE/response/type").asString()).isEqualTo("TREE");
        assertThat(catalogue.at("/calls/GET_TREE/request/payload"))
                .isEqualTo(MessageSchemas.payload(SAY).orElseThrow());
        assertThat(schemaFaults(catalogue.at("/calls/GET_TREE/response/payload"), "{\"name\":\"a\",\"children\":[]}"))
                .isEmpty();
    }

    private static boolean contractRefuses(MessageType<?> type, String payload) {
        String frame = "{\"type\":\"" + type.name() + "\",\"payload\":" + payload + "}";
        try {
            type.decode(Envelope.scan(frame.getBytes(StandardCharsets.UTF_8)));
            return false;
        } catch (InvalidMessageException refused) {
            return true;
        }
    }

    private static List<?> schemaFaults(JsonNode schema, String payload) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema)
                .validate(json(payload));
    }

    private static JsonNode json(String text) {
        return Json.mapper().readTree(text);
    }
}
