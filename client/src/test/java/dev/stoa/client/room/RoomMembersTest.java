package dev.stoa.client.room;

import static dev.stoa.client.room.RoomSetup.await;
import static dev.stoa.client.room.ServerEnd.member;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.client.Recording;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.MembersOptions;
import dev.stoa.protocol.room.RoomMessages.MemberChange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The live view of the members, and one's own presence (rooms protocol, sections 3 and 4).
class RoomMembersTest {
    private final RoomSetup setup = new RoomSetup();
    private final Recording<String> events = new Recording<>();
    private final Room room = setup.own().build();

    RoomMembersTest() {
        room.onMember(change -> events.accept(text(change)));
        room.onPresence(change -> events.accept(change.memberId() + " " + change.presence()));
        room.onMetadata(metadata -> events.accept("metadata " + metadata));
    }

    @AfterEach
    void close() throws IOException {
        setup.close();
        room.close();
    }

    @Test
    void membersOfTheJoinAreThereWithoutEvents() {
        join(member("ada", "{}"), member("bob", "{\"here\":true}"));

        assertThat(ids(room)).containsExactly("ada", "bob");
        assertThat(room.members().isComplete()).isTrue();
        assertThat(room.members().find("bob").orElseThrow().presence().toString())
                .isEqualTo("{\"here\":true}");
        assertThat(events.isEmpty()).isTrue();
    }

    @Test
    void eventsKeepTheViewTrue() {
        ServerEnd server = join(member("ada", "{}"));

        server.event("room.member", "{\"event\":\"joined\",\"member\":" + member("bob", "{}") + "}");
        server.event("room.presence", "{\"changes\":[{\"memberId\":\"bob\",\"presence\":{\"typing\":true}}]}");
        server.event(
                "room.member", "{\"event\":\"left\",\"reason\":\"timeout\",\"member\":" + member("ada", "{}") + "}");

        assertThat(events.next()).isEqualTo("JOINED bob null");
        assertThat(events.next()).isEqualTo("bob {\"typing\":true}");
        assertThat(events.next()).isEqualTo("LEFT ada TIMEOUT");
        assertThat(room.members().list())
                .singleElement()
                .extracting(member -> member.presence().toString())
                .isEqualTo("{\"typing\":true}");
    }

    @Test
    void changesMissedWhileAwayAreToldAfterTheReturn() {
        ServerEnd server = join(member("ada", "{}"), member("bob", "{}"), member("eve", "{}"));

        server = setup.reopenedAfterCut(server);
        JsonNode join = server.next("room.join");
        server.joined(join, "e1", 0, true, member("ada", "{\"a\":1}"), member("bob", "{}"), member("zoe", "{}"));

        assertThat(events.next()).isEqualTo("LEFT eve null");
        assertThat(events.next()).isEqualTo("JOINED zoe null");
        assertThat(events.next()).isEqualTo("ada {\"a\":1}");
        assertThat(ids(room)).containsExactly("ada", "bob", "zoe");
    }

    @Test
    void viewStandsStillWhileTheConnectionIsLost() {
        ServerEnd server = join(member("ada", "{}"), member("bob", "{}"));

        server = setup.reopenedAfterCut(server);
        server.next("room.join");

        assertThat(ids(room)).containsExactly("ada", "bob");
    }

    @Test
    void largeRoomsAreReadToTheEnd() {
        ServerEnd server = join(250, members(0, 100));
        assertThat(room.members().isComplete()).isFalse();

        JsonNode first = server.next("room.members");
        server.event("room.member", "{\"event\":\"left\",\"member\":" + member("m005", "{}") + "}");
        assertThat(events.next()).isEqualTo("LEFT m005 null");
        page(server, first, "c1", members(0, 5), members(6, 150));
        JsonNode second = server.next("room.members");
        page(server, second, null, members(150, 250));

        org.awaitility.Awaitility.await().until(() -> room.members().isComplete());
        assertThat(first.path("payload").toString()).isEqualTo("{\"limit\":1000}");
        assertThat(second.path("payload").path("cursor").stringValue()).isEqualTo("c1");
        assertThat(room.members().size()).isEqualTo(249);
        assertThat(events.isEmpty()).isTrue();
    }

    @Test
    void largeRoomReadAnewAfterACutTellsOnlyTheDifference() {
        ServerEnd server = join(150, members(0, 100));
        page(server, server.next("room.members"), null, members(0, 150));
        org.awaitility.Awaitility.await().until(() -> room.members().isComplete());

        server = setup.reopenedAfterCut(server);
        server.joined(server.next("room.join"), "e1", 0, true, 150, members(0, 100));
        JsonNode page = server.next("room.members");
        assertThat(room.members().size()).isEqualTo(150);
        server.event("room.member", "{\"event\":\"joined\",\"member\":" + member("m900", "{}") + "}");
        page(server, page, null, members(0, 149), members(900, 901));

        assertThat(events.next()).isEqualTo("LEFT m149 null");
        assertThat(events.next()).isEqualTo("JOINED m900 null");
        assertThat(room.members().size()).isEqualTo(150);
        assertThat(events.isEmpty()).isTrue();
    }

    @Test
    void viewHasALimit() {
        Room small =
                setup.own().options(RoomOptions.standard().withMembersLimit(2)).build();
        var joining = small.joinAsync(JoinOptions.none());
        ServerEnd server = setup.opened();
        server.joined(server.next("room.join"), "e1", 0, false, members(0, 3));
        await(joining);

        assertThat(small.members().size()).isEqualTo(2);
        assertThat(small.members().isComplete()).isFalse();
        server.connection().drop();
        small.close();
    }

    @Test
    void presenceIsMergedAndGivenAgainAfterTheReturn() {
        var joining = room.joinAsync(JoinOptions.none().withPresence(Map.of("mood", "good")));
        ServerEnd server = setup.opened();
        server.letIn("e1", 0, false);
        await(joining);
        var setting = room.updatePresence(Map.of("typing", true));
        JsonNode set = server.next("room.presence");
        server.answer(set, "room.presence-set", presenceSet("{\"mood\":\"good\",\"typing\":true}"));
        await(setting);

        server = setup.reopenedAfterCut(server);
        JsonNode join = server.next("room.join");

        assertThat(set.path("payload").toString()).isEqualTo("{\"presence\":{\"typing\":true}}");
        assertThat(join.path("payload").path("presence").toString()).isEqualTo("{\"mood\":\"good\",\"typing\":true}");
    }

    @Test
    void presenceInFlightIsSentAgain() {
        ServerEnd server = join();
        var setting = room.replacePresence(Map.of("typing", true));
        server.next("room.presence");

        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 0, true);
        JsonNode again = server.next("room.presence");
        server.answer(again, "room.presence-set", presenceSet("{\"typing\":true}"));

        assertThat(await(setting).presence().toString()).isEqualTo("{\"typing\":true}");
        assertThat(again.path("payload").path("replace").asBoolean()).isTrue();
    }

    @Test
    void metadataFollowTheRoom() {
        ServerEnd server = join();

        server.event("room.metadata", "{\"metadata\":{\"topic\":\"coffee\"}}");
        assertThat(events.next()).isEqualTo("metadata {\"topic\":\"coffee\"}");
        assertThat(room.metadata().toString()).isEqualTo("{\"topic\":\"coffee\"}");
        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 0, true);

        assertThat(events.next()).isEqualTo("metadata {\"topic\":\"tea\"}");
    }

    @Test
    void restoredSnapshotIsTold() {
        Recording<Long> restored = new Recording<>();
        room.onRestored(event -> restored.accept(event.offset()));
        ServerEnd server = join();

        server.event(
                "room.restored",
                "{\"snapshotId\":\"s1\",\"epoch\":\"e1\",\"offset\":12,\"metadata\":{\"topic\":\"old\"}}");

        assertThat(restored.next()).isEqualTo(12);
        assertThat(room.metadata().toString()).isEqualTo("{\"topic\":\"old\"}");
        assertThat(room.position().orElseThrow().offset()).isEqualTo(12);
    }

    @Test
    void membersAreReadByPages() {
        ServerEnd server = join();

        var page = room.readMembers(new MembersOptions(2, "c7"));
        JsonNode asked = server.next("room.members");
        page(server, asked, "c8", members(0, 2));

        assertThat(asked.path("payload").toString()).isEqualTo("{\"limit\":2,\"cursor\":\"c7\"}");
        assertThat(await(page).cursor()).isEqualTo("c8");
    }

    private ServerEnd join(String... members) {
        return join(members.length, members);
    }

    private ServerEnd join(int count, String... members) {
        var joining = room.joinAsync(JoinOptions.none());
        ServerEnd server = setup.opened();
        server.joined(server.next("room.join"), "e1", 0, false, count, members);
        await(joining);
        return server;
    }

    private static void page(ServerEnd server, JsonNode request, String cursor, String[]... members) {
        String all = java.util.Arrays.stream(members)
                .flatMap(java.util.Arrays::stream)
                .collect(Collectors.joining(","));
        int count = all.isEmpty() ? 0 : all.split("memberId", -1).length - 1;
        server.answer(
                request,
                "room.members.result",
                "{\"room\":\"chat\",\"kind\":\"room\",\"members\":[" + all + "],\"count\":" + count
                        + (cursor == null ? "" : ",\"cursor\":\"" + cursor + "\"") + "}");
    }

    private static String[] members(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(n -> member("m%03d".formatted(n), "{}"))
                .toArray(String[]::new);
    }

    private static String presenceSet(String presence) {
        return "{\"room\":\"chat\",\"kind\":\"room\",\"memberId\":\"ada\",\"updatedAt\":\"2026-11-21T10:00:00Z\",\"presence\":"
                + presence + "}";
    }

    private static List<String> ids(Room room) {
        return room.members().list().stream().map(Member::memberId).toList();
    }

    private static String text(MemberChange change) {
        return change.event() + " " + change.member().memberId() + " " + change.reason();
    }
}
