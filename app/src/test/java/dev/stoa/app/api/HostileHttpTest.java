package dev.stoa.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.app.api.RunningApi.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever comes in, what goes out is an answer or a problem, and the room is unharmed.
class HostileHttpTest {
    private static final Set<Integer> REFUSALS = Set.of(400, 401, 403, 404, 405, 409, 412, 413, 415, 429, 501);

    private final RunningApi api = RunningApi.start();

    @AfterEach
    void roomIsUnharmedAndTheServerGoes() {
        assertThat(api.post("rooms/lobby/publish", "{\"type\":\"said\"}").status())
                .isEqualTo(200);
        api.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {                          | is not valid
            []                         | body
            null                       | must not be null
            "x"                        | body
            {"type":"t"}{}             | is not valid
            {"type":"t","tpye":1}      | body.tpye: unknown key
            {"type":1}                 | body.type: must be a text
            {"data":1}                 | body.type: is required
            {"type":null}              | body.type
            {"type":"t","metadata":NaN}| is not valid
            """)
    void bodiesThatAreNoneAreRefusedInWords(String body, String words) {
        Answer refused = api.post("rooms/lobby/publish", body);

        assertThat(refused.status()).isEqualTo(400);
        String issues = refused.body().path("details").path("issues").toString().replace("\",\"message\":\"", ": ");
        assertThat(refused.body().path("detail").asString() + issues)
                .contains(words)
                .doesNotContain("dev.stoa");
    }

    @Test
    void jsonBombsAreRefused() {
        assertThat(api.post("rooms/lobby/publish", "{\"type\":\"t\",\"data\":" + "[".repeat(100_000))
                        .status())
                .isEqualTo(400);
        assertThat(api.post("rooms/lobby/publish", "{\"type\":\"t\",\"data\":" + "9".repeat(100_000) + "}")
                        .status())
                .isIn(400, 413);
    }

    @Test
    void bodyThatIsNotUtf8IsRefused() {
        byte[] latin = "{\"type\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(api.send("POST", "rooms/lobby/publish", "application/json", latin)
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""})
    void otherContentTypesAreRefused(String type) {
        Answer refused = api.send(
                "POST",
                "rooms/lobby/publish",
                type.isEmpty() ? null : type,
                "{\"type\":\"t\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused.header("accept")).isEqualTo("application/json");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | rooms/lobby/publish | POST
            DELETE | rooms/lobby/history | GET
            PUT    | stats               | GET
            POST   | connections/x       | DELETE
            PATCH  | /openapi.json       | GET
            """)
    void wrongMethodsAreToldTheRightOnes(String method, String path, String allowed) {
        Answer refused = api.send(method, path, null, new byte[0]);

        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.header("allow")).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/instances/none/stats",
                "/v1/instances/none/rooms/lobby/history",
                "rooms/lobby/nothing",
                "rooms/lobby/history/",
                "rooms/a/b/history",
                "/v1/",
                "/v1/instances/main/rooms//history/x"
            })
    void whatIsNotThereIsNotFound(String path) {
        assertThat(api.get(path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rooms/%FF%FE/history",
                "rooms/%00/history",
                "rooms/%0A/history",
                "rooms/%7F/history",
                "rooms/%ED%A0%80/history",
                "rooms//history",
                "rooms/%2e%2e/history",
                "rooms/lobby/history?nothing=1",
                "rooms/lobby/history?limit=many",
                "rooms/lobby/history?limit=99999999999",
                "rooms/lobby/history?limit=1&limit=2",
                "rooms/lobby/history?from=yesterday",
                "rooms/lobby/history?cursor=%00",
                "rooms/lobby/history?cursor=AAAA",
                "rooms/lobby/history?epoch=e&offset=-1",
                "rooms/lobby/members?cursor=x",
                "rooms/lobby/document?cursor=x",
                "rooms/lobby/snapshots?cursor=x",
                "rooms?cursor=x",
                "connections?cursor=x",
                "rooms/lobby/diff?from=1",
                "rooms/lobby/diff?from=5&to=9999999",
                "rooms/lobby/state?at=99999999999999999"
            })
    void namesCursorsAndNumbersThatAreMadeUpAreRefused(String path) {
        Answer refused = api.get(path);

        assertThat(refused.status()).isIn(400, 404);
        assertThat(refused.body().path("code").asString()).isIn("INVALID_ARGUMENT", "NOT_FOUND");
    }

    @Test
    void madeUpCursorsOfEveryListNeverBreakAnything() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> kinds = List.of("history", "members", "document", "snapshots", "rooms", "connections");
        for (int i = 0; i < 100; i++) {
            String content = kinds.get(random.nextInt(kinds.size())) + "\n" + (random.nextBoolean() ? "epoch" : "")
                    + "\n" + random.nextLong() + "\n" + random.nextInt();
            String cursor =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(content.getBytes(StandardCharsets.UTF_8));
            String list = kinds.get(random.nextInt(kinds.size()));
            String path = list.equals("rooms") || list.equals("connections") ? list : "rooms/lobby/" + list;

            assertThat(api.get(path + "?cursor=" + cursor).status())
                    .as("seed %d, %s, %s", seed, list, content)
                    .isIn(200, 400, 404);
        }
    }

    @Test
    void mangledBodiesNeverBreakAnything() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> operations = List.of(
                "publish",
                "join",
                "leave",
                "presence",
                "metadata",
                "restore",
                "authorize",
                "revoke",
                "branch",
                "document/updates",
                "document/awareness",
                "document/yjs");
        byte[] sample =
                ("{\"type\":\"t\",\"data\":{\"a\":[1,2,\"x\"]},\"memberId\":\"m\",\"presence\":{},\"metadata\":{},"
                                + "\"snapshotId\":\"s\",\"ttlSeconds\":5,\"update\":null,\"clock\":1,\"state\":{}}")
                        .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 150; i++) {
            byte[] body = sample.clone();
            for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            String operation = operations.get(random.nextInt(operations.size()));

            Answer answer = api.send("POST", "rooms/fuzzed/" + operation, "application/json", body);

            assertThat(answer.status())
                    .as("seed %d, round %d, %s", seed, i, operation)
                    .isIn(withSuccess());
        }
    }

    private static Object[] withSuccess() {
        return java.util.stream.Stream.concat(REFUSALS.stream(), java.util.stream.Stream.of(200))
                .toArray();
    }

    @Test
    void foreignPagesAndNamesAreRefusedWithoutKeys() throws IOException {
        String path = "/v1/instances/main/stats";

        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: rebound.example\r\n"))
                .contains(" 403 ");
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost.example:80\r\n"))
                .contains(" 403 ");
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\n"))
                .contains(" 403 ");
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: null\r\n"))
                .contains(" 403 ");
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\n"))
                .contains(" 403 ");
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost:" + api.port()
                        + "\r\nOrigin: http://localhost:3000\r\n"))
                .contains(" 200 ");
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: [::1]\r\n")).contains(" 200 ");
    }

    @Test
    void hugeHeadersAndTargetsAreRefused() throws IOException {
        assertThat(raw("GET /v1/instances HTTP/1.1\r\nHost: localhost\r\nX-Big: " + "x".repeat(1_000_000) + "\r\n"))
                .doesNotContain(" 200 ");
        assertThat(raw("GET /v1/instances?" + "x".repeat(1_000_000) + " HTTP/1.1\r\nHost: localhost\r\n"))
                .doesNotContain(" 200 ");
        assertThat(api.get("stats", "x-user-name", "n".repeat(300)).status()).isEqualTo(400);
    }

    @Test
    void bodyThatEndsTooEarlyChangesNothing() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.getOutputStream()
                    .write(
                            ("POST /v1/instances/main/rooms/cut/publish HTTP/1.1\r\nHost: localhost\r\nx-user-id: ada\r\n"
                                            + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"type\":\"t\"}")
                                    .getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(api.get("rooms/cut/history").good().path("items")).isEmpty();
    }

    @Test
    void versionOfTheProtocolIsNotAPath() {
        assertThat(api.get("/v2/instances").status()).isEqualTo(404);
    }

    /// Sends a request without its last empty line, and reads what comes until the server closes.
    private String raw(String head) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout(20_000);
            try {
                socket.getOutputStream()
                        .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            } catch (IOException cutOff) {
                // The server has seen enough; what it said may still be read.
            }
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                InputStream in = socket.getInputStream();
                in.transferTo(answer);
            } catch (IOException reset) {
                // Likewise.
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }
}
