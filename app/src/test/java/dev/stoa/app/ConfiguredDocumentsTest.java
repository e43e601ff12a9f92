package dev.stoa.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Documents of a configuration, beside a backend that knows nothing of Stoa but a key: it signs tokens as the
/// page of the tokens says, with what any language has.
class ConfiguredDocumentsTest {
    private static final String SECRET = "c3RvYSBleGFtcGxlIGtleSwgbm90IGZvciByZWFsIHVzZQ==";

    @TempDir
    Path folder;

    private final Terminal terminal = new Terminal().with("KEY", SECRET);

    @Test
    void whoHasATokenWritesOrReadsAndWhatIsWrittenIsKept() throws IOException {
        Path file = written("""
                databases: {archive: {}}
                documents:
                  - name: boards
                    databaseName: archive
                    snapshots: {folder: copies, throttle: 100ms}
                    tokenKeys: [{kid: k, secretVariable: KEY}]
                """);

        serve(file, server -> {
            try (Peer ada = connect(server, "/documents", "r/1", "ada", token("room:r/1", "[\"document\"]"))) {
                ada.next("clientCount");
                ada.send("{\"type\":\"patch\",\"documentPatches\":[{\"e\":{\"_exists\":true,\"x\":1}}]}");
                assertThat(ada.next("ack").path("timestamp").asInt()).isEqualTo(1);
            }
        });

        assertThat(folder.resolve("data/archive/stoa.db")).exists();
        assertThat(folder.resolve("data/stoa.db")).doesNotExist();
        assertThat(folder.resolve("copies/r%2F1.json")).content().startsWith("{\"timestamp\":1,");
        serve(file, server -> {
            try (Peer rob = connect(server, "/documents", "r/1", "rob", token("room:r*", "[\"read\"]"))) {
                rob.next("clientCount");
                rob.send("{\"type\":\"patch\",\"documentPatches\":[{\"e\":{\"x\":2}}]}");
                assertThat(rob.next("ack").path("timestamp").asInt()).isEqualTo(1);
                rob.send("{\"type\":\"reconnect\",\"lastTimestamp\":0,\"protocolVersion\":2}");
                assertThat(rob.next("patch").path("documentPatches"))
                        .isEqualTo(json("[{\"e\":{\"_exists\":true,\"x\":1}}]"));
            }
        });
    }

    @Test
    void theBackendReadsOverHttpWhatAClientWrote() throws IOException {
        Path file = written("documents: [{name: boards, tokenKeys: [{kid: k, secretVariable: KEY}]}]");

        serve(file, server -> {
            try (Peer ada = connect(server, "/documents", "r", "ada", token("room:r", "[\"document\"]"))) {
                ada.next("clientCount");
                ada.send("{\"type\":\"patch\",\"documentPatches\":[{\"e\":{\"_exists\":true,\"x\":1}}]}");
                ada.next("ack");

                String document = server.pagesAddress() + "/v1/instances/boards/documents/r";
                assertThat(json(Web.get(document).body()).path("records"))
                        .isEqualTo(json("{\"e\":{\"_exists\":true,\"x\":1}}"));
            }
        });
    }

    @Test
    void optionsOfTheInstanceCount() throws IOException {
        Path file = written("""
                documents:
                  - name: boards
                    path: /boards
                    maxSessions: 1
                    repliesToReaders: true
                    tombstones: {newcomers: false, keptFor: 720h}
                    limits: {maxKeyBytes: 4}
                    tokenKeys: [{kid: k, secretVariable: KEY}]
                """);

        serve(file, server -> {
            try (Peer rob = connect(server, "/boards", "r", "rob", token("room:r", "[\"read\"]"))) {
                rob.next("clientCount");
                rob.send("{\"type\":\"patch\",\"documentPatches\":[{\"e\":{\"x\":2}}]}");
                rob.next("ack");
                assertThat(rob.next("patch").path("documentPatches")).isEqualTo(json("[{\"e\":{\"_exists\":false}}]"));
                assertThat(closeCode(server, "/boards", "ada", token("room:r", "[\"document\"]")))
                        .as("one too many")
                        .isEqualTo(1013);
            }
        });
    }

    @Test
    void whoHasNoGoodTokenStaysOutside() throws IOException {
        Path file = written("""
                documents:
                  - {name: boards, tokenKeys: [{kid: k, secretVariable: KEY}]}
                  - {name: strict, path: /strict, refuseAtHandshake: true, tokenKeys: [{kid: k, secretVariable: KEY}]}
                """);

        serve(file, server -> {
            String good = token("room:r", "[\"document\"]");
            assertThat(closeCode(server, "/documents", "ada", good + "x")).isEqualTo(1008);
            assertThat(closeCode(server, "/documents", "ada", token("room:other", "[\"document\"]")))
                    .isEqualTo(1008);
            assertThat(closeCode(server, "/documents", "ada", token("room:r", "[\"publish\"]")))
                    .isEqualTo(1008);
            String bound = token("strict", "room:r", "[\"document\"],\"clientId\":\"ada\"");
            assertThat(Peer.refusalOf(address(server, "/strict", "r", "bob", bound)))
                    .isEqualTo(403);
            assertThat(Peer.refusalOf(address(server, "/strict", "r", "ada", good)))
                    .as("another instance's token")
                    .isEqualTo(401);
            try (Peer ada = connect(server, "/strict", "r", "ada", bound)) {
                ada.next("clientCount");
            }
        });
    }

    @Test
    void keyThatIsNotThereIsNamed() throws IOException {
        Path file = written("documents: [{name: boards, tokenKeys: [{kid: k, secretVariable: MISSING}]}]");

        assertThat(terminal.run("serve", "--config=" + file, "--port=0", "--api-port=0"))
                .isEqualTo(2);
        assertThat(terminal.err()).contains("the environment variable MISSING is not set");
    }

    private Path written(String yaml) throws IOException {
        return Files.writeString(folder.resolve("stoa.yml"), yaml);
    }

    private void serve(Path file, Consumer<StandAloneServer> whileRunning) {
        int exitCode = terminal.run(
                whileRunning,
                "serve",
                "--config=" + file,
                "--port=0",
                "--api-port=0",
                "--data=" + folder.resolve("data"));
        assertThat(exitCode).as(terminal.err()).isZero();
    }

    private static Peer connect(StandAloneServer server, String path, String room, String client, String token) {
        return Peer.connect(address(server, path, room, client, token));
    }

    private static int closeCode(StandAloneServer server, String path, String client, String token) {
        return Peer.closeCodeOf(address(server, path, "r", client, token));
    }

    private static String address(StandAloneServer server, String path, String room, String client, String token) {
        return server.socketAddress() + path + "?roomId=" + URLEncoder.encode(room, StandardCharsets.UTF_8)
                + "&clientId=" + client + "&token=" + token;
    }

    private static String token(String audience, String ops) {
        return token("boards", audience, ops);
    }

    private static String token(String issuer, String audience, String ops) {
        long now = Instant.now().getEpochSecond();
        String claims = "{\"iss\":\"" + issuer + "\",\"aud\":\"" + audience + "\",\"sub\":\"ada\",\"iat\":" + now
                + ",\"exp\":" + (now + 300) + ",\"jti\":\"" + UUID.randomUUID() + "\",\"ops\":" + ops + "}";
        String signed = part("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"k\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + part(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET), "HmacSHA256"));
            return signed + "." + part(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String part(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
