package dev.stoa.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.app.config.Configuration.TlsFiles;
import dev.stoa.server.net.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        assertThat(read.withTls(null).withApps(List.of()))
                .usingRecursiveComparison()
                .ignoringFields("origins")
                .isEqualTo(usual);
    }

    @Test
    void everyKeyIsDocumented() throws IOException {
        Set<String> documented = keysOf(YAMLMapper.shared().readTree(documentedExample()));
        Set<String> known = keysOf(ConfigurationFile.defaults());
        known.remove("tls");
        known.add("tls.certificate");
        known.add("tls.key");

        assertThat(documented).isEqualTo(known);
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
