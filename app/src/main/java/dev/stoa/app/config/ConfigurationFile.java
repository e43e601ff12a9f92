package dev.stoa.app.config;

import dev.stoa.app.config.Configuration.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Reads configuration files: what the file says, over the defaults (`defaults.yml` beside this class).
public final class ConfigurationFile {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationText()))
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Set<String> MAY_BE_NULL = Set.of(
            "tls",
            "heartbeat",
            "publicUrl",
            "store.url",
            "store.user",
            "store.passwordVariable",
            "databases[].url",
            "databases[].user",
            "databases[].passwordVariable",
            "instances[].databaseName",
            "instances[].binding",
            "instances[].placement.region",
            "instances[].history.maxRecords",
            "instances[].history.maxAgeSeconds",
            "documents[].databaseName",
            "documents[].tombstones.keptFor",
            "documents[].snapshots.folder");
    private static final String INSTANCES = "instances";
    private static final String DOCUMENTS = "documents";
    private static final String DATABASES = "databases";

    /// The keys below a key whose default is null, so that the defaults do not show them.
    private static final Map<String, Set<String>> KEYS_BELOW_NULL = Map.of("tls", Set.of("certificate", "key"));

    private ConfigurationFile() {}

    /// Reads a file. Relative paths in it start from its folder.
    ///
    /// @throws ConfigurationException when it is missing, is not YAML, or holds an unknown key or a
    ///     wrong value
    public static Configuration read(Path file) {
        try {
            Configuration read = parse(Files.readString(file));
            return resolved(read, Objects.requireNonNullElse(file.getParent(), Path.of("")));
        } catch (IOException missing) {
            throw new ConfigurationException(
                    "cannot read the configuration " + file + ": " + reasonOf(missing), missing);
        } catch (ConfigurationException wrong) {
            throw new ConfigurationException(file + ": " + wrong.getMessage(), wrong);
        }
    }

    /// @throws ConfigurationException as [#read], without a file's name in the message
    static Configuration parse(String yaml) {
        try {
            JsonNode given = YAML.readTree(yaml);
            ObjectNode merged = defaults();
            if (given instanceof ObjectNode keys) {
                merge(merged, keys, "");
                completeEach(INSTANCES, "instance.yml", merged);
                completeEach(DOCUMENTS, "documents.yml", merged);
                completeDatabases(merged);
            } else if (!given.isMissingNode() && !given.isNull()) {
                throw new ConfigurationException("keys and values expected, found: " + given, null);
            }
            return YAML.treeToValue(merged, Configuration.class);
        } catch (JacksonException malformed) {
            throw new ConfigurationException(problemOf(malformed), malformed);
        }
    }

    static Configuration usual() {
        return YAML.treeToValue(defaults(), Configuration.class);
    }

    static ObjectNode defaults() {
        return resource("defaults.yml");
    }

    /// What an entry of `instances` means that says nothing.
    static ObjectNode instanceDefaults() {
        return resource("instance.yml");
    }

    /// What an entry of `documents` means that says nothing.
    static ObjectNode documentsDefaults() {
        return resource("documents.yml");
    }

    private static ObjectNode storeDefaults() {
        return (ObjectNode) defaults().get("store");
    }

    /// An instance of which nothing is said but its name.
    public static Instance usualInstance(String name) {
        return YAML.treeToValue(instanceDefaults().put("name", name), Instance.class);
    }

    private static ObjectNode resource(String name) {
        try (InputStream in = ConfigurationFile.class.getResourceAsStream(name)) {
            return (ObjectNode) YAML.readTree(Objects.requireNonNull(in, name));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Puts each instance of a list over what instances usually are.
    private static void completeEach(String list, String defaults, ObjectNode merged) {
        if (!(merged.get(list) instanceof ArrayNode given)) {
            throw new ConfigurationException(list + ": a list is expected", null);
        }
        ArrayNode complete = merged.putArray(list);
        given.forEach(instance -> complete.add(completed(instance, resource(defaults), list)));
    }

    /// Puts each database that is given over what a store usually is.
    private static void completeDatabases(ObjectNode merged) {
        if (!(merged.get(DATABASES) instanceof ObjectNode given)) {
            throw new ConfigurationException(DATABASES + ": names with a store each are expected", null);
        }
        ObjectNode complete = merged.putObject(DATABASES);
        given.properties()
                .forEach(
                        entry -> complete.set(entry.getKey(), completed(entry.getValue(), storeDefaults(), DATABASES)));
    }

    private static ObjectNode completed(JsonNode given, ObjectNode usual, String where) {
        if (!(given instanceof ObjectNode keys)) {
            throw new ConfigurationException(where + ": keys and values expected, found: " + given, null);
        }
        merge(usual, keys, where + "[].");
        return usual;
    }

    private static void merge(ObjectNode target, ObjectNode given, String path) {
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            String key = entry.getKey();
            if (!target.has(key)) {
                throw new ConfigurationException(unknown(path + key, new TreeSet<>(target.propertyNames())), null);
            }
            if (entry.getValue().isNull() && !MAY_BE_NULL.contains(path + key)) {
                throw new ConfigurationException(path + key + ": a value is missing", null);
            }
            boolean named = (path + key).equals(DATABASES);
            if (!named && target.get(key) instanceof ObjectNode below && entry.getValue() instanceof ObjectNode keys) {
                merge(below, keys, path + key + ".");
            } else {
                requireKnown(entry.getValue(), path + key);
                target.set(key, entry.getValue());
            }
        }
    }

    private static void requireKnown(JsonNode value, String path) {
        Set<String> known = KEYS_BELOW_NULL.get(path);
        if (known != null) {
            for (String key : value.propertyNames()) {
                if (!known.contains(key)) {
                    throw new ConfigurationException(unknown(path + "." + key, new TreeSet<>(known)), null);
                }
            }
        }
    }

    private static Configuration resolved(Configuration read, Path folder) {
        TlsFiles tls = read.tls();
        Configuration based = read.withData(folder.resolve(read.data()))
                .withInstances(read.instances().stream()
                        .map(instance -> instance.resolvedIn(folder))
                        .toList())
                .withDocuments(read.documents().stream()
                        .map(instance -> instance.resolvedIn(folder))
                        .toList());
        return tls == null
                ? based
                : based.withTls(new TlsFiles(folder.resolve(tls.certificate()), folder.resolve(tls.key())));
    }

    private static String problemOf(JacksonException malformed) {
        if (!(malformed instanceof DatabindException)) {
            return "not YAML, " + malformed.getMessage();
        }
        String key = malformed.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : step.getPropertyName())
                .collect(Collectors.joining("."));
        if (malformed instanceof UnrecognizedPropertyException unrecognized) {
            TreeSet<String> known = new TreeSet<>();
            unrecognized.getKnownPropertyIds().forEach(id -> known.add(id.toString()));
            return unknown(key, known);
        }
        Throwable cause = malformed.getCause();
        String problem =
                cause instanceof IllegalArgumentException ? cause.getMessage() : malformed.getOriginalMessage();
        return key + ": " + problem;
    }

    private static String unknown(String key, TreeSet<String> known) {
        return "unknown key " + key + "; known here: " + String.join(", ", known);
    }

    private static String reasonOf(IOException missing) {
        return missing instanceof java.nio.file.NoSuchFileException ? "there is no such file" : missing.toString();
    }
}
