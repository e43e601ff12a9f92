package dev.stoa.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.stoa.app.config.Configuration.TlsFiles;
import dev.stoa.server.document.DocumentsOptions;
import dev.stoa.server.net.Transport;
import dev.stoa.server.room.RoomsOptions;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ConfigurationFileTest {
    private static final Path DOCUMENT = Path.of("../docs/configuration.md");

    @TempDir
    Path folder;

    @Test
    void fileThatSaysNothingMeansTheDefaults() {
        assertThat(ConfigurationFile.parse("")).isEqualTo(Configuration.usual());
        assertThat(ConfigurationFile.parse("# nothing\n")).isEqualTo(Configuration.usual());
        assertThat(Configuration.usual().listen()).isEqualTo(new Configuration.Listen("127.0.0.1", 8080));
    }

    @Test
    void whatIsSaidReplacesTheDefaultAndNothingElse() {
        Configuration read = ConfigurationFile.parse("""
                listen: {port: 9000}
                transport: nio
                drain: {time: 1500ms}
                heartbeat: null
                """);

        assertThat(read.listen()).isEqualTo(new Configuration.Listen("127.0.0.1", 9000));
        assertThat(read.transport()).isEqualTo(Transport.NIO);
        assertThat(read.drain()).isEqualTo(new Configuration.Drain(Duration.ofMillis(1500), Duration.ofSeconds(10)));
        assertThat(read.heartbeat()).isNull();
        assertThat(read.limits()).isEqualTo(Configuration.usual().limits());
    }

    @Test
    void documentedExampleIsReadAndSaysWhatTheDefaultsSay() throws IOException {
        Configuration read = ConfigurationFile.parse(documentedExample());

        assertThat(read.tls()).isEqualTo(new TlsFiles(Path.of("tls/chain.pem"), Path.of("tls/key.pem")));
        assertThat(read.origins()).containsExactly("https://app.example.com");
        assertThat(read.apps()).containsExactly("com.example.chat.ChatApp");
        Configuration usual = Configuration.usual();
        assertThat(read.publicUrl()).isEqualTo("wss://chat.example.com");
        assertThat(read.api().keys()).hasSize(1);
        assertThat(read.instances()).hasSize(1);
        assertThat(read.withTls(null).withApps(List.of()))
                .usingRecursiveComparison()
                .ignoringFields("origins", "publicUrl", "api.keys", "databases", "instances", "documents")
                .isEqualTo(usual);
        assertThat(read.instances().getFirst())
                .usingRecursiveComparison()
                .ignoringFields("tokenKeys")
                .isEqualTo(ConfigurationFile.usualInstance("main"));
        assertThat(read.documents())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("tokenKeys")
                .isEqualTo(ConfigurationFile.parse("documents: [{name: boards, tokenKeys: [{kid: k, pem: k.pem}]}]")
                        .documents());
    }

    @Test
    void usualDocumentsAreThoseOfTheServer() {
        Configuration read = ConfigurationFile.parse("documents: [{name: a, tokenKeys: [{kid: k, pem: k.pem}]}]");

        assertThat(read.documents().getFirst().toOptions()).isEqualTo(DocumentsOptions.named("a"));
    }

    @Test
    void everyKeyIsDocumented() throws IOException {
        Set<String> documented = keysOf(YAMLMapper.shared().readTree(documentedExample()));
        Set<String> known = keysOf(ConfigurationFile.defaults());
        assertThat(documented.removeIf(key -> key.startsWith("databases."))).isTrue();
        known.remove("tls");
        known.add("tls.certificate");
        known.add("tls.key");

        assertThat(documented).isEqualTo(known);
    }

    @Test
    void everyKeyOfAListIsDocumented() throws IOException {
        JsonNode documented = YAMLMapper.shared().readTree(documentedExample());
        JsonNode instance = documented.path("instances").get(0);

        assertThat(keysOf(instance)).isEqualTo(keysOf(ConfigurationFile.instanceDefaults()));
        assertThat(keysOf(documented.path("documents").get(0)))
                .isEqualTo(keysOf(ConfigurationFile.documentsDefaults()));
        assertThat(keysOf(documented.path("databases").path("archive"))).isEqualTo(componentsOf(StoreChoice.class));
        assertThat(keysOf(documented.path("api").path("keys").get(0))).isEqualTo(componentsOf(Api.Key.class));
        assertThat(keysOf(instance.path("tokenKeys").get(0))).isEqualTo(componentsOf(Instance.KeySource.class));
    }

    private static Set<String> componentsOf(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void instanceSaysOnlyWhatIsUnusual() {
        Configuration read = ConfigurationFile.parse("""
                instances:
                  - name: main
                    lifecycle: {allowRecreate: true}
                    history: {maxRecords: 1000}
                  - {name: other, path: /other}
                """);

        RoomsOptions main = read.instances().getFirst().toOptions();
        assertThat(main.lifecycle().allowRecreate()).isTrue();
        assertThat(main.lifecycle().idleTtl()).isEqualTo(Duration.ofSeconds(300));
        assertThat(main.history().maxRecords()).isEqualTo(1000);
        assertThat(read.instances().getLast().path()).isEqualTo("/other");
    }

    @Test
    void instanceMayBeKeptInADatabaseOfItsOwn() {
        Configuration read = ConfigurationFile.parse("""
                databases:
                  archive: {type: postgresql, url: 'jdbc:postgresql://x/y', user: u, passwordVariable: P}
                instances:
                  - {name: main, databaseName: archive, hookTimeout: 2s}
                """);

        RoomsOptions main = read.instances().getFirst().toOptions();
        assertThat(main.databaseName()).isEqualTo("archive");
        assertThat(main.hookTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(read.databases())
                .containsExactly(entry(
                        "archive",
                        new StoreChoice(StoreChoice.Type.POSTGRESQL, "jdbc:postgresql://x/y", "u", "P", "stoa")));
        assertThat(read.keepingNothing().databases()).containsExactly(entry("archive", StoreChoice.memory()));
    }

    @Test
    void relativePathsStartFromTheFilesFolder() throws IOException {
        Path file =
                Files.writeString(folder.resolve("stoa.yml"), "data: kept\ntls: {certificate: c.pem, key: /etc/k.pem}");

        Configuration read = ConfigurationFile.read(file);

        assertThat(read.data()).isEqualTo(folder.resolve("kept"));
        assertThat(read.tls()).isEqualTo(new TlsFiles(folder.resolve("c.pem"), Path.of("/etc/k.pem")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    lisen: {port: 1}                 | unknown key lisen; known here: api, apps,
                    limits: {maxConnection: 1}       | unknown key limits.maxConnection; known here:
                    tls: {certificat: a, key: b}     | unknown key tls.certificat; known here: certificate, key
                    tls: {certificate: a}            | certificate and key are both needed
                    listen: {port: http}             | listen.port
                    listen: {port: 70000}            | port must be from 0 to 65535: 70000
                    listen: 8080                     | listen
                    limits: {maxConnections: 0}      | maxConnections must be from 1
                    limits: {handshakeTimeout: 10}   | a duration is a whole number and ms, s, m or h
                    limits: {handshakeTimeout: 0s}   | handshakeTimeout must be above 0s
                    drain: {time: 1m}                | time must be from 0s to the deadline of 10s: 60s
                    transport: kqueue                | transport
                    compression: sometimes           | compression
                    loops:                           | loops: a value is missing
                    instances: 1                     | instances: a list is expected
                    instances: [main]                | instances: keys and values expected
                    instances: [{nam: main}]         | unknown key instances[].nam; known here: allowAnonymous,
                    instances: [{path: /x}]          | name is missing
                    instances: [{name: a b}]         | instance names and namespaces are 1 to 48
                    instances: [{name: a},{name: a, path: /b}] | there are two instances default/a
                    instances: [{name: a},{name: b}] | instance b has the same path as another: /rooms
                    instances: [{name: a, historyLimit: 0}] | historyLimit is 1 to 1000, not 0
                    instances: [{name: a, limits: {maxDepth: 200}}] | maxDepth is 1 to 100, not 200
                    instances: [{name: a, tokenKeys: [{kid: k}]}] | a token key needs kid, and either
                    api: {keys: [{name: a, scopes: [read], hash: x}]} | the hash of API key a must be sha256:
                    api: {keys: [{name: a, scopes: [], hash: x}]} | API key a has no scopes
                    api: {keys: [{name: a, scopes: [read], hsh: x}]} | an API key needs name, scopes and hash
                    api: {maxBodyBytes: 1}           | maxBodyBytes must be at least 1024: 1
                    api: {maxDocumentBytes: 1}       | maxDocumentBytes must be at least 1024: 1
                    api: {maxStreams: 0}             | there must be at least 1 stream
                    api: {actorHeaders: {userId: x user}} | not the name of a header: x user
                    store: {type: postgresql}        | type postgresql needs url, user and passwordVariable
                    store: {url: x}                  | are for type postgresql only
                    store: {type: mysql}             | store.type
                    databases: [a]                   | databases: names with a store each are expected
                    databases: {a: sqlite}           | databases: keys and values expected
                    databases: {a: {tpye: sqlite}}   | unknown key databases[].tpye; known here: passwordVariable,
                    databases: {a: {type: postgresql}} | type postgresql needs url, user and passwordVariable
                    instances: [{name: a, databaseName: b}] | instance a names the database b, which is not under databases
                    {databases: {c: {}}, instances: [{name: a, databaseName: b}]} | not under databases; known: c
                    {databases: {..: {}}, instances: [{name: a, databaseName: ..}]} | begin with no '.': ..
                    documents: [{name: a}]           | documents a have no tokenKeys, so nobody could come in: name a key
                    documents: [{nam: a}]            | unknown key documents[].nam; known here: databaseName,
                    documents: [{name: a, limits: {maxRecord: 1}}] | unknown key documents[].limits.maxRecord
                    documents: [{name: a, path: boards, tokenKeys: [{kid: k, pem: k}]}] | path must be like /documents: boards
                    documents: [{name: a, maxSessions: 0, tokenKeys: [{kid: k, pem: k}]}] | has 0 sessions at most
                    documents: [{name: a, tombstones: {keptFor: 1h}, tokenKeys: [{kid: k, pem: k}]}] | kept for at least PT24H
                    documents: [{name: a, databaseName: b, tokenKeys: [{kid: k, pem: k}]}] | documents a name the database b, which
                    {instances: [{name: a}], documents: [{name: a, tokenKeys: [{kid: k, pem: k}]}]} | there are two instances a
                    {instances: [{name: a, path: /documents}], documents: [{name: b, tokenKeys: [{kid: k, pem: k}]}]} | the same path as
                    instances: [{name: a, hookTimeout: 0s}] | hookTimeout must be above 0s: 0s
                    [1]                              | keys and values expected
                    listen: {port: 1                 | not YAML
                    """)
    void wrongFilesAreRefusedInWords(String yaml, String words) {
        assertThatThrownBy(() -> ConfigurationFile.parse(yaml))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(words);
    }

    @Test
    void keySaidTwiceIsRefused() {
        assertThatThrownBy(() -> ConfigurationFile.parse("loops: 1\nloops: 2\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("loops");
    }

    private static String documentedExample() throws IOException {
        Matcher example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(DOCUMENT));
        assertThat(example.find()).isTrue();
        return example.group(1);
    }

    private static Set<String> keysOf(JsonNode node) {
        Set<String> keys = new TreeSet<>();
        node.properties().forEach(entry -> {
            if (entry.getValue().isObject()) {
                keysOf(entry.getValue()).forEach(key -> keys.add(entry.getKey() + "." + key));
            } else {
                keys.add(entry.getKey());
            }
        });
        return keys;
    }
}
