package dev.stoa.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.node.ObjectNode;

/// The contract of a one-way message: its type name, its payload and any further meta (router protocol,
/// section 2).
///
/// ```java
/// record Say(@NotBlank @Size(max = 500) String text) {}
///
/// static final MessageType<Say> SAY = MessageType.of("SAY", Say.class);
/// static final MessageType<Void> PING = MessageType.of("PING");
/// ```
///
/// Contracts are strict both ways: unknown keys, missing components, wrong types and broken Jakarta
/// Validation constraints are refused, whether a peer sent them or the application tries to. Immutable
/// and thread-safe; make each once and keep it in a constant, because making one inspects the payload
/// class.
///
/// @param <P> the payload's type; [Void] when there is none
public final class MessageType<P> {
    private final String name;
    private final Class<P> payloadClass;
    private final @Nullable Class<?> metaClass;
    private final @Nullable JsonNode schema;
    private final boolean unknownKeysAllowed;
    private final boolean outgoingValidated;
    private final @Nullable QuickRecord quick;
    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final PayloadValidator validator;
    private final PayloadValidator metaValidator;
    private final byte[] prefix;

    private MessageType(
            String name,
            Class<P> payloadClass,
            @Nullable Class<?> metaClass,
            @Nullable JsonNode schema,
            boolean unknownKeysAllowed,
            boolean outgoingValidated) {
        this.name = checkedName(name);
        this.payloadClass = payloadClass;
        this.metaClass = checkedMeta(name, metaClass);
        this.schema = schema;
        this.unknownKeysAllowed = unknownKeysAllowed;
        this.outgoingValidated = outgoingValidated;
        this.quick = QuickRecord.of(payloadClass);
        this.reader = unknownKeysAllowed
                ? Json.mapper().readerFor(payloadClass).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                : Json.mapper().readerFor(payloadClass);
        this.writer = Json.mapper().writerFor(payloadClass);
        this.validator = validatorOf(payloadClass, schema, unknownKeysAllowed);
        this.metaValidator = metaClass == null ? PayloadValidator.none() : BeanValidation.of(metaClass);
        this.prefix = EnvelopeWriter.prefix(name);
    }

    /// A message without payload.
    ///
    /// @throws IllegalArgumentException when `name` is empty or starts with the reserved prefix `$ws:`
    public static MessageType<Void> of(String name) {
        return of(name, Void.class);
    }

    /// A message whose payload is a `P`, usually a record.
    ///
    /// @throws IllegalArgumentException when `name` is empty or starts with the reserved prefix `$ws:`
    public static <P> MessageType<P> of(String name, Class<P> payload) {
        return new MessageType<>(name, payload, null, null, false, true);
    }

    /// A message whose payload is described by a JSON Schema (2020-12), for contracts known only at run
    /// time. As with records, the top level is closed unless the schema says otherwise
    /// (`additionalProperties`).
    ///
    /// Needs `com.networknt:json-schema-validator`, which the server brings.
    public static MessageType<JsonNode> ofSchema(String name, JsonNode schema) {
        return new MessageType<>(name, JsonNode.class, null, schema.deepCopy(), false, true);
    }

    /// The same contract with further meta keys: the components of the record `meta`, required unless
    /// marked nullable.
    ///
    /// @throws IllegalArgumentException when `meta` is not a record, declares `clientId` or
    ///     `receivedAt`, which only the server sets, or one of the keys that every message has
    ///     (`timestamp`, `correlationId`, `timeoutMs`)
    public MessageType<P> withMeta(Class<? extends Record> meta) {
        return new MessageType<>(name, payloadClass, meta, schema, unknownKeysAllowed, outgoingValidated);
    }

    /// The same contract, ignoring payload keys that the payload class does not declare.
    public MessageType<P> withUnknownKeysAllowed() {
        return new MessageType<>(name, payloadClass, metaClass, schema, true, outgoingValidated);
    }

    /// The same contract, trusting what the application sends: constraints are checked on arrival only.
    public MessageType<P> withoutOutgoingValidation() {
        return new MessageType<>(name, payloadClass, metaClass, schema, unknownKeysAllowed, false);
    }

    /// The same contract under another type name.
    public MessageType<P> withName(String newName) {
        return new MessageType<>(newName, payloadClass, metaClass, schema, unknownKeysAllowed, outgoingValidated);
    }

    public String name() {
        return name;
    }

    public Class<P> payloadClass() {
        return payloadClass;
    }

    public boolean hasPayload() {
        return payloadClass != Void.class;
    }

    public @Nullable Class<?> metaClass() {
        return metaClass;
    }

    /// The JSON Schema this contract was made from, closed as the contract closes it; null when it was
    /// made from a class. A copy.
    public @Nullable JsonNode schema() {
        return schema == null ? null : unknownKeysAllowed ? schema.deepCopy() : closed(schema.deepCopy());
    }

    /// Whether payload keys that the contract does not declare are ignored.
    public boolean unknownKeysAllowed() {
        return unknownKeysAllowed;
    }

    /// Decodes and checks a frame of this type.
    ///
    /// @throws InvalidMessageException naming everything that breaks the contract
    public Message<P> decode(Envelope envelope) {
        List<Issue> issues = new ArrayList<>(0);
        Issue violation = envelope.violation();
        if (violation != null) {
            issues.add(violation);
        }
        Object meta = decodeMeta(envelope, issues);
        P payload = decodePayload(envelope, issues);
        if (!issues.isEmpty()) {
            throw new InvalidMessageException("Message validation failed", issues);
        }
        return new Message<>(this, envelope, payload, meta);
    }

    /// Decodes and checks a payload that came without an envelope, as in the body of an HTTP request. It must be
    /// UTF-8.
    ///
    /// @throws InvalidMessageException naming everything that breaks the contract
    public P read(byte[] body) {
        P payload;
        try {
            payload = reader.readValue(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException malformed) {
            throw new InvalidMessageException("The body is not valid", List.of(new Issue("body", "must be UTF-8")));
        } catch (JacksonException error) {
            throw new InvalidMessageException("The body is not valid", List.of(BindingIssue.of("body", error)));
        }
        if (payload == null) {
            throw new InvalidMessageException("The body is not valid", List.of(new Issue("body", "must not be null")));
        }
        List<Issue> issues = new ArrayList<>(0);
        addIssues("body", validator.validate(payload), issues);
        if (!issues.isEmpty()) {
            throw new InvalidMessageException("The body is not valid", issues);
        }
        return payload;
    }

    /// Checks what the application wants to send; does nothing when outgoing validation is off.
    ///
    /// @throws InvalidMessageException naming every broken constraint
    public void check(@Nullable P payload) {
        if (hasPayload() != (payload != null)) {
            String problem = hasPayload() ? "is required" : "must be absent";
            throw new InvalidMessageException(
                    "Payload of " + name + " " + problem, List.of(new Issue("payload", problem)));
        }
        if (payload == null || !outgoingValidated) {
            return;
        }
        List<Issue> issues = validator.validate(payload);
        if (!issues.isEmpty()) {
            throw new InvalidMessageException("Payload of " + name + " breaks its contract: " + issues, issues);
        }
    }

    /// As [#check(Object)], and checks the meta keys that the application adds against the contract's
    /// extended meta; keys that [EnvelopeWriter] leaves out anyway are not looked at.
    ///
    /// @throws InvalidMessageException naming every broken constraint
    public void check(@Nullable P payload, Map<String, ?> meta) {
        check(payload);
        if (!outgoingValidated || meta.isEmpty() && metaClass == null) {
            return;
        }
        ObjectNode extended = Json.mapper().createObjectNode();
        meta.forEach((key, value) -> {
            if (value != null
                    && !EnvelopeWriter.NOT_THE_CALLERS.contains(key)
                    && !Reserved.STANDARD_META.contains(key)) {
                extended.set(key, Json.mapper().valueToTree(value));
            }
        });
        List<Issue> issues = new ArrayList<>(0);
        bindMeta(extended, issues);
        if (!issues.isEmpty()) {
            throw new InvalidMessageException("Meta of " + name + " breaks its contract: " + issues, issues);
        }
    }

    /// Writes a payload as JSON.
    void write(P payload, ByteBuilder out) {
        if (quick == null || !quick.write(payload, out)) {
            EnvelopeWriter.write(writer, payload, out, name);
        }
    }

    /// `{"type":"NAME","meta":{"timestamp":` in UTF-8.
    byte[] prefix() {
        return prefix;
    }

    private @Nullable P decodePayload(Envelope envelope, List<Issue> issues) {
        if (!hasPayload()) {
            if (envelope.hasPayload()) {
                issues.add(new Issue("payload", "must be absent"));
            }
            return null;
        }
        if (!envelope.hasPayload()) {
            issues.add(new Issue("payload", "is required"));
            return null;
        }
        P payload;
        try {
            payload = bind(envelope);
        } catch (JacksonException error) {
            issues.add(BindingIssue.of("payload", error));
            return null;
        }
        if (payload == null) {
            issues.add(new Issue("payload", "must not be null"));
            return null;
        }
        addIssues("payload", validator.validate(payload), issues);
        return payload;
    }

    @SuppressWarnings("unchecked") // a quick record of the payload class reads nothing else
    private P bind(Envelope envelope) {
        byte[] bytes = envelope.bytes();
        int start = envelope.payloadStart();
        int length = envelope.payloadLength();
        Object read = quick == null ? null : quick.read(bytes, start, start + length);
        return read != null ? (P) read : reader.readValue(bytes, start, length);
    }

    private @Nullable Object decodeMeta(Envelope envelope, List<Issue> issues) {
        if (metaClass == null && !envelope.hasExtendedMeta()) {
            return null;
        }
        ObjectNode meta = envelope.metaTree();
        meta.remove(Reserved.SERVER_META);
        meta.remove(Reserved.STANDARD_META);
        return bindMeta(meta, issues);
    }

    private @Nullable Object bindMeta(ObjectNode meta, List<Issue> issues) {
        if (metaClass == null) {
            meta.propertyNames().forEach(key -> issues.add(new Issue("meta." + key, "unknown key")));
            return null;
        }
        try {
            Object decoded = Json.mapper().treeToValue(meta, metaClass);
            addIssues("meta", metaValidator.validate(decoded), issues);
            return decoded;
        } catch (JacksonException error) {
            issues.add(BindingIssue.of("meta", error));
            return null;
        }
    }

    private static void addIssues(String root, List<Issue> found, List<Issue> issues) {
        for (Issue issue : found) {
            issues.add(new Issue(issue.path().isEmpty() ? root : root + "." + issue.path(), issue.message()));
        }
    }

    private static String checkedName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a message type must not be empty");
        }
        if (name.startsWith(Reserved.TYPE_PREFIX)) {
            throw new IllegalArgumentException("Reserved prefix \"" + Reserved.TYPE_PREFIX + "\" not allowed: " + name);
        }
        return name;
    }

    private static @Nullable Class<?> checkedMeta(String name, @Nullable Class<?> meta) {
        if (meta == null) {
            return null;
        }
        if (!meta.isRecord()) {
            throw new IllegalArgumentException("meta of " + name + " must be a record: " + meta.getName());
        }
        for (var component : meta.getRecordComponents()) {
            JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
            String key = renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
            if (Reserved.SERVER_META.contains(key) || Reserved.STANDARD_META.contains(key)) {
                throw new IllegalArgumentException("Reserved meta key \"" + key + "\" not allowed in meta of " + name);
            }
        }
        return meta;
    }

    private static PayloadValidator validatorOf(
            Class<?> payload, @Nullable JsonNode schema, boolean unknownKeysAllowed) {
        if (schema != null) {
            return JsonSchemaValidation.of(unknownKeysAllowed ? schema : closed(schema));
        }
        return payload == Void.class ? PayloadValidator.none() : BeanValidation.of(payload);
    }

    private static JsonNode closed(JsonNode schema) {
        if (schema instanceof ObjectNode object
                && object.has("properties")
                && !object.has("additionalProperties")
                && !object.has("unevaluatedProperties")) {
            return object.deepCopy().put("additionalProperties", false);
        }
        return schema;
    }

    @Override
    public String toString() {
        return "MessageType[" + name + "]";
    }
}
