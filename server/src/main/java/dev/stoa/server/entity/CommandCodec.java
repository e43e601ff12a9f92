package dev.stoa.server.entity;

import dev.stoa.protocol.Json;
import dev.stoa.server.store.StoreException;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.cbor.CBORMapper;

/// Writes records as CBOR and reads them: commands and results between nodes, rows and checkpoints in the
/// store. A record is tagged with its simple name, and only names that were given to the codec are read, so that
/// bytes cannot choose a class. As strict as [Json#mapper]. Immutable.
///
/// ```
///  map: { "<simple name>": { component: value, ... } }
/// ```
public final class CommandCodec {
    private static final ObjectMapper MAPPER = Json.strict(CBORMapper.builder()).build();

    private final Map<String, Class<?>> byTag;
    private final Map<String, ObjectReader> readers = new HashMap<>();

    private CommandCodec(Map<String, Class<?>> byTag) {
        this.byTag = byTag;
        byTag.forEach((tag, type) ->
                readers.put(tag, MAPPER.readerFor(type).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)));
    }

    /// A codec of these records, and of all records below these sealed interfaces; with a command comes the
    /// record that answers it.
    ///
    /// @throws IllegalArgumentException when two have the same simple name
    public static CommandCodec of(Class<?>... types) {
        Map<String, Class<?>> byTag = new HashMap<>();
        for (Class<?> type : types) {
            add(type, byTag);
        }
        return new CommandCodec(Map.copyOf(byTag));
    }

    private static void add(Class<?> type, Map<String, Class<?>> byTag) {
        if (type.isSealed()) {
            for (Class<?> below : type.getPermittedSubclasses()) {
                add(below, byTag);
            }
            return;
        }
        if (!type.isRecord()) {
            throw new IllegalArgumentException(type + " is neither a record nor sealed");
        }
        Class<?> other = byTag.put(type.getSimpleName(), type);
        if (other == type) {
            return;
        }
        if (other != null) {
            throw new IllegalArgumentException("two records are called " + type.getSimpleName());
        }
        if (Command.class.isAssignableFrom(type)) {
            addAnswer(type, byTag);
        }
    }

    private static void addAnswer(Class<?> command, Map<String, Class<?>> byTag) {
        JavaType[] answers = MAPPER.constructType(command).findTypeParameters(Command.class);
        if (answers.length == 1 && answers[0].isRecordType()) {
            add(answers[0].getRawClass(), byTag);
        }
    }

    /// The records it can carry.
    public Iterable<Class<?>> types() {
        return byTag.values();
    }

    /// Writes a record with its tag.
    ///
    /// @throws IllegalArgumentException when it does not know the record's type
    public byte[] encode(Record record) {
        String tag = record.getClass().getSimpleName();
        if (byTag.get(tag) != record.getClass()) {
            throw new IllegalArgumentException("the codec does not know " + record.getClass());
        }
        return MAPPER.writeValueAsBytes(Map.of(tag, record));
    }

    /// Reads what [#encode] wrote.
    ///
    /// @throws StoreException when it is anything else
    public Record decode(byte[] bytes) {
        try (var in = MAPPER.createParser(bytes)) {
            in.nextToken();
            String tag = in.nextName();
            ObjectReader reader = tag == null ? null : readers.get(tag);
            if (reader == null) {
                throw new StoreException("no record is called " + tag);
            }
            in.nextToken();
            Record record = reader.readValue(in);
            if (record == null || in.nextToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
                throw new StoreException("a " + tag + " is not all that is there");
            }
            return record;
        } catch (JacksonException broken) {
            throw new StoreException("not a record: " + broken.getOriginalMessage(), broken);
        }
    }

    /// Writes a record whose type the reader knows.
    public static byte[] write(Record record) {
        return MAPPER.writeValueAsBytes(record);
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws StoreException when it is anything else
    public static <R extends Record> R read(byte[] bytes, Class<R> type) {
        try {
            return MAPPER.readValue(bytes, type);
        } catch (JacksonException broken) {
            throw new StoreException("no " + type.getSimpleName() + ": " + broken.getOriginalMessage(), broken);
        }
    }
}
