package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.server.endpoint.rooms.RoomsEndpoint;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.room.RoomRow;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import dev.stoa.server.room.token.RoomAddress;
import dev.stoa.server.room.token.RoomUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Guests who mean harm, or know no better: each limit has its own error, and the room is none the worse.
@RoomRow(13)
class HostileGuestsTest {
    private Lobby lobby = Lobby.open();

    @AfterEach
    void stop() {
        lobby.close();
    }

    private void hallIsWell() {
        Guest well = lobby.in("hall", "well");
        well.ask("room.publish", "{'type':'said','data':'well'}");
        assertThat(well.awaits("room.message").at("/message/data").asString()).isEqualTo("well");
    }

    private int answeredAt(String path) {
        RawPeer peer = RawPeer.connect(lobby.stoa().port());
        lobby.added(peer);
        return peer.upgrade(path).status();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/rooms/room/",
                "/rooms/room/..",
                "/rooms/room/%2e%2E",
                "/rooms/room/a%00b",
                "/rooms/room/a%0Ab",
                "/rooms/room/%ED%A0%80",
                "/rooms/room/%C0%AF",
                "/rooms/room/%zz",
                "/rooms/room/%"
            })
    void aPathWithoutANameIsRefused(String path) {
        assertThat(answeredAt(path)).isEqualTo(400);
        hallIsWell();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/rooms", "/rooms/", "/rooms/room", "/rooms/attic/hall", "/rooms/room/a/b", "/rooms/Room/a"})
    void aPathThatIsNoRoomsIsNotFound(String path) {
        assertThat(answeredAt(path)).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/../b", "%2F", "a b", "😀", "*", "é/€", "=.", "+", "?#&"})
    void anyOtherNameIsARoom(String name) {
        RoomAddress address = new RoomAddress(RoomKind.ROOM, name);
        String token = lobby.token(name, "ada").token();
        Guest ada = lobby.knocking("/rooms" + RoomUrl.pathOf(address), token);

        assertThat(ada.ask("room.join", "{}").path("room").asString()).isEqualTo(name);
    }

    @Test
    void aNameHas256Characters() {
        String longest = "😀".repeat(256);
        Guest ada = lobby.knocking(
                "/rooms" + RoomUrl.pathOf(new RoomAddress(RoomKind.ROOM, longest)),
                lobby.token(longest, "ada").token());

        assertThat(ada.ask("room.join", "{}").path("room").asString()).isEqualTo(longest);
        assertThat(answeredAt("/rooms/room/" + "%F0%9F%98%80".repeat(257))).isEqualTo(400);
    }

    @Test
    void hostileNamesInMessagesAreRefused() {
        Guest mallory = lobby.app("mallory");

        for (String half : List.of("\\ud800", "\\udc00x")) {
            mallory.send("room.join", "{'room':'" + half + "'}");
            assertThat(mallory.peer().next().at("/payload/code").asString()).isEqualTo("INVALID_ARGUMENT");
        }
        for (String name : List.of("", "a\\u0000b", "a\\nb", "x".repeat(257))) {
            assertThat(mallory.refusal("room.join", "{'room':'" + name + "'}")).isEqualTo("INVALID_ARGUMENT");
            assertThat(mallory.refusal("room.publish", "{'room':'" + name + "','type':'said'}"))
                    .isEqualTo("INVALID_ARGUMENT");
        }
        assertThat(mallory.refusal("room.join", "{'room':'hall','kind':'attic'}"))
                .isEqualTo("INVALID_ARGUMENT");
        assertThat(mallory.refusal("room.join", "{'room':17}")).isEqualTo("INVALID_ARGUMENT");
        hallIsWell();
    }

    @Test
    void eachLimitHasItsOwnError() {
        Guest ada = lobby.in("hall", "ada");
        String deep = "[".repeat(65) + "]".repeat(65);

        assertThat(text(ada, "room.publish", "{'type':''}")).contains("type is empty");
        assertThat(text(ada, "room.publish", "{'type':'" + "t".repeat(129) + "'}"))
                .contains("129", "128");
        assertThat(text(ada, "room.publish", "{'type':'said','data':'" + "x".repeat(65_600) + "'}"))
                .contains("65602", "65536");
        assertThat(text(ada, "room.publish", "{'type':'said','data':" + deep + "}"))
                .contains("65", "64");
        assertThat(text(ada, "room.publish", "{'type':'said','idempotencyKey':'" + "k".repeat(257) + "'}"))
                .contains("idempotencyKey", "257", "256");
        assertThat(text(ada, "room.publish", "{'type':'said','idempotencyKey':'a\\u0000'}"))
                .contains("U+0000");
        assertThat(text(ada, "room.publish", "{'type':'said','metadata':3}")).contains("object");
        assertThat(text(ada, "room.metadata", "{'metadata':{'x':'" + "x".repeat(16_384) + "'}}"))
                .contains("room metadata", "16384");
        assertThat(text(ada, "room.presence", "{'presence':{'x':'" + "x".repeat(4_096) + "'}}"))
                .contains("presence", "4096");
        assertThat(text(ada, "room.join", "{'presence':{'x':'" + "x".repeat(4_096) + "'}}"))
                .contains("presence");
        assertThat(text(ada, "document.update", "{'update':'" + "x".repeat(65_600) + "'}"))
                .contains("update", "65536");
        assertThat(text(ada, "document.update", "{'update':1,'clientId':'c','clock':-1}"))
                .contains("clock");
        assertThat(text(ada, "room.history", "{'limit':1001}")).contains("1000");
        assertThat(text(ada, "room.members", "{'limit':0}")).contains("limit");
        hallIsWell();
    }

    private static String text(Guest guest, String type, String payload) {
        var answer = guest.answer(type, payload);
        assertThat(answer.at("/payload/code").asString()).as(type).isEqualTo("INVALID_ARGUMENT");
        return answer.at("/payload/message").asString() + answer.at("/payload/details");
    }

    @Test
    void cursorsThatWereMadeUpAreRefused() {
        Guest ada = lobby.in("hall", "ada");
        lobby.room("hall").publish("said", 1);
        Random random = new Random(20_261_121);

        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            String cursor = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(noise);
            for (String type : List.of("room.history", "room.members", "document.read")) {
                assertThat(ada.refusal(type, "{'cursor':'" + cursor + "'}"))
                        .as(cursor)
                        .isEqualTo("INVALID_ARGUMENT");
            }
        }
        hallIsWell();
    }

    @Test
    void afterAMadeUpPositionHistorySaysThatThereIsAGap() {
        Guest ada = lobby.in("hall", "ada");
        String epoch = lobby.room("hall").publish("said", 1).epoch();

        for (String after : List.of(
                "{'epoch':'nowhere','offset':0}",
                "{'epoch':'" + epoch + "','offset':99}",
                "{'epoch':'" + epoch + "','offset':-7}")) {
            var answer = ada.answer("room.history", "{'after':" + after + "}");
            boolean told = answer.path("type").asString().equals("RPC_ERROR")
                    || answer.at("/payload/gap").asBoolean();
            assertThat(told).as(after).isTrue();
        }
    }

    @Test
    void aFullRoomTurnsFurtherMembersAndConnectionsAway() {
        lobby.close();
        var limits = RoomsOptions.named("main").limits();
        lobby = Lobby.open(
                RoomsOptions.named("main").withLimits(limits.withMaxMembers(2).withMaxConnections(3)));
        Guest ada = lobby.in("hall", "ada");
        Guest ben = lobby.in("hall", "ben");

        assertThat(lobby.at("hall", "cleo").refusal("room.join", "{}")).isEqualTo("RESOURCE_EXHAUSTED");
        Guest passive = lobby.at("hall", "dora");
        assertThat(passive.closed()).startsWith("4429 ").contains("retryAfterMs");
        Guest second = lobby.in("hall", "ben");
        Guest third = lobby.at("hall", "ben");
        assertThat(third.answer("room.join", "{}").at("/payload/message").asString())
                .contains("3 connections");
        assertThat(third.closed()).startsWith("4429 ");
        Guest merged = lobby.app("cleo");
        assertThat(merged.refusal("room.join", "{'room':'hall'}")).isEqualTo("RESOURCE_EXHAUSTED");
        merged.ask("room.join", "{'room':'attic'}");
        second.leave(1000);
        lobby.awaitConnections("hall", 2);
        lobby.in("hall", "ben");
        ada.ask("room.publish", "{'type':'said'}");
        ben.awaits("room.message");
    }

    @Test
    void aSocketIsInAThousandRoomsAtMost() {
        Guest ada = lobby.app("ada");
        for (int i = 0; i < 1000; i++) {
            ada.ask("room.join", "{'room':'r" + i + "'}");
        }

        assertThat(ada.refusal("room.join", "{'room':'one more'}")).isEqualTo("RESOURCE_EXHAUSTED");
        ada.ask("room.join", "{'room':'r7'}");
        ada.ask("room.leave", "{'room':'r7'}");
        ada.ask("room.join", "{'room':'one more'}");
        assertThat(lobby.rooms().connections()).isEqualTo(1000);
        ada.cut();
        awaitNobody();
    }

    private void awaitNobody() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(2))
                .untilAsserted(() -> assertThat(lobby.rooms().hasNoSockets()).isTrue());
    }

    @Test
    void whoComesAndGoesLeavesNothingBehind() {
        ManualTimers clock = new ManualTimers();
        lobby.close();
        lobby = Lobby.at(clock);
        long seed = System.nanoTime();
        System.out.println("HostileGuestsTest.whoComesAndGoesLeavesNothingBehind seed " + seed);
        Random random = new Random(seed);

        for (int i = 0; i < 300; i++) {
            String user = "user" + random.nextInt(5);
            Guest guest = random.nextBoolean() ? lobby.at("hall", user) : lobby.app(user);
            for (int message = random.nextInt(4); message > 0; message--) {
                String type = random.nextInt(3) == 0 ? "room.leave" : "room.join";
                guest.send(type, "{'room':'hall'}");
            }
            switch (random.nextInt(3)) {
                case 0 -> guest.cut();
                case 1 -> guest.peer().sendFrame(8, true, new byte[] {3, (byte) 0xE8});
                default -> guest.leave(1001);
            }
        }
        lobby.awaitConnections("hall", 0);
        Awaitility.await().pollInterval(Duration.ofMillis(2)).untilAsserted(() -> {
            clock.advance(Duration.ofSeconds(1));
            assertThat(lobby.rooms().hasNoSockets()).as("seed %d", seed).isTrue();
            assertThat(lobby.members("hall")).as("seed %d", seed).isEmpty();
            assertThat(lobby.stoa().sessions().count()).isZero();
        });
        assertThat(lobby.rooms().stats().members()).isZero();
    }

    @Test
    void aGuestWhoDoesNotReadIsClosedAndDelaysNobody() {
        ManualTimers clock = new ManualTimers();
        lobby.close();
        lobby = Lobby.at(clock);
        Guest busy = lobby.in("hall", "busy");
        RawPeer deaf = RawPeer.connect(lobby.stoa().port(), 4096);
        lobby.added(deaf);
        deaf.upgrade(
                "/rooms/room/hall",
                "Sec-WebSocket-Protocol: stoa.room.v1, bearer."
                        + lobby.token("hall", "deaf").token());
        deaf.tell("{'type':'room.join','meta':{'correlationId':'1'},'payload':{}}");
        lobby.awaitConnections("hall", 2);
        String large = "'" + "x".repeat(60_000) + "'";

        int sent = 0;
        while (lobby.room("hall").lifecycle().activeConnections() == 2 && sent < 2000) {
            busy.ask("room.publish", "{'type':'said','data':" + large + "}");
            assertThat(busy.awaits("room.message")
                            .path("message")
                            .path("offset")
                            .asInt())
                    .isEqualTo(++sent);
        }

        assertThat(lobby.room("hall").lifecycle().activeConnections()).isEqualTo(1);
        assertThat(lobby.members("hall")).contains("deaf");
        assertThat(new Guest(deaf).closed()).isEqualTo("4408 SLOW_CONSUMER");
        clock.advance(Duration.ofSeconds(5));
        Awaitility.await().until(() -> lobby.members("hall").equals(List.of("busy")));
    }

    @Test
    void unknownAndReservedMessagesAreAnswered() {
        Guest ada = lobby.in("hall", "ada");

        assertThat(ada.refusal("room.destroy", "{}")).isEqualTo("UNIMPLEMENTED");
        assertThat(ada.refusal("room.authorize", "{}")).isEqualTo("UNIMPLEMENTED");
        assertThat(ada.refusal("room.publish", "{'type':'said','extra':1}")).isEqualTo("INVALID_ARGUMENT");
        hallIsWell();
    }

    @Test
    void garbageOfEverySortLeavesTheRoomWell() {
        long seed = System.nanoTime();
        System.out.println("HostileGuestsTest.garbageOfEverySortLeavesTheRoomWell seed " + seed);
        Random random = new Random(seed);
        List<String> types = List.of(
                "room.join",
                "room.leave",
                "room.publish",
                "room.presence",
                "room.metadata",
                "room.members",
                "room.history",
                "room.refresh",
                "document.update",
                "document.awareness",
                "document.read");
        List<String> values = List.of(
                "null",
                "0",
                "-1",
                "1e999",
                "[]",
                "{}",
                "''",
                "'x'",
                "true",
                "[[[[]]]]",
                "{'epoch':null}",
                "{'epoch':'x','offset':1}",
                "99999999999999999999",
                "'2026-01-01T00:00:00Z'");
        List<String> fields = List.of(
                "memberId",
                "metadata",
                "presence",
                "recover",
                "type",
                "data",
                "idempotencyKey",
                "replace",
                "limit",
                "cursor",
                "after",
                "types",
                "from",
                "to",
                "token",
                "update",
                "clientId",
                "clock",
                "state",
                "sinceClock");
        Guest mallory = lobby.at("hall", "mallory");
        for (int i = 0; i < 1500; i++) {
            List<String> payload = new ArrayList<>();
            for (int field = random.nextInt(4); field > 0; field--) {
                payload.add("'" + fields.get(random.nextInt(fields.size())) + "':"
                        + values.get(random.nextInt(values.size())));
            }
            var answer = mallory.answer(types.get(random.nextInt(types.size())), "{" + String.join(",", payload) + "}");
            assertThat(answer.at("/payload/code").asString(""))
                    .as("seed %d: %s -> %s", seed, payload, answer)
                    .isNotEqualTo("INTERNAL");
        }
        hallIsWell();
    }

    @Test
    void aStrangersPositionTellsNothing() {
        PublishResult secret = lobby.room("attic").publish("said", "secret");
        lobby.room("hall").publish("said", "open");

        var joined = lobby.at("hall", "mallory")
                .ask("room.join", "{'recover':{'epoch':'" + secret.epoch() + "','offset':0}}");

        assertThat(joined.path("recovered").asBoolean()).isFalse();
        assertThat(joined.toString()).doesNotContain("secret");
    }

    @Test
    void aRoomsEndpointMayAlsoKnowOthers() {
        lobby.close();
        Rooms rooms = Rooms.create("main");
        RoomsEndpoint endpoint = RoomsEndpoint.of(rooms, "/rooms")
                .alsoAuthenticatedBy(request -> request.token()
                        .filter(token -> token.startsWith("a.b."))
                        .<Authentication>map(token -> Authentication.accept(token.substring(4)))
                        .orElseGet(Authentication::reject));
        lobby = Lobby.open(rooms, settings -> settings.rooms("/rooms", endpoint));

        assertThat(lobby.bearing("hall", "a.b.zoe")
                        .ask("room.join", "{}")
                        .path("memberId")
                        .asString())
                .isEqualTo("zoe");
        assertThat(lobby.in("hall", "ada")
                        .ask("room.join", "{}")
                        .path("memberId")
                        .asString())
                .isEqualTo("ada");
        assertThat(lobby.bearing("hall", "x.y.z").closed()).isEqualTo("4401 UNAUTHENTICATED");
    }
}
