package dev.stoa.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.app.Peer;
import dev.stoa.app.api.RunningApi.Answer;
import dev.stoa.server.room.Lifecycle;
import dev.stoa.server.room.RoomsOptions;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Rooms as they are seen over HTTP (rooms protocol, section 11, rows 8, 9, 12 and 15).
class RoomsOverHttpTest {
    private RunningApi api = RunningApi.start();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void whatIsPublishedIsInTheHistory() {
        JsonNode published = api.post("rooms/lobby/publish", "{\"type\":\"said\",\"data\":{\"n\":1.10}}")
                .good();

        JsonNode history = api.get("rooms/lobby/history").good();

        JsonNode message = history.path("items").get(0);
        assertThat(message.path("messageId")).isEqualTo(published.path("messageId"));
        assertThat(message.path("actor").path("userId").asString()).isEqualTo("ada");
        assertThat(message.path("offset").asLong())
                .isEqualTo(published.path("offset").asLong());
        assertThat(history.path("gap").asBoolean()).isFalse();
    }

    @Test
    void historyIsFilteredByTypeAndTime() {
        String type = "{\"type\":\"%s\"}";
        String at = api.post("rooms/lobby/publish", type.formatted("one"))
                .good()
                .path("publishedAt")
                .asString();
        api.post("rooms/lobby/publish", type.formatted("two")).good();
        api.post("rooms/lobby/publish", type.formatted("three")).good();

        assertThat(typesOf(api.get("rooms/lobby/history?types=one,three").good()))
                .containsExactly("three", "one");
        assertThat(typesOf(api.get("rooms/lobby/history?types=two&types=one").good()))
                .containsExactly("two", "one");
        assertThat(typesOf(api.get("rooms/lobby/history?to=" + at).good())).isEmpty();
        assertThat(typesOf(api.get("rooms/lobby/history?from=" + at).good())).hasSize(3);
    }

    @Test
    void historyGoesOnFromAPosition() {
        JsonNode first = api.post("rooms/lobby/publish", "{\"type\":\"one\"}").good();
        api.post("rooms/lobby/publish", "{\"type\":\"two\"}").good();
        api.post("rooms/lobby/publish", "{\"type\":\"three\"}").good();
        String epoch = first.path("epoch").asString();

        JsonNode after =
                api.get("rooms/lobby/history?epoch=" + epoch + "&offset=1").good();
        JsonNode elsewhere = api.get("rooms/lobby/history?epoch=other&offset=1").good();

        assertThat(typesOf(after)).containsExactly("two", "three");
        assertThat(after.path("gap").asBoolean()).isFalse();
        assertThat(elsewhere.path("gap").asBoolean()).isTrue();
        assertThat(api.get("rooms/lobby/history?offset=1").status()).isEqualTo(400);
    }

    @Test
    void membersJoinAreListedAndLeave() {
        api.post("rooms/lobby/join", "{\"metadata\":{\"role\":\"host\"},\"presence\":{\"mood\":\"calm\"}}")
                .good();
        api.as("bob").post("rooms/lobby/join", "{}").good();

        JsonNode first = api.get("rooms/lobby/members?limit=1").good();
        JsonNode second = api.get("rooms/lobby/members?limit=1&cursor="
                        + first.path("cursor").asString())
                .good();
        api.as("ada").post("rooms/lobby/leave", "{}").good();
        JsonNode left = api.get("rooms/lobby/members").good();

        assertThat(first.path("count").asInt()).isEqualTo(2);
        assertThat(first.path("members").get(0).path("metadata").path("role").asString())
                .isEqualTo("host");
        assertThat(second.path("members").get(0).path("memberId").asString()).isEqualTo("bob");
        assertThat(left.path("members")).hasSize(1);
    }

    @Test
    void presenceIsMergedRemovedAndReplaced() {
        api.post("rooms/lobby/join", "{\"presence\":{\"a\":1,\"b\":2}}").good();

        JsonNode merged = api.post("rooms/lobby/presence", "{\"presence\":{\"b\":null,\"c\":3}}")
                .good();
        JsonNode replaced = api.post("rooms/lobby/presence", "{\"presence\":{\"d\":4},\"replace\":true}")
                .good();

        assertThat(merged.path("presence").toString()).isEqualTo("{\"a\":1,\"c\":3}");
        assertThat(replaced.path("presence").toString()).isEqualTo("{\"d\":4}");
        assertThat(api.as("stranger")
                        .post("rooms/lobby/presence", "{\"presence\":{}}")
                        .status())
                .isEqualTo(412);
    }

    @Test
    void metadataThatWasNeverSetIsAsOldAsTheRoom() {
        String began =
                api.post("rooms/lobby/join", "{}").good().path("joinedAt").asString();

        JsonNode metadata = api.post("rooms/lobby/metadata", "{}").good();

        assertThat(metadata.path("metadata").toString()).isEqualTo("{}");
        assertThat(metadata.path("updatedAt").asString()).isEqualTo(began);
    }

    @Test
    void snapshotIsRestoredAsNewRecordsAndHistoryStays() {
        api.post("rooms/lobby/metadata", "{\"metadata\":{\"topic\":\"before\"}}")
                .good();
        api.post("rooms/lobby/document/updates", "{\"update\":{\"u\":1},\"clientId\":\"c\",\"clock\":1}")
                .good();
        JsonNode snapshot = api.post("rooms/lobby/snapshot", "").good();
        api.post("rooms/lobby/metadata", "{\"metadata\":{\"topic\":\"after\",\"more\":true}}")
                .good();
        api.post("rooms/lobby/document/updates", "{\"update\":{\"u\":2},\"clientId\":\"c\",\"clock\":2}")
                .good();
        api.post("rooms/lobby/publish", "{\"type\":\"said\"}").good();
        String id = snapshot.path("snapshotId").asString();

        JsonNode restored = api.post("rooms/lobby/restore", "{\"snapshotId\":\"" + id + "\"}")
                .good();

        assertThat(restored.path("snapshotId").asString()).isEqualTo(id);
        assertThat(api.post("rooms/lobby/metadata", "{}")
                        .good()
                        .path("metadata")
                        .toString())
                .isEqualTo("{\"topic\":\"before\"}");
        assertThat(api.get("rooms/lobby/document").good().path("updates")).hasSize(1);
        assertThat(api.get("rooms/lobby/history").good().path("items")).hasSize(1);
        assertThat(api.get("rooms/lobby/snapshots").good().path("snapshots")).hasSize(1);
        assertThat(api.post("rooms/lobby/restore", "{\"snapshotId\":\"none\"}").status())
                .isEqualTo(404);
    }

    @Test
    void stateIsReadComparedAndBranchedAtAnyPoint() {
        api.post("rooms/lobby/metadata", "{\"metadata\":{\"a\":1,\"b\":1}}").good();
        JsonNode early = api.get("rooms/lobby/state").good();
        api.post("rooms/lobby/metadata", "{\"metadata\":{\"a\":null,\"b\":2,\"c\":3}}")
                .good();
        JsonNode late = api.get("rooms/lobby/state").good();
        long from = early.path("offset").asLong();
        long to = late.path("offset").asLong();

        JsonNode then = api.get("rooms/lobby/state?at=" + from).good();
        JsonNode atTime = api.get("rooms/lobby/state?at=2001-01-01T00:00:00Z").good();
        JsonNode diff = api.get("rooms/lobby/diff?from=" + from + "&to=" + to).good();
        api.post("rooms/lobby/branch", "{\"branch\":\"copy\",\"offset\":" + from + "}")
                .good();
        JsonNode copy = api.get("rooms/copy/state").good();

        assertThat(then.path("metadata").toString()).isEqualTo("{\"a\":1,\"b\":1}");
        assertThat(atTime.path("offset").asLong()).isZero();
        assertThat(diff.path("added").toString()).isEqualTo("{\"c\":3}");
        assertThat(diff.path("removed").toString()).isEqualTo("{\"a\":1}");
        assertThat(diff.path("changed").toString()).isEqualTo("{\"b\":2}");
        assertThat(copy.path("metadata")).isEqualTo(then.path("metadata"));
        assertThat(api.post("rooms/lobby/branch", "{\"branch\":\"copy\"}").status())
                .isEqualTo(409);
        assertThat(api.get("rooms/lobby/state?at=soon").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "{}, false, false, false",
        "{\"deleteHistory\":true}, true, false, false",
        "{\"deleteSnapshots\":true}, false, true, false",
        "{\"deleteCrdtUpdates\":true}, false, false, true"
    })
    void destroyDeletesWhatItIsAskedTo(String options, boolean history, boolean snapshots, boolean updates) {
        api.post("rooms/lobby/publish", "{\"type\":\"said\"}").good();
        api.post("rooms/lobby/document/updates", "{\"update\":1}").good();
        api.post("rooms/lobby/snapshot", "").good();

        JsonNode destroyed =
                api.post("rooms/lobby/destroy", options.replace(";", ",")).good();

        assertThat(destroyed.path("deletedHistory").asBoolean()).isEqualTo(history);
        assertThat(destroyed.path("deletedSnapshots").asBoolean()).isEqualTo(snapshots);
        assertThat(destroyed.path("deletedCrdtUpdates").asBoolean()).isEqualTo(updates);
        assertThat(api.get("rooms/lobby/history").good().path("items")).hasSize(history ? 0 : 1);
        assertThat(api.get("rooms/lobby/snapshots").good().path("snapshots")).hasSize(snapshots ? 0 : 1);
        assertThat(api.get("rooms/lobby/document").good().path("updates")).hasSize(updates ? 0 : 1);
        assertThat(api.get("rooms/lobby/lifecycle").good().path("status").asString())
                .isEqualTo("destroyed");
        Answer write = api.post("rooms/lobby/publish", "{\"type\":\"said\"}");
        assertThat(write.status()).isEqualTo(412);
        assertThat(write.body().path("code").asString()).isEqualTo("FAILED_PRECONDITION");
    }

    @Test
    void destroyedRoomBeginsANewLifeWhereThatIsAllowed() {
        api.close();
        api = RunningApi.start(RoomsOptions.named("main")
                .withLifecycle(new Lifecycle(Duration.ofMinutes(5), Duration.ofDays(1), true)));
        String epoch = api.post("rooms/lobby/publish", "{\"type\":\"said\"}")
                .good()
                .path("epoch")
                .asString();
        api.post("rooms/lobby/destroy", "{}").good();

        JsonNode again = api.post("rooms/lobby/publish", "{\"type\":\"said\"}").good();

        assertThat(again.path("epoch").asString()).isNotEqualTo(epoch);
        assertThat(again.path("offset").asLong()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"join", "leave", "presence", "metadata", "snapshot", "restore"})
    void channelsRefuseWhatOnlyRoomsHave(String operation) {
        String body = operation.equals("restore") ? "{\"snapshotId\":\"x\"}" : "{}";

        Answer refused = api.post("channels/news/" + operation, body);

        assertThat(refused.status()).isEqualTo(412);
        assertThat(refused.body().path("code").asString()).isEqualTo("FAILED_PRECONDITION");
        assertThat(refused.body().path("detail").asString()).startsWith("a channel has");
    }

    @Test
    void channelsRefuseToListWhatOnlyRoomsHave() {
        assertThat(api.get("channels/news/members").status()).isEqualTo(412);
        assertThat(api.get("channels/news/snapshots").status()).isEqualTo(412);
    }

    @Test
    void channelHasMessagesTokensAndALife() {
        api.post("channels/news/publish", "{\"type\":\"item\"}").good();
        api.post("rooms/news/publish", "{\"type\":\"said\"}").good();

        assertThat(typesOf(api.get("channels/news/history").good())).containsExactly("item");
        assertThat(api.post("channels/news/authorize", "{}").good().path("url").asString())
                .endsWith("/rooms/channel/news");
        assertThat(api.get("channels/news/lifecycle").good().path("kind").asString())
                .isEqualTo("channel");
        assertThat(api.post("channels/news/destroy", "{}").status()).isEqualTo(200);
    }

    @Test
    void updatesComeByClockOnceAndInPages() {
        String update = "{\"update\":%d,\"clientId\":\"c\",\"clock\":%d}";
        JsonNode first =
                api.post("rooms/doc/document/updates", update.formatted(10, 1)).good();
        api.post("rooms/doc/document/updates", update.formatted(30, 3)).good();
        api.post("rooms/doc/document/updates", update.formatted(20, 2)).good();

        JsonNode again =
                api.post("rooms/doc/document/updates", update.formatted(10, 1)).good();
        JsonNode page = api.get("rooms/doc/document?limit=2").good();
        JsonNode rest = api.get("rooms/doc/document?limit=2&cursor="
                        + page.path("cursor").asString())
                .good();
        JsonNode since = api.get("rooms/doc/document?sinceClock=2").good();

        assertThat(again.path("duplicate").asBoolean()).isTrue();
        assertThat(again.path("updateId")).isEqualTo(first.path("updateId"));
        assertThat(numbers(page, "clock")).containsExactly(1, 2);
        assertThat(numbers(rest, "clock")).containsExactly(3);
        assertThat(numbers(since, "clock")).containsExactly(3);
    }

    @Test
    void awarenessIsSetRemovedAndEndsByItself() {
        api.close();
        api = RunningApi.start(RoomsOptions.named("main").withAwarenessTtl(Duration.ofMillis(1)));
        api.post("rooms/doc/document/awareness", "{\"clientId\":\"c\",\"state\":{\"cursor\":1}}")
                .good();

        org.awaitility.Awaitility.await()
                .untilAsserted(
                        () -> assertThat(api.get("rooms/doc/document").good().path("awareness"))
                                .isEmpty());
        JsonNode removed = api.post("rooms/doc/document/awareness", "{\"clientId\":\"c\",\"state\":null}")
                .good();
        assertThat(removed.path("state").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"document/yjs", "document/yjs/sync", "document/compact"})
    void yjsIsAnnouncedAndNotThereYet(String operation) {
        Answer answer =
                api.post("rooms/doc/" + operation, operation.endsWith("yjs") ? "{\"updateBase64\":\"AAA=\"}" : "{}");

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.body().path("code").asString()).isEqualTo("UNIMPLEMENTED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "..", ".", "%2F", "ü€😀", "a b", "?q=1#x", "=.", "publish", ";v=1", "+"})
    void anyNameIsARoomOfItsOwn(String name) {
        String segment = name.equals(".") || name.equals("..") ? "=" + name : RunningApi.encoded(name);

        JsonNode published =
                api.post("rooms/" + segment + "/publish", "{\"type\":\"said\"}").good();

        assertThat(published.path("room").asString()).isEqualTo(name);
        assertThat(api.get("rooms").good().path("rooms").get(0).path("room").asString())
                .isEqualTo(name);
    }

    @Test
    void roomsAreListedByPrefixAndStatusInPages() {
        for (String name : List.of("a1", "a2", "a3", "b1")) {
            api.post("rooms/" + name + "/publish", "{\"type\":\"said\"}").good();
        }
        api.post("rooms/a2/destroy", "{}").good();

        JsonNode page = api.get("rooms?prefix=a&limit=2").good();
        JsonNode rest = api.get(
                        "rooms?prefix=a&limit=2&cursor=" + page.path("cursor").asString())
                .good();

        assertThat(names(page)).containsExactly("a1", "a2");
        assertThat(names(rest)).containsExactly("a3");
        assertThat(names(api.get("rooms?status=destroyed").good())).containsExactly("a2");
        assertThat(api.get("rooms?status=asleep").status()).isEqualTo(400);
        assertThat(names(api.get("channels").good())).isEmpty();
    }

    @Test
    void connectionsAreListedAndClosed() {
        JsonNode token =
                api.post("rooms/lobby/authorize", "{\"memberId\":\"m\"}").good();
        String address = token.path("url").asString() + "?access_token="
                + token.path("token").asString();
        try (Peer peer = Peer.connect(address)) {
            peer.next("room.joined");
            JsonNode listed = api.get("connections").good();
            String id = listed.path("connections").get(0).path("connectionId").asString();

            JsonNode closed = api.delete("connections/" + id).good();

            assertThat(listed.path("count").asInt()).isEqualTo(1);
            assertThat(listed.path("connections")
                            .get(0)
                            .path("rooms")
                            .get(0)
                            .path("memberId")
                            .asString())
                    .isEqualTo("m");
            assertThat(closed.path("connections").asInt()).isEqualTo(1);
            org.awaitility.Awaitility.await()
                    .until(() -> api.get("connections").good().path("count").asInt() == 0);
        }
        assertThat(api.delete("connections/none").status()).isEqualTo(404);
    }

    @Test
    void connectionsOfAUserAreClosedTogether() {
        JsonNode token = api.post("rooms/lobby/authorize", "{}").good();
        String address = token.path("url").asString() + "?access_token="
                + token.path("token").asString();
        try (Peer one = Peer.connect(address);
                Peer other = Peer.connect(address)) {
            one.next("room.joined");
            other.next("room.joined");

            assertThat(api.delete("users/ada/connections")
                            .good()
                            .path("connections")
                            .asInt())
                    .isEqualTo(2);
            assertThat(api.delete("users/bob/connections")
                            .good()
                            .path("connections")
                            .asInt())
                    .isZero();
        }
    }

    @Test
    void revokedTokenClosesItsConnectionAndIsRefused() {
        JsonNode token = api.post("rooms/lobby/authorize", "{}").good();
        String address = token.path("url").asString() + "?access_token="
                + token.path("token").asString();
        try (Peer peer = Peer.connect(address)) {
            peer.next("room.joined");

            JsonNode revoked =
                    api.post("rooms/lobby/revoke", "{\"userId\":\"ada\"}").good();

            assertThat(revoked.path("connections").asInt()).isEqualTo(1);
            assertThat(api.post("rooms/lobby/revoke", "{}").status()).isEqualTo(400);
        }
    }

    @Test
    void statsCountWhatThereIs() {
        api.post("rooms/a/publish", "{\"type\":\"said\"}").good();
        api.post("rooms/a/join", "{}").good();
        api.post("channels/c/publish", "{\"type\":\"item\"}").good();

        JsonNode stats = api.get("stats").good();

        assertThat(stats.path("rooms").asInt()).isEqualTo(2);
        assertThat(stats.path("members").asInt()).isEqualTo(1);
        assertThat(stats.path("messages").asInt()).isEqualTo(2);
        assertThat(stats.path("byKind").path("channel").asInt()).isEqualTo(1);
    }

    @Test
    void instanceAnswersToEachOfItsNames() {
        api.close();
        api = RunningApi.start(RoomsOptions.named("main").inNamespace("team").withBinding("chat"));

        for (String name : List.of("team%2Fmain", "chat")) {
            assertThat(api.get("/v1/instances/" + name + "/stats").status())
                    .as(name)
                    .isEqualTo(200);
        }
        assertThat(api.get("/v1/instances/main/stats").status()).isEqualTo(404);
        assertThat(api.get("/v1/instances")
                        .good()
                        .path("instances")
                        .get(0)
                        .path("instance")
                        .asString())
                .isEqualTo("team/main");
    }

    private static List<String> typesOf(JsonNode history) {
        return texts(history.path("items"), "type");
    }

    private static List<String> names(JsonNode list) {
        return texts(list.path("rooms"), "room");
    }

    private static List<String> texts(JsonNode items, String field) {
        return StreamSupport.stream(items.spliterator(), false)
                .map(item -> item.path(field).asString())
                .toList();
    }

    private static List<Integer> numbers(JsonNode document, String field) {
        return StreamSupport.stream(document.path("updates").spliterator(), false)
                .map(item -> item.path(field).asInt())
                .toList();
    }
}
