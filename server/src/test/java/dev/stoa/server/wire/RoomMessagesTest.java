package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.room.RoomRow;
import dev.stoa.server.room.Rooms;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// What sockets say to rooms and hear from them (rooms protocol, sections 7 and 8), on a socket of the room and on
/// one of an application's router.
class RoomMessagesTest {
    private final Lobby lobby = Lobby.open();

    @AfterEach
    void stop() {
        lobby.close();
    }

    /// How a guest comes to a room.
    enum Way {
        OWN,
        MERGED;

        Guest in(Lobby lobby, String user) {
            return switch (this) {
                case OWN -> lobby.in("hall", user);
                case MERGED -> {
                    Guest guest = lobby.app(user);
                    guest.ask("room.join", "{'room':'hall'}");
                    yield guest;
                }
            };
        }

        String of(String fields) {
            return this == OWN ? "{" + fields + "}" : "{'room':'hall'" + (fields.isEmpty() ? "" : ",") + fields + "}";
        }

        /// Events name the room exactly where there may be others.
        void named(JsonNode event) {
            if (this == OWN) {
                assertThat(event.has("room") || event.has("kind")).isFalse();
            } else {
                assertThat(event.path("room").asString()).isEqualTo("hall");
                assertThat(event.path("kind").asString()).isEqualTo("room");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aMessageReachesEverybodyAndItsPublisher(Way way) {
        Guest ada = way.in(lobby, "ada");
        Guest ben = way.in(lobby, "ben");

        JsonNode published = ben.ask("room.publish", way.of("'type':'said','data':{'text':'hi'},'metadata':{'m':1}"));
        JsonNode event = ada.awaits("room.message");
        JsonNode message = event.path("message");

        assertThat(published.path("offset").asLong()).isEqualTo(1);
        assertThat(published.path("duplicate").asBoolean(false)).isFalse();
        way.named(event);
        assertThat(message.path("messageId").asString())
                .isEqualTo(published.path("messageId").asString());
        assertThat(message.path("type").asString()).isEqualTo("said");
        assertThat(message.at("/data/text").asString()).isEqualTo("hi");
        assertThat(message.at("/metadata/m").asInt()).isEqualTo(1);
        assertThat(message.at("/actor/userId").asString()).isEqualTo("ben");
        assertThat(message.path("epoch").asString())
                .isEqualTo(published.path("epoch").asString());
        assertThat(ben.awaits("room.message")).isEqualTo(event);
        assertThat(lobby.room("hall").history().items()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aBroadcastLeavesOutItsPublisher(Way way) {
        Guest ada = way.in(lobby, "ada");
        Guest ben = way.in(lobby, "ben");

        ben.ask("room.broadcast", way.of("'type':'typing'"));
        ben.ask("room.publish", way.of("'type':'said'"));

        assertThat(ada.awaits("room.message").at("/message/type").asString()).isEqualTo("typing");
        assertThat(ben.awaits("room.message").at("/message/type").asString()).isEqualTo("said");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aKeyPublishesOnce(Way way) {
        Guest ada = way.in(lobby, "ada");

        JsonNode first = ada.ask("room.publish", way.of("'type':'said','data':1,'idempotencyKey':'k'"));
        JsonNode second = ada.ask("room.publish", way.of("'type':'said','data':1,'idempotencyKey':'k'"));

        assertThat(second.path("duplicate").asBoolean()).isTrue();
        assertThat(second.path("messageId")).isEqualTo(first.path("messageId"));
        assertThat(ada.refusal("room.publish", way.of("'type':'said','data':2,'idempotencyKey':'k'")))
                .isEqualTo("ALREADY_EXISTS");
        assertThat(lobby.room("hall").history().items()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whoLeavesIsAnsweredAndHearsNoMore(Way way) {
        Guest ada = way.in(lobby, "ada");
        Guest ben = way.in(lobby, "ben");
        ada.awaits("room.member");

        JsonNode left = ben.ask("room.leave", way.of(""));
        lobby.room("hall").publish("said", 1);
        JsonNode gone = ada.hears("room.member");

        assertThat(left.path("memberId").asString()).isEqualTo("ben");
        assertThat(left.path("leftAt").asString()).isNotEmpty();
        way.named(gone);
        assertThat(gone.path("event").asString()).isEqualTo("left");
        assertThat(gone.path("reason").asString()).isEqualTo("left");
        assertThat(gone.at("/member/memberId").asString()).isEqualTo("ben");
        assertThat(lobby.members("hall")).containsExactly("ada");
        ben.ask("room.publish", way.of("'type':'from outside'"));
        ben.ask("room.join", way.of(""));
        lobby.room("hall").publish("said", 2);
        assertThat(ben.hears("room.message").at("/message/data").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aMemberLeavesWithItsLastConnection(Way way) {
        Guest ada = way.in(lobby, "ada");
        Guest first = way.in(lobby, "ben");
        Guest second = way.in(lobby, "ben");

        first.ask("room.leave", way.of(""));
        lobby.room("hall").publish("said", 1);

        assertThat(second.awaits("room.message").at("/message/data").asInt()).isEqualTo(1);
        assertThat(lobby.members("hall")).containsExactly("ada", "ben");
        second.ask("room.leave", way.of(""));
        assertThat(lobby.members("hall")).containsExactly("ada");
        assertThat(ada.awaits("room.member").path("event").asString()).isEqualTo("joined");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void presenceIsMergedAndTold(Way way) {
        Guest ada = way.in(lobby, "ada");
        Guest ben = way.in(lobby, "ben");

        JsonNode set = ben.ask("room.presence", way.of("'presence':{'typing':true,'x':1}"));
        JsonNode event = ada.awaits("room.presence");
        ben.ask("room.presence", way.of("'presence':{'typing':null}"));
        JsonNode merged = ada.awaits("room.presence");
        ben.ask("room.presence", way.of("'presence':{'y':2},'replace':true"));
        JsonNode replaced = ada.awaits("room.presence");

        assertThat(set.at("/presence/typing").asBoolean()).isTrue();
        way.named(event);
        assertThat(event.at("/changes/0").toString())
                .isEqualTo("{\"memberId\":\"ben\",\"presence\":{\"typing\":true,\"x\":1}}");
        assertThat(merged.at("/changes/0/presence").toString()).isEqualTo("{\"x\":1}");
        assertThat(replaced.at("/changes/0/presence").toString()).isEqualTo("{\"y\":2}");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void metadataIsSetReadAndTold(Way way) {
        Guest ada = way.in(lobby, "ada");
        Guest ben = way.in(lobby, "ben");

        ben.ask("room.metadata", way.of("'metadata':{'title':'Hall','n':1}"));
        JsonNode event = ada.awaits("room.metadata");
        JsonNode merged = ben.ask("room.metadata", way.of("'metadata':{'n':null}"));

        way.named(event);
        assertThat(event.path("metadata").toString()).isEqualTo("{\"title\":\"Hall\",\"n\":1}");
        assertThat(merged.path("metadata").toString()).isEqualTo("{\"title\":\"Hall\"}");
        assertThat(ada.ask("room.metadata", way.of("")).path("metadata").toString())
                .isEqualTo("{\"title\":\"Hall\"}");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void membersHistoryAndLifecycleAreRead(Way way) {
        Guest ada = way.in(lobby, "ada");
        way.in(lobby, "ben");
        IntStream.range(0, 5).forEach(i -> lobby.room("hall").publish("said", i));

        JsonNode members = ada.ask("room.members", way.of("'limit':1"));
        JsonNode rest = ada.ask(
                "room.members", way.of("'cursor':'" + members.path("cursor").asString() + "'"));
        JsonNode history = ada.ask("room.history", way.of("'limit':2"));
        JsonNode older = ada.ask(
                "room.history", way.of("'cursor':'" + history.path("cursor").asString() + "'"));
        JsonNode lifecycle = ada.ask("room.lifecycle", way.of(""));

        assertThat(members.at("/members/0/memberId").asString()).isEqualTo("ada");
        assertThat(rest.at("/members/0/memberId").asString()).isEqualTo("ben");
        assertThat(offsets(history)).containsExactly(5L, 4L);
        assertThat(offsets(older)).containsExactly(3L, 2L, 1L);
        assertThat(lifecycle.path("status").asString()).isEqualTo("active");
        assertThat(lifecycle.path("activeConnections").asInt()).isEqualTo(2);
    }

    private static List<Long> offsets(JsonNode history) {
        List<Long> offsets = new ArrayList<>();
        history.path("items").forEach(item -> offsets.add(item.path("offset").asLong()));
        return offsets;
    }

    @RoomRow(15)
    @ParameterizedTest
    @EnumSource(Way.class)
    void updatesOfADocumentReachTheOthersInOrderAndEachClockOnce(Way way) {
        Guest ada = way.in(lobby, "ada");
        Guest ben = way.in(lobby, "ben");

        JsonNode first = ben.ask("document.update", way.of("'update':{'a':1},'clientId':'b1','clock':1"));
        ben.ask("document.update", way.of("'update':{'a':2},'clientId':'b1','clock':2"));
        JsonNode again = ben.ask("document.update", way.of("'update':{'a':1},'clientId':'b1','clock':1"));
        ben.ask("document.update", way.of("'update':null"));
        JsonNode one = ada.awaits("document.update");
        JsonNode two = ada.awaits("document.update");
        JsonNode three = ada.awaits("document.update");
        JsonNode page = ada.ask("document.read", way.of("'sinceClock':1"));

        way.named(one);
        assertThat(one.path("update").toString()).isEqualTo("{\"a\":1}");
        assertThat(one.path("updateId")).isEqualTo(first.path("updateId"));
        assertThat(one.path("offset").asLong()).isEqualTo(1);
        assertThat(two.path("clock").asInt()).isEqualTo(2);
        assertThat(three.path("update").isNull()).isTrue();
        assertThat(again.path("duplicate").asBoolean()).isTrue();
        assertThat(again.path("updateId")).isEqualTo(first.path("updateId"));
        assertThat(page.path("updates").toString()).contains("{\"a\":2}").doesNotContain("{\"a\":1}");
    }

    @RoomRow(15)
    @ParameterizedTest
    @EnumSource(Way.class)
    void awarenessLivesAndDiesWithItsConnection(Way way) {
        Guest ada = way.in(lobby, "ada");
        Guest ben = way.in(lobby, "ben");

        ben.ask("document.awareness", way.of("'clientId':'b1','state':{'cursor':3}"));
        JsonNode aware = ada.awaits("document.awareness");
        ben.leave(1000);
        JsonNode gone = ada.awaits("document.awareness");

        way.named(aware);
        assertThat(aware.path("clientId").asString()).isEqualTo("b1");
        assertThat(aware.at("/state/cursor").asInt()).isEqualTo(3);
        assertThat(gone.path("clientId").asString()).isEqualTo("b1");
        assertThat(gone.path("state").isNull()).isTrue();
    }

    @RoomRow(8)
    @ParameterizedTest
    @EnumSource(Way.class)
    void aRestoreIsToldWithTheStateAsItIsNow(Way way) {
        Guest ada = way.in(lobby, "ada");
        ada.ask("room.metadata", way.of("'metadata':{'v':1}"));
        String snapshot = lobby.room("hall").snapshot().snapshotId();
        ada.ask("room.metadata", way.of("'metadata':{'v':2}"));

        lobby.room("hall").restore(snapshot);
        JsonNode restored = ada.awaits("room.restored");

        way.named(restored);
        assertThat(restored.path("snapshotId").asString()).isEqualTo(snapshot);
        assertThat(restored.path("metadata").toString()).isEqualTo("{\"v\":1}");
        assertThat(ada.ask("room.metadata", way.of("")).path("metadata").toString())
                .isEqualTo("{\"v\":1}");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aDestroyedRoomSaysSoAndClosesItsOwnSockets(Way way) {
        Guest ada = way.in(lobby, "ada");

        lobby.room("hall").destroy(DestroyOptions.keepingAll());
        JsonNode destroyed = ada.awaits("room.destroyed");

        way.named(destroyed);
        assertThat(destroyed.path("destroyedAt").asString()).isNotEmpty();
        if (way == Way.OWN) {
            assertThat(ada.closed()).isEqualTo("4410 DESTROYED");
            assertThat(lobby.at("hall", "ben").closed()).isEqualTo("4410 DESTROYED");
        } else {
            assertThat(ada.refusal("room.publish", way.of("'type':'said'"))).isEqualTo("FAILED_PRECONDITION");
            ada.ask("room.join", "{'room':'another'}");
        }
        assertThat(lobby.rooms().connections()).isEqualTo(way == Way.OWN ? 0 : 1);
    }

    @RoomRow(2)
    @Test
    void allSeeTheOneOrderThatHistoryHas() throws InterruptedException {
        List<Guest> readers = IntStream.range(0, 8)
                .mapToObj(i -> (i % 2 == 0 ? Way.OWN : Way.MERGED).in(lobby, "reader" + i))
                .toList();
        Guest ada = Way.OWN.in(lobby, "ada");
        Guest ben = Way.MERGED.in(lobby, "ben");
        int each = 300;

        Thread first = publishing(ada, Way.OWN, each);
        Thread second = publishing(ben, Way.MERGED, each);
        List<String> expected = null;
        for (Guest reader : readers) {
            List<String> seen = new ArrayList<>();
            while (seen.size() < 2 * each) {
                seen.add(reader.awaits("room.message").at("/message/messageId").asString());
            }
            assertThat(seen).isEqualTo(expected == null ? seen : expected);
            expected = seen;
        }
        first.join();
        second.join();

        List<String> history = new ArrayList<>();
        Guest late = lobby.app("late");
        String cursor = null;
        do {
            JsonNode page = late.ask(
                    "room.history",
                    "{'room':'hall','limit':250" + (cursor == null ? "" : ",'cursor':'" + cursor + "'") + "}");
            page.path("items")
                    .forEach(item -> history.add(item.path("messageId").asString()));
            cursor = page.path("cursor").asString(null);
        } while (cursor != null);
        assertThat(history.reversed()).isEqualTo(expected);
    }

    @RoomRow(5)
    @Test
    void pagesOfHistoryHaveNoHoleAndNoRepeatWhileMessagesArrive() throws InterruptedException {
        Guest reader = Way.OWN.in(lobby, "reader");
        IntStream.range(0, 100).forEach(i -> lobby.room("hall").publish("said", i));
        Guest ada = lobby.app("ada");
        Thread publishing = publishing(ada, Way.MERGED, 200);

        List<Long> pages = new ArrayList<>();
        String cursor = null;
        do {
            JsonNode page = reader.ask(
                    "room.history", "{'limit':7" + (cursor == null ? "" : ",'cursor':'" + cursor + "'") + "}");
            pages.addAll(offsets(page));
            cursor = page.path("cursor").asString(null);
        } while (cursor != null);
        publishing.join();

        assertThat(pages).hasSizeGreaterThanOrEqualTo(100);
        assertThat(pages)
                .isEqualTo(LongStream.rangeClosed(1, pages.getFirst())
                        .boxed()
                        .toList()
                        .reversed());
    }

    private static Thread publishing(Guest guest, Way way, int count) {
        return Thread.ofVirtual().start(() -> {
            for (int i = 0; i < count; i++) {
                guest.ask("room.publish", way.of("'type':'said','data':" + i));
            }
        });
    }

    @Test
    void aSocketOfAnApplicationIsInManyRoomsAndKindsAtOnce() {
        Guest ada = lobby.app("ada");

        ada.ask("room.join", "{'room':'one'}");
        ada.ask("room.join", "{'room':'two','kind':'room'}");
        JsonNode channel = ada.ask("room.join", "{'room':'one','kind':'channel'}");
        lobby.room("two").publish("said", 2);
        lobby.rooms().channel("one").as(RoomPrincipal.user("server")).publish("said", 3);
        lobby.room("one").publish("said", 1);

        assertThat(channel.path("members").size()).isZero();
        // each room has an order of its own
        assertThat(List.of(placeOf(ada), placeOf(ada), placeOf(ada)))
                .containsExactlyInAnyOrder("room two", "channel one", "room one");
        assertThat(ada.refusal("room.presence", "{'room':'one','kind':'channel','presence':{}}"))
                .isEqualTo("FAILED_PRECONDITION");
        assertThat(ada.refusal("room.publish", "{'type':'said'}")).isEqualTo("INVALID_ARGUMENT");
    }

    /// Where the next message was said.
    private static String placeOf(Guest guest) {
        JsonNode heard = guest.hears("room.message");
        return heard.path("kind").asString() + " " + heard.path("room").asString();
    }

    @Test
    void aSocketOfARoomMayNameItAndNoOther() {
        Guest ada = lobby.in("hall", "ada");

        ada.ask("room.publish", "{'room':'hall','kind':'room','type':'said'}");

        assertThat(ada.refusal("room.publish", "{'room':'attic','type':'said'}"))
                .isEqualTo("PERMISSION_DENIED");
        assertThat(ada.refusal("room.publish", "{'kind':'channel','type':'said'}"))
                .isEqualTo("PERMISSION_DENIED");
    }

    @RoomRow(12)
    @Test
    void aChannelHasNoMembers() {
        Rooms rooms = lobby.rooms();
        String token = rooms.channel("news")
                .authorize(AuthorizeOptions.of(RoomPrincipal.user("ada")))
                .token();
        Guest ada = lobby.knocking("/rooms/channel/news", token);
        JsonNode joined = ada.ask("room.join", "{}");

        ada.ask("room.publish", "{'type':'said'}");

        assertThat(joined.path("kind").asString()).isEqualTo("channel");
        assertThat(ada.hears("room.message").at("/message/kind").asString()).isEqualTo("channel");
        for (String type : List.of("room.members", "room.metadata", "document.read")) {
            assertThat(ada.refusal(type, "{}")).as(type).isEqualTo("FAILED_PRECONDITION");
        }
        assertThat(ada.refusal("room.presence", "{'presence':{}}")).isEqualTo("FAILED_PRECONDITION");
    }
}
