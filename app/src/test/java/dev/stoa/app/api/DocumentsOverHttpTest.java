package dev.stoa.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.app.Peer;
import dev.stoa.app.api.EventStream.Event;
import dev.stoa.app.api.RunningApi.Answer;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.document.DocumentRoom;
import dev.stoa.server.http.ApiKey;
import dev.stoa.server.http.ApiSettings;
import dev.stoa.server.http.Scope;
import dev.stoa.server.http.StreamSettings;
import dev.stoa.server.room.RoomsOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A backend takes part in documents over HTTP.
@Timeout(60)
class DocumentsOverHttpTest {
    private static final String DOCUMENTS = "/v1/instances/boards/documents";
    private static final String B1 = DOCUMENTS + "/b1";
    private static final Duration SOON = Duration.ofSeconds(15);

    private RunningApi api = RunningApi.start();

    @AfterEach
    void close() {
        api.close();
    }

    private void restart(ApiSettings settings) {
        api.close();
        api = RunningApi.start(RoomsOptions.named("main"), settings);
    }

    private DocumentRoom b1() {
        return api.boards().document("b1");
    }

    private Answer patch(String path, String json) {
        return api.send("PATCH", path, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private Peer ada() {
        return Peer.connect("ws://127.0.0.1:" + api.stoa().port() + "/documents?roomId=b1&clientId=ada&token=t");
    }

    private static String body(Answer answer) {
        return answer.response().body();
    }

    private static RawJson json(String apostrophes) {
        return RawJson.trusted(apostrophes.replace('\'', '"'));
    }

    // Reading and editing

    @Test
    void patchIsAppliedAndReadAsTheTextItWas() {
        Answer written = patch(
                B1,
                "{\"e1/shape\":{\"_exists\":true,\"x\":1.0,\"big\":123456789012345678901234567890,\"z\":0.10,"
                        + "\"odd\":\"\\ud800\"},\"a,b\":{\"_exists\":true}}");

        assertThat(body(written)).isEqualTo("{\"timestamp\":1}");
        assertThat(body(api.get(B1 + "/records/e1%2Fshape")))
                .isEqualTo("{\"_exists\":true,\"x\":1.0,\"big\":123456789012345678901234567890,\"z\":0.10,"
                        + "\"odd\":\"\\ud800\"}");
        assertThat(body(api.get(B1)))
                .startsWith("{\"timestamp\":1,\"position\":\"1:")
                .endsWith(",\"records\":{\"e1/shape\":{\"_exists\":true,\"x\":1.0,"
                        + "\"big\":123456789012345678901234567890,\"z\":0.10,\"odd\":\"\\ud800\"},"
                        + "\"a,b\":{\"_exists\":true}}}");
        assertThat(body(api.get(B1 + "?key=a%2Cb&key=never"))).endsWith("\"records\":{\"a,b\":{\"_exists\":true}}}");
        assertThat(api.get(B1 + "?prefix=e1%2F").good().path("records").size()).isEqualTo(1);
    }

    @Test
    void patchesOfAListAreOneEdit() {
        api.as("ada");
        patch(B1, " [{\"e\":{\"_exists\":true,\"x\":1}}, {\"e\":{\"x\":2}}] ").good();
        api.as(null);
        Answer second = api.delete(B1 + "/records/e");

        assertThat(second.good().path("timestamp").asInt()).isEqualTo(2);
        assertThat(api.get(B1 + "/records/e").status()).isEqualTo(404);
        assertThat(api.get(B1 + "/records/never").status()).isEqualTo(404);
        assertThat(patch(B1, "[]").good().path("timestamp").asInt()).isEqualTo(2);
    }

    @Test
    void editsCarryTheActorOrElseTheKey() throws Exception {
        try (EventStream events = api.as("ada").events(B1 + "/events")) {
            assertThat(events.text()).isEqualTo("synced {'timestamp':0}");
            patch(B1, "{\"e\":{\"_exists\":true}}").good();
            assertThat(events.text())
                    .isEqualTo("changed {'timestamp':1,'clientId':'ada','patches':[{'e':{'_exists':true}}]}");
            api.as(null).delete(B1 + "/records/e").good();
            assertThat(events.text())
                    .isEqualTo("changed {'timestamp':2,'clientId':'local','patches':[{'e':{'_exists':false}}]}");
        }
    }

    @Test
    void backendAndASocketSeeEachOthersEdits() throws Exception {
        try (Peer ada = ada();
                EventStream events = api.as("backend").events(B1 + "/events")) {
            assertThat(events.text()).startsWith("synced");
            ada.next("clientCount");

            patch(B1, "{\"e\":{\"_exists\":true,\"x\":1}}").good();
            assertThat(ada.next("patch"))
                    .hasToString("{\"type\":\"patch\",\"clientId\":\"backend\",\"documentPatches\":"
                            + "[{\"e\":{\"_exists\":true,\"x\":1}}],\"timestamp\":1}");
            ada.send("{\"type\":\"patch\",\"messageId\":\"m\",\"documentPatches\":[{\"e\":{\"x\":2.50}}]}");
            ada.next("ack");

            assertThat(events.text()).contains("'clientId':'backend'");
            assertThat(events.text())
                    .isEqualTo("changed {'timestamp':2,'clientId':'ada','patches':[{'e':{'x':2.50}}]}");
            assertThat(body(api.get(B1 + "/records/e"))).isEqualTo("{\"_exists\":true,\"x\":2.50}");
        }
    }

    // Changes

    @Test
    void changesAreThoseBehindAPosition() {
        b1().write("b", json("{'e':{'_exists':true,'x':1}}"));
        b1().write("b", json("{'e':{'x':2}}"));

        Answer all = api.get(B1 + "/changes");
        assertThat(body(all)).endsWith("\"replaces\":false,\"patches\":[{\"e\":{\"_exists\":true,\"x\":2}}]}");
        assertThat(body(api.get(B1 + "/changes?since=1"))).endsWith("\"patches\":[{\"e\":{\"x\":2}}]}");
        String position = RunningApi.encoded(all.good().path("position").asString());
        assertThat(body(api.get(B1 + "/changes?since=" + position))).endsWith("\"patches\":[]}");
        assertThat(api.get(B1 + "/changes?since=17").good().path("replaces").asBoolean())
                .isTrue();

        b1().restore(b1().snapshot());
        assertThat(api.get(B1 + "/changes?since=" + position)
                        .good()
                        .path("replaces")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void changesAreWaitedFor() throws Exception {
        b1().delete("b", "e");
        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(() -> api.get(B1 + "/changes?since=1&wait=30"));
        Awaitility.await().atMost(SOON).until(() -> api.boards().subscriptions() == 1);
        b1().delete("b", "f");

        assertThat(body(waiting.get(15, TimeUnit.SECONDS))).endsWith("\"patches\":[{\"f\":{\"_exists\":false}}]}");
        Awaitility.await().atMost(SOON).until(() -> api.boards().subscriptions() == 0);
        assertThat(body(api.get(B1 + "/changes?since=2&wait=1"))).startsWith("{\"timestamp\":2,");
        assertThat(body(api.get(B1 + "/changes?since=1&wait=30"))).startsWith("{\"timestamp\":2,");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/changes?since=-1",
                "/changes?since=1.5",
                "/changes?since=x",
                "/changes?since=99999999999999999999",
                "/changes?since=1%3A",
                "/changes?since=1&since=2",
                "/changes?since=1%0A",
                "/changes?wait=31",
                "/changes?wait=-1",
                "/changes?wait=soon",
                "/changes?from=1",
                "/events?since=x",
                "?prefix=a&key=b",
                "?keys=a",
                "/records/%FF",
                "/records/..",
                "/records/%2E"
            })
    void positionsAndNumbersThatAreMadeUpAreRefused(String path) {
        Answer refused = api.get(B1 + path);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().path("code").asString()).isEqualTo("INVALID_ARGUMENT");
    }

    // Streams

    @Test
    void streamGoesOnWhereTheLastOneWasCutOff() throws Exception {
        List<String> ids = new ArrayList<>();
        b1().write("b", json("{'e':{'_exists':true}}"));
        try (EventStream events = api.events(B1 + "/events")) {
            Event missed = events.next();
            assertThat(missed.text()).isEqualTo("changed {'timestamp':1,'patches':[{'e':{'_exists':true}}]}");
            Event synced = events.next();
            assertThat(synced.text()).isEqualTo("synced {'timestamp':1}");
            assertThat(synced.id()).isEqualTo(missed.id()).startsWith("1:");
            b1().delete("b", "f");
            ids.add(events.next().id());
        }
        b1().delete("b", "g");
        b1().delete("c", "h");

        try (EventStream events = api.events(B1 + "/events?since=0", "Last-Event-ID", ids.getLast())) {
            assertThat(events.text())
                    .isEqualTo("changed {'timestamp':4,'patches':[{'h':{'_exists':false},'g':{'_exists':false}}]}");
            assertThat(events.text()).isEqualTo("synced {'timestamp':4}");
            b1().delete("c", "i");
            assertThat(events.text())
                    .isEqualTo("changed {'timestamp':5,'clientId':'c','patches':[{'i':{'_exists':false}}]}");
        }
        try (EventStream events = api.events(B1 + "/events?since=4")) {
            assertThat(events.text()).isEqualTo("changed {'timestamp':5,'patches':[{'i':{'_exists':false}}]}");
        }
        assertThat(api.get(B1 + "/events", "Last-Event-ID", "made up").status()).isEqualTo(400);
        assertThat(api.get(B1 + "/events", "Last-Event-ID", "1:" + "e".repeat(100))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void restoredDocumentIsStreamedWhole() throws Exception {
        b1().write("b", json("{'e':{'_exists':true,'x':1}}"));
        RawJson copy = b1().snapshot();
        b1().delete("b", "e");
        String id;
        try (EventStream events = api.events(B1 + "/events?since=2")) {
            id = events.next().id();
            b1().restore(copy);
            assertThat(events.text()).isEqualTo("restored {'timestamp':1,'patches':[{'e':{'_exists':true,'x':1}}]}");
            b1().delete("b", "f");
            assertThat(events.text()).startsWith("changed {'timestamp':2,'clientId':'b'");
        }
        try (EventStream events = api.events(B1 + "/events", "Last-Event-ID", id)) {
            assertThat(events.text()).isEqualTo("restored {'timestamp':2,'patches':[{'e':{'_exists':true,'x':1}}]}");
        }
    }

    @Test
    void quietStreamIsKeptAliveByComments() throws Exception {
        restart(ApiSettings.keyless()
                .withStreams(new StreamSettings(10, Duration.ofMillis(20), Duration.ofSeconds(30))));
        try (EventStream events = api.events(B1 + "/events")) {
            assertThat(events.text()).startsWith("synced");
            for (int i = 0; i < 3; i++) {
                assertThat(events.read()).isEqualTo(new Event(null, "comment", ""));
            }
        }
        Awaitility.await().atMost(SOON).until(() -> api.boards().subscriptions() == 0);
    }

    @Test
    void peerThatDoesNotReadIsCutOffAndNobodyElseNotices() throws Exception {
        restart(ApiSettings.keyless()
                .withStreams(new StreamSettings(10, Duration.ofSeconds(15), Duration.ofMillis(400))));
        try (Socket deaf = new Socket();
                EventStream events = api.events(B1 + "/events")) {
            deaf.setReceiveBufferSize(4096);
            deaf.connect(new java.net.InetSocketAddress("127.0.0.1", api.port()));
            deaf.getOutputStream()
                    .write(("GET " + B1 + "/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            Awaitility.await().atMost(SOON).until(() -> api.boards().subscriptions() == 2);
            assertThat(events.text()).startsWith("synced");
            String large = "x".repeat(1_000_000);
            for (int i = 1; i <= 20; i++) {
                b1().write("b", RawJson.of(Map.of("e" + i % 2, Map.of("_exists", true, "s", large))));
                assertThat(events.next().data()).startsWith("{\"timestamp\":" + i + ",");
            }

            Awaitility.await().atMost(SOON).until(() -> api.boards().subscriptions() == 1);
            b1().delete("b", "f");
            assertThat(events.text()).contains("'f':{'_exists':false}");
        }
    }

    @Test
    void peerThatGoesIsForgotten() throws Exception {
        restart(ApiSettings.keyless()
                .withStreams(new StreamSettings(10, Duration.ofMillis(50), Duration.ofSeconds(30))));
        try (Socket peer = new Socket("127.0.0.1", api.port())) {
            peer.getOutputStream()
                    .write(("GET " + B1 + "/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            Awaitility.await().atMost(SOON).until(() -> api.boards().subscriptions() == 1);
        }

        Awaitility.await().atMost(SOON).until(() -> api.boards().subscriptions() == 0);
    }

    @Test
    void streamEndsAsItShouldWhenTheServerStops() throws Exception {
        try (EventStream events = api.events(B1 + "/events")) {
            assertThat(events.text()).startsWith("synced");
            CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(() -> api.get(B1 + "/changes?wait=30"));
            Awaitility.await().atMost(SOON).until(() -> api.boards().subscriptions() == 2);
            b1().delete("b", "e");
            assertThat(waiting.get(15, TimeUnit.SECONDS).status()).isEqualTo(200);
            CompletableFuture<Answer> late =
                    CompletableFuture.supplyAsync(() -> api.get(B1 + "/changes?since=1&wait=30"));
            Awaitility.await().atMost(SOON).until(() -> api.boards().subscriptions() == 2);

            api.stoa().close();

            assertThat(events.text()).contains("'e':{'_exists':false}");
            assertThat(events.read()).isNull();
            assertThat(body(late.get(15, TimeUnit.SECONDS))).endsWith("\"patches\":[]}");
            assertThat(api.get(B1 + "/events").status()).isEqualTo(503);
        }
    }

    @Test
    void streamsBeyondTheirNumberAreToldToTryAgain() throws Exception {
        restart(ApiSettings.keyless()
                .withStreams(new StreamSettings(1, Duration.ofMillis(50), Duration.ofSeconds(30))));
        try (EventStream events = api.events(B1 + "/events")) {
            assertThat(events.text()).startsWith("synced");

            Answer refused = api.get(B1 + "/events");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.body().path("detail").asString()).isEqualTo("1 streams are open, the most there may be");
            assertThat(refused.header("retry-after")).isNotEmpty();
            assertThat(api.get(B1 + "/changes?wait=1").status()).isEqualTo(429);
        }
        Awaitility.await()
                .atMost(SOON)
                .until(() -> api.get(B1 + "/changes?wait=1").status() == 200);
    }

    // Snapshots and sessions

    @Test
    void snapshotsGoOutAndComeInInTheReferencesForm() throws Exception {
        String snapshot = "{\"timestamp\":11,\"state\":{\"e1/P\":{\"_exists\":true,\"x\":5.0},"
                + "\"e2/P\":{\"_exists\":false}},\"timestamps\":{\"e1/P\":{\"_exists\":6,\"x\":11},"
                + "\"e2/P\":{\"_exists\":9}}}";
        try (Peer ada = ada()) {
            ada.next("clientCount");

            Answer imported =
                    api.send("PUT", B1 + "/snapshot", "application/json", snapshot.getBytes(StandardCharsets.UTF_8));

            assertThat(body(imported)).isEqualTo("{\"timestamp\":11}");
            assertThat(ada.closeCode()).isEqualTo(1012);
        }
        assertThat(api.get(B1 + "/snapshot").body())
                .isEqualTo(tools.jackson.databind.json.JsonMapper.shared().readTree(snapshot));
        assertThat(body(api.get(B1 + "/snapshot"))).contains("\"x\":5.0");
        for (String none : List.of("", "{}", "null", "[]", "{\"timestamp\":-1,\"state\":{},\"timestamps\":{}}")) {
            assertThat(api.send("PUT", B1 + "/snapshot", "application/json", none.getBytes(StandardCharsets.UTF_8))
                            .status())
                    .as(none)
                    .isEqualTo(400);
        }
        assertThat(body(api.get(B1))).startsWith("{\"timestamp\":11,");
    }

    @Test
    void sessionsAreListedPermittedAndClosed() throws Exception {
        try (Peer ada = ada()) {
            ada.next("clientCount");
            String id = api.get(B1 + "/sessions")
                    .good()
                    .path("sessions")
                    .path(0)
                    .path("sessionId")
                    .asString();

            Answer permitted = patch(
                    B1 + "/sessions/" + id, "{\"permission\":\"readonly\",\"metadata\":{\"why\":\"rude\",\"n\":1.0}}");

            assertThat(body(permitted))
                    .isEqualTo("{\"sessionId\":\"" + id + "\",\"clientId\":\"ada\",\"permission\":\"readonly\","
                            + "\"metadata\":{\"why\":\"rude\",\"n\":1.0}}");
            ada.send("{\"type\":\"patch\",\"documentPatches\":[{\"e\":{\"_exists\":true}}]}");
            assertThat(ada.next("ack").path("timestamp").asInt()).isZero();
            assertThat(patch(B1 + "/sessions/unknown", "{\"permission\":\"readonly\"}")
                            .status())
                    .isEqualTo(404);
            assertThat(patch(B1 + "/sessions/" + id, "{\"permission\":\"all\"}").status())
                    .isEqualTo(400);
            assertThat(patch(B1 + "/sessions/" + id, "{\"permissions\":\"readonly\"}")
                            .status())
                    .isEqualTo(400);

            assertThat(body(api.delete(B1 + "/sessions"))).isEqualTo("{\"closed\":1}");
            assertThat(ada.closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void documentsInMemoryAreListedByPage() {
        for (String id : List.of("b/1", "b2", "a", "b 3")) {
            api.boards().document(id).delete("b", "e");
        }

        Answer first = api.get(DOCUMENTS + "?prefix=b&limit=2");

        assertThat(body(first)).isEqualTo("{\"documents\":[\"b 3\",\"b/1\"],\"cursor\":\"b/1\"}");
        assertThat(body(api.get(DOCUMENTS + "?prefix=b&limit=2&cursor=b%2F1"))).isEqualTo("{\"documents\":[\"b2\"]}");
        assertThat(api.get(DOCUMENTS + "?limit=0").status()).isEqualTo(400);
        assertThat(api.get(DOCUMENTS + "/b%2F1/records/x").status()).isEqualTo(404);
        assertThat(body(api.get("/v1/instances"))).endsWith("\"documents\":[\"boards\"]}");
    }

    // What is refused

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}[]                        | expected the end
            {},{}                       | expected the end
            ''                          | expected
            nul                         | expected null
            null                        | expected an object
            1                           | expected an object
            [1]                         | expected an object
            {"e":1}                     | expected an object
            {"e":{"x":NaN}}             | expected a value
            {"e":{"x":01}}              | expected
            {"e":{"x":"\\x"}}           | expected an escape
            {"e":{"a":{"__buf":1}}}     | len
            """)
    void bodiesThatAreNoPatchesAreRefusedInWords(String body, String words) {
        Answer refused = patch(B1, body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().path("detail").asString()).contains(words).doesNotContain("dev.stoa");
        assertThat(b1().changesSince(0).timestamp()).isZero();
    }

    @Test
    void bodiesBeyondALimitAreToldTheLimit() {
        restart(ApiSettings.keyless().withMaxDocumentBytes(2_000_000));

        assertThat(patch(B1, "{\"" + "k".repeat(1025) + "\":{\"_exists\":true}}")
                        .body()
                        .path("detail")
                        .asString())
                .isEqualTo("patches: a key of 1025 bytes exceeds 1024");
        assertThat(patch(B1, "{\"e\":{\"x\":" + "[".repeat(1100) + "]".repeat(1100) + "}}")
                        .status())
                .isEqualTo(400);
        assertThat(patch(B1, "{\"e\":{\"_exists\":true,\"s\":\"" + "x".repeat(1_900_000) + "\"}}")
                        .status())
                .isEqualTo(200);
        Answer large = patch(B1, "{\"e\":{\"_exists\":true,\"s\":\"" + "x".repeat(2_000_000) + "\"}}");
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.body().path("details").path("limit").asInt()).isEqualTo(2_000_000);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] latin = "{\"e\":{\"_exists\":true,\"x\":\"é\"}}".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(api.send("PATCH", B1, "application/json", latin).status()).isEqualTo(400);
        assertThat(api.send("PATCH", B1, "text/plain", "{}".getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(415);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        for (String path : List.of(
                "/v1/instances/main/documents/b1",
                "/v1/instances/none/documents",
                "/v1/instances/boards/rooms",
                "/v1/instances/boards/stats",
                B1 + "/nothing",
                B1 + "/records/a/b")) {
            assertThat(api.get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(api.get(DOCUMENTS + "/").status()).isEqualTo(400);
        assertThat(api.get(DOCUMENTS + "/%00").status()).isEqualTo(400);
        assertThat(api.get(DOCUMENTS + "/" + "d".repeat(257)).status()).isEqualTo(400);
        Answer wrong = api.post(B1, "{}");
        assertThat(wrong.status()).isEqualTo(405);
        assertThat(wrong.header("allow")).isEqualTo("GET, PATCH");
    }

    @Test
    void keysOpenWhatTheirScopesSay() {
        restart(ApiSettings.keyless()
                .withKeys(List.of(key("reader", Scope.READ), key("writer", Scope.PUBLISH), key("owner", Scope.ADMIN))));
        Map<Scope, List<String>> routes = Map.of(
                Scope.READ,
                List.of("GET ", "GET /records/e", "GET /changes", "GET /snapshot", "GET /sessions"),
                Scope.PUBLISH,
                List.of("PATCH ", "DELETE /records/e"),
                Scope.ADMIN,
                List.of("PUT /snapshot", "PATCH /sessions/x", "DELETE /sessions"));
        routes.forEach((scope, all) -> all.forEach(route -> {
            String[] parts = route.split(" ", 2);
            for (String name : List.of("reader", "writer", "owner")) {
                boolean may = name.equals(Map.of(Scope.READ, "reader", Scope.PUBLISH, "writer", Scope.ADMIN, "owner")
                        .get(scope));
                int status = api.with("secret of " + name)
                        .send(parts[0], B1 + parts[1], "application/json", "{}".getBytes(StandardCharsets.UTF_8))
                        .status();
                if (may) {
                    assertThat(status).as("%s for %s", route, name).isNotIn(401, 403);
                } else {
                    assertThat(status).as("%s for %s", route, name).isEqualTo(403);
                }
            }
            assertThat(api.with(null)
                            .send(parts[0], B1 + parts[1], null, new byte[0])
                            .status())
                    .as(route)
                    .isEqualTo(401);
        }));
        api.as(null).with("secret of writer");
        patch(B1, "{\"e\":{\"_exists\":true}}").good();
    }

    private static ApiKey key(String name, Scope scope) {
        return new ApiKey(name, Set.of(scope), false, ApiKey.hashOf("secret of " + name));
    }

    @Test
    void largeDocumentsGoInAndOut() throws IOException {
        StringBuilder large = new StringBuilder("{\"timestamp\":5,\"state\":{");
        for (int i = 0; i < 20_000; i++) {
            large.append(i == 0 ? "" : ",")
                    .append("\"k" + i + "\":{\"_exists\":true,\"s\":\"" + "y".repeat(800) + "\"}");
        }
        byte[] snapshot = large.append("},\"timestamps\":{}}").toString().getBytes(StandardCharsets.UTF_8);

        assertThat(api.send("PUT", B1 + "/snapshot", "application/json", snapshot)
                        .good()
                        .path("timestamp")
                        .asInt())
                .isEqualTo(5);
        assertThat(api.get(B1).good().path("records").size()).isEqualTo(20_000);
        try (EventStream events = api.events(B1 + "/events")) {
            assertThat(events.next().data().length()).isGreaterThan(16_000_000);
            assertThat(events.text()).startsWith("synced");
        }
    }
}
