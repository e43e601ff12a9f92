package dev.stoa.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.app.config.ConfigurationFile;
import dev.stoa.protocol.Json;
import dev.stoa.server.http.ApiAnswer;
import dev.stoa.server.http.ApiRequest;
import dev.stoa.server.http.ApiSettings;
import dev.stoa.server.http.HttpApi;
import dev.stoa.server.room.AsyncRoom;
import dev.stoa.server.room.RoomsOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Every operation, option and result field that users of rooms expect is in the records and in the OpenAPI
/// document; the lists are in reference.txt (rooms protocol, section 11, row 1).
class ReferenceTest {
    private static final Set<String> NOT_YET_IN_JAVA = Set.of("applyYjsUpdate", "syncYjs", "compact");
    private static final String BASE = "/v1/instances/{instance}/";
    private static final JsonNode DOCUMENT = document();

    private static JsonNode document() {
        HttpApi api = HttpApi.of(List.of(), ApiSettings.keyless());
        ApiAnswer answer =
                api.answer(new ApiRequest("GET", "/openapi.json", "", Map.of(), InputStream.nullInputStream()));
        return Json.mapper().readTree(((ApiAnswer.Whole) answer).body());
    }

    static Stream<String> lines(String kind) {
        try (InputStream in = Objects.requireNonNull(ReferenceTest.class.getResourceAsStream("reference.txt"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> line.startsWith(kind + " "))
                    .map(line -> line.substring(kind.length() + 1));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Stream<String> records() {
        return lines("record");
    }

    static Stream<String> operations() {
        return lines("operation");
    }

    @ParameterizedTest
    @MethodSource("records")
    void recordHasEveryField(String line) throws ClassNotFoundException {
        String name = line.substring(0, line.indexOf(':'));
        Class<?> type = Class.forName("dev.stoa.protocol.room." + name);
        Map<String, RecordComponent> components = Arrays.stream(type.getRecordComponents())
                .collect(Collectors.toMap(RecordComponent::getName, component -> component));
        JsonNode schema = DOCUMENT.path("components").path("schemas").path(name);

        for (String field : fieldsOf(line)) {
            boolean optional = field.endsWith("?");
            String plain = field.replace("?", "");
            assertThat(components).as(name).containsKey(plain);
            if (optional) {
                assertThat(Json.isRequired(Objects.requireNonNull(components.get(plain))))
                        .as("%s.%s is required", name, plain)
                        .isFalse();
            }
            if (isAskedInAQuery(name)) {
                continue;
            }
            assertThat(schema.path("properties").has(plain))
                    .as("%s.%s in OpenAPI", name, plain)
                    .isTrue();
            assertThat(isRequired(schema, plain))
                    .as("%s.%s required in OpenAPI", name, plain)
                    .isEqualTo(!optional);
        }
    }

    private static boolean isAskedInAQuery(String record) {
        return Set.of("MembersOptions", "HistoryOptions", "DocumentOptions").contains(record);
    }

    private static boolean isRequired(JsonNode schema, String field) {
        for (JsonNode required : schema.path("required")) {
            if (required.asString().equals(field)) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @MethodSource("operations")
    void operationIsThereInJavaAndOverHttp(String line) {
        String[] words = line.substring(0, line.indexOf(':')).split(" ");
        String[] call = line.substring(line.indexOf(':') + 2).split("[ ,>]+");
        String method = call[0].toLowerCase(java.util.Locale.ROOT);
        List<String> takes = List.of(call).subList(2, call.length - 1);
        String answers = call[call.length - 1];

        for (String of : List.of(words).subList(1, words.length)) {
            JsonNode operation = DOCUMENT.path("paths")
                    .path(BASE + of + "/{name}/" + call[1])
                    .path(method);
            assertThat(operation.isObject())
                    .as("%s %s of %s", method, call[1], of)
                    .isTrue();
            assertThat(reference(operation.path("responses").path("200"))).isEqualTo(answers);
            if (method.equals("get")) {
                takes.forEach(name ->
                        assertThat(operation.path("parameters").toString()).contains("\"name\":\"" + name + "\""));
            } else {
                assertThat(reference(operation.path("requestBody"))).isEqualTo(takes.isEmpty() ? "" : takes.getFirst());
            }
        }
        if (!NOT_YET_IN_JAVA.contains(words[0])) {
            assertThat(AsyncRoom.class.getMethods()).extracting(Method::getName).contains(words[0]);
        }
    }

    @Test
    void statsAreOfTheWholeInstance() {
        JsonNode operation = DOCUMENT.path("paths").path(BASE + "stats").path("get");

        assertThat(reference(operation.path("responses").path("200"))).isEqualTo("Stats");
    }

    @Test
    void everyOptionOfAnInstanceCanBeConfiguredAndGiven() {
        List<String> options =
                lines("configuration").flatMap(line -> fieldsOf(line).stream()).toList();
        List<String> configured =
                names(dev.stoa.app.config.Instance.class, dev.stoa.app.config.Instance.LifecycleSeconds.class);
        List<String> given = names(RoomsOptions.class, dev.stoa.server.room.Lifecycle.class).stream()
                .map(name -> name.endsWith("Ttl") ? name + "Seconds" : name)
                .toList();

        for (String option : options) {
            assertThat(configured).contains(option.replace("?", ""));
            assertThat(given).contains(option.replace("?", ""));
        }
        assertThat(ConfigurationFile.usualInstance("main").toOptions())
                .usingRecursiveComparison()
                .isEqualTo(RoomsOptions.named("main"));
    }

    @Test
    void everyReferenceInTheDocumentLeadsSomewhere() {
        DOCUMENT.findValuesAsString("$ref")
                .forEach(reference -> assertThat(
                                DOCUMENT.at(reference.substring(1)).isObject())
                        .as(reference)
                        .isTrue());
    }

    @Test
    void everyOperationHasANameOfItsOwn() {
        List<String> ids = DOCUMENT.path("paths").findValuesAsString("operationId");

        assertThat(ids)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-zA-Z]+"))
                .hasSizeGreaterThan(40);
    }

    @Test
    void whoeverNamesAnActorInABodyIsSeen() throws ClassNotFoundException {
        for (JsonNode reference : DOCUMENT.path("paths").findValues("requestBody")) {
            if (DOCUMENTS_TAKE.contains(reference(reference))) {
                continue;
            }
            Class<?> type = Class.forName("dev.stoa.protocol.room." + reference(reference));
            boolean names = names(type).contains("actor");
            String source = "NamedActor knows " + type.getSimpleName();
            assertThat(KNOWN_TO_NAME_ACTORS.contains(type.getSimpleName()))
                    .as(source)
                    .isEqualTo(names);
        }
    }

    /// Bodies of the documents' routes, which name nobody: patches and snapshots have no schema.
    private static final Set<String> DOCUMENTS_TAKE = Set.of("", "DocumentSessionOptions");

    /// Those that ApiKeysTest tries without the right.
    private static final Set<String> KNOWN_TO_NAME_ACTORS = Set.of(
            "MessageInput",
            "JoinOptions",
            "LeaveOptions",
            "PresenceOptions",
            "MetadataOptions",
            "AuthorizeOptions",
            "UpdateOptions",
            "AwarenessOptions",
            "YjsUpdateOptions");

    private static List<String> names(Class<?>... records) {
        return Arrays.stream(records)
                .flatMap(type -> Arrays.stream(type.getRecordComponents()))
                .map(RecordComponent::getName)
                .toList();
    }

    private static List<String> fieldsOf(String line) {
        return List.of(line.substring(line.indexOf(':') + 2).split(" "));
    }

    private static String reference(JsonNode holder) {
        String reference = holder.path("content")
                .path("application/json")
                .path("schema")
                .path("$ref")
                .asString("");
        return reference.substring(reference.lastIndexOf('/') + 1);
    }
}
