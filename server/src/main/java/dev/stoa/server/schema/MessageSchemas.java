package dev.stoa.server.schema;

import com.github.victools.jsonschema.generator.SchemaGenerator;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import java.util.Collection;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON Schemas (2020-12) of contracts.
///
/// Objects are closed, required are the components that are neither `@Nullable` nor `Optional`, Jakarta
/// Validation constraints become keywords, sealed interfaces a choice of their records with the
/// discriminator that `@JsonTypeInfo` declares. A contract made from a schema yields that schema, closed
/// as the contract closes it.
///
/// Laxer than the contract where JSON Schema cannot follow: it takes `1.0` for an integer and counts
/// `@Size` of a text in code points instead of UTF-16 units; `format` (times, UUIDs, `@Email`) is an
/// annotation; constraints of the application's own making and those with flags are left out.
///
/// Stateless and thread-safe. Generating takes milliseconds: do it once, not per request.
public final class MessageSchemas {
    private static final String SCHEMA = "$schema";
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private MessageSchemas() {}

    /// The schema of a contract's payload; empty when it has none.
    public static Optional<JsonNode> payload(MessageType<?> type) {
        if (!type.hasPayload()) {
            return Optional.empty();
        }
        JsonNode own = type.schema();
        return Optional.of(own != null ? own : generate(type.payloadClass(), type.unknownKeysAllowed()));
    }

    /// The schema of a contract's extended meta, that is of the keys beside the standard ones; empty
    /// when it declares none.
    public static Optional<JsonNode> meta(MessageType<?> type) {
        return Optional.ofNullable(type.metaClass()).map(meta -> generate(meta, false));
    }

    /// A catalogue of contracts:
    ///
    /// ```json
    /// {
    ///   "messages": {"SAY": {"payload": {}, "meta": {}}},
    ///   "calls": {"GET_USER": {"request": {"payload": {}}, "response": {"type": "USER", "payload": {}}}}
    /// }
    /// ```
    ///
    /// `payload` and `meta` are left out where a contract has none. Each is a schema document of its
    /// own: references in it start at its own root, not at the catalogue's.
    public static ObjectNode catalogue(
            Collection<? extends MessageType<?>> messages, Collection<? extends RpcType<?, ?>> calls) {
        ObjectNode catalogue = Json.mapper().createObjectNode();
        ObjectNode listed = catalogue.putObject("messages");
        messages.forEach(type -> describe(listed.putObject(type.name()), type));
        ObjectNode callable = catalogue.putObject("calls");
        calls.forEach(call -> {
            ObjectNode entry = callable.putObject(call.name());
            describe(entry.putObject("request"), call.request());
            describe(entry.putObject("response").put("type", call.response().name()), call.response());
        });
        return catalogue;
    }

    private static void describe(ObjectNode entry, MessageType<?> type) {
        payload(type).ifPresent(schema -> entry.set("payload", schema));
        meta(type).ifPresent(schema -> entry.set("meta", schema));
    }

    private static JsonNode generate(Class<?> type, boolean open) {
        ObjectNode schema = new SchemaGenerator(ContractRules.config(open)).generateSchema(type);
        schema.put(SCHEMA, DIALECT);
        if (type.isSealed()) {
            // the generator also describes the interface as if it were one of its own kinds
            schema.retain(SCHEMA, "$defs", "anyOf");
        }
        return schema;
    }
}
