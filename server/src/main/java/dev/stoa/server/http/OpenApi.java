package dev.stoa.server.http;

import dev.stoa.protocol.Json;
import dev.stoa.protocol.MessageType;
import dev.stoa.server.schema.ComponentSchemas;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Describes routes as an OpenAPI 3.1 document. Stateless; takes a while, so done once.
final class OpenApi {
    private static final String KEY = "apiKey";
    private static final Map<String, String> PARAMETERS = Map.of(
            "instance", "The instance's name, namespace/name, or binding",
            "name", "The name of the room or channel, percent-encoded; . and .. are written =. and =..",
            "documents", "The name of the instance of documents",
            "document", "The document's id, percent-encoded; . and .. are written =. and =..",
            "key", "The record's key, percent-encoded",
            "id", "The id, percent-encoded");

    private OpenApi() {}

    /// @param keyed whether callers need an API key
    static ObjectNode describe(List<HttpRoute<?, ?>> routes, boolean keyed) {
        ComponentSchemas schemas = new ComponentSchemas("components/schemas");
        ObjectNode document = Json.mapper().createObjectNode();
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Stoa")
                .put("version", "1")
                .put(
                        "summary",
                        "Rooms, channels and documents: messages, members, presence, history, snapshots, tokens, edits")
                .put(
                        "description",
                        "Errors are problem details (RFC 9457) with a code of the protocol. Names in paths are"
                                + " percent-encoded. An operation is answered once what it changed is durable.");
        ArrayNode tags = document.putArray("tags");
        tags.addObject().put("name", "Rooms").put("description", "Places with members, presence and state");
        tags.addObject().put("name", "Channels").put("description", "Streams of messages");
        tags.addObject()
                .put("name", "Documents")
                .put("description", "Records in which the last writer of a field wins");
        tags.addObject().put("name", "Instance").put("description", "All of an instance's rooms and connections");
        ObjectNode paths = document.putObject("paths");
        for (HttpRoute<?, ?> route : routes) {
            ObjectNode path =
                    (ObjectNode) paths.withObject("/" + pointer(route.path().text()));
            describe(path.putObject(route.method().toLowerCase(Locale.ROOT)), route, schemas, keyed);
        }
        ObjectNode problem = schemas.reference(Problem.class);
        ObjectNode components = document.putObject("components");
        components.set("schemas", schemas.collect());
        ObjectNode answer = components.putObject("responses").putObject("Problem");
        answer.put("description", "What went wrong");
        answer.putObject("content").putObject(Problem.CONTENT_TYPE).set("schema", problem);
        if (keyed) {
            components
                    .putObject("securitySchemes")
                    .putObject(KEY)
                    .put("type", "http")
                    .put("scheme", "bearer");
        }
        return document;
    }

    /// A path as one step of a JSON pointer.
    private static String pointer(String path) {
        return path.replace("~", "~0").replace("/", "~1");
    }

    private static <Q> void describe(
            ObjectNode operation, HttpRoute<Q, ?> route, ComponentSchemas schemas, boolean keyed) {
        operation.put("operationId", route.id()).put("summary", route.summary());
        operation.putArray("tags").add(route.tag());
        operation.put("description", "Needs the scope `" + route.scope().text() + "`.");
        if (keyed) {
            operation.putArray("security").addObject().putArray(KEY);
        }
        ArrayNode parameters = operation.putArray("parameters");
        for (String name : route.path().parameters()) {
            ObjectNode parameter = parameters.addObject();
            parameter.put("name", name).put("in", "path").put("required", true);
            parameter.put("description", PARAMETERS.get(name));
            parameter.putObject("schema").put("type", "string");
        }
        route.query().forEach(known -> describe(parameters.addObject(), known));
        ObjectNode content = switch (route.request()) {
            case RequestBody.None _ -> null;
            case RequestBody.Typed<Q>(MessageType<Q> contract) -> schemas.reference(contract.payloadClass());
            case RequestBody.Raw(String says, String example) -> {
                ObjectNode schema = Json.mapper().createObjectNode().put("description", says);
                schema.set("example", Json.mapper().readTree(example));
                yield schema;
            }
        };
        if (content != null) {
            operation
                    .putObject("requestBody")
                    .putObject("content")
                    .putObject("application/json")
                    .set("schema", content);
        }
        ObjectNode answers = operation.putObject("responses");
        ObjectNode good = answers.putObject("200").put("description", "The result");
        HttpRoute.Response response = route.response();
        good.putObject("content").putObject(response.contentType()).set("schema", schemas.reference(response.shape()));
        answers.putObject("default").put("$ref", "#/components/responses/Problem");
    }

    private static void describe(ObjectNode parameter, QueryParameter known) {
        parameter.put("name", known.name()).put("in", "query").put("description", known.summary());
        ObjectNode schema = parameter.putObject("schema");
        switch (known.form()) {
            case TEXT -> schema.put("type", "string");
            case INTEGER -> schema.put("type", "integer");
            case TIME -> schema.put("type", "string").put("format", "date-time");
            case BOOLEAN -> schema.put("type", "boolean");
            case EACH, TEXTS -> schema.put("type", "array").putObject("items").put("type", "string");
            case STATUS ->
                schema.put("type", "string")
                        .putArray("enum")
                        .add("active")
                        .add("idle")
                        .add("destroyed");
        }
    }
}
