package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.RevokeOptions;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.endpoint.rooms.RoomsEndpoint;
import dev.stoa.server.room.RoomRow;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import dev.stoa.server.room.token.TokenKey;
import dev.stoa.server.room.token.TokenKeys;
import dev.stoa.server.session.Heartbeat;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Who is let in, as whom, for how long, and what it may do there (rooms protocol, section 6), as sockets see it.
@RoomRow(10)
class RoomTokensTest {
    private static final RoomPrincipal ADA = RoomPrincipal.user("ada");

    /// Time passes in leaps here, in which nobody gets to answer a ping.
    private static final Heartbeat ALMOST_NEVER = new Heartbeat(Duration.ofDays(1), Duration.ofDays(1));

    private final ManualTimers clock = new ManualTimers();
    private Lobby lobby = open(Rooms.create("main"));

    private Lobby open(Rooms rooms) {
        RoomsEndpoint patient = RoomsEndpoint.of(rooms, "/rooms").withHeartbeat(ALMOST_NEVER);
        return Lobby.open(rooms, settings -> settings.timers(clock).rooms("/rooms", patient));
    }

    @AfterEach
    void stop() {
        lobby.close();
    }

    @Test
    void aTokenForAnotherRoomIsNotAllowed() {
        assertThat(lobby.bearing("attic", lobby.token("hall", "ada").token()).closed())
                .isEqualTo("4403 DENIED");
    }

    @Test
    void anExpiredTokenIsToldSo() {
        String token = lobby.token("hall", "ada").token();
        clock.advance(Duration.ofSeconds(331));

        assertThat(lobby.bearing("hall", token).closed()).isEqualTo("4401 UNAUTHENTICATED");
    }

    @Test
    void whoHasNoTokenOrAnUnknownOneIsToldSo() {
        assertThat(lobby.added(RawPeer.open(lobby.stoa().port(), "/rooms/room/hall"))
                        .closed())
                .isEqualTo("4401 UNAUTHENTICATED");
        assertThat(lobby.bearing("hall", "no-token-at-all").closed()).isEqualTo("4401 UNAUTHENTICATED");
    }

    @Test
    void aTokenOfAnotherKeyIsUnknown() {
        Rooms others = Rooms.create("main");
        try (Lobby elsewhere = open(others)) {
            String token = elsewhere.token("hall", "ada").token();

            assertThat(lobby.bearing("hall", token).closed()).isEqualTo("4401 UNAUTHENTICATED");
        }
    }

    @Test
    void keysRotate() {
        lobby.close();
        TokenKey old = TokenKey.generated("old", new SecureRandom());
        TokenKey fresh = TokenKey.generated("fresh", new SecureRandom());
        TokenKeys keys = TokenKeys.of(old);
        lobby = open(Rooms.create("main").withKeys(keys));
        String before = lobby.token("hall", "ada").token();

        keys.add(fresh);
        keys.signWith("fresh");
        String after = lobby.token("hall", "ada").token();
        lobby.bearing("hall", before).ask("room.join", "{}");
        lobby.bearing("hall", after).ask("room.join", "{}");
        keys.retire("old");

        assertThat(lobby.bearing("hall", before).closed()).isEqualTo("4401 UNAUTHENTICATED");
        lobby.bearing("hall", after).ask("room.join", "{}");
    }

    @Test
    void theTokenMayComeInTheQuery() {
        Guest ada = lobby.added(RawPeer.open(
                lobby.stoa().port(),
                "/rooms/room/hall?access_token=" + lobby.token("hall", "ada").token()));

        assertThat(ada.ask("room.join", "{}").path("memberId").asString()).isEqualTo("ada");
    }

    @Test
    void theServerAnswersItsSubprotocolAndNeverTheToken() {
        String token = lobby.token("hall", "ada").token();

        assertThat(lobby.bearing("hall", token).peer().header("sec-websocket-protocol"))
                .isEqualTo("stoa.room.v1");
        assertThat(lobby.added(RawPeer.open(
                                lobby.stoa().port(),
                                "/rooms/room/hall",
                                "Sec-WebSocket-Protocol: bearer." + token + ", chat"))
                        .peer()
                        .header("sec-websocket-protocol"))
                .isEqualTo("chat");
    }

    @Test
    void eachOperationNeedsItsRight() {
        Map<RoomOp, String> calls = Map.of(
                RoomOp.PUBLISH, "room.publish {'type':'said'}",
                RoomOp.PRESENCE, "room.presence {'presence':{}}",
                RoomOp.METADATA, "room.metadata {'metadata':{}}",
                RoomOp.DOCUMENT, "document.update {'update':1}",
                RoomOp.ADMIN, "room.leave {'memberId':'ben'}");
        calls.forEach((op, call) -> {
            String type = call.substring(0, call.indexOf(' '));
            String payload = call.substring(call.indexOf(' ') + 1);
            Guest without = lobby.with("hall", AuthorizeOptions.of(ADA).allowing(RoomOp.READ));
            without.ask("room.join", "{}");
            Guest with = lobby.with("hall", AuthorizeOptions.of(ADA).allowing(RoomOp.READ, op));
            with.ask("room.join", "{}");

            assertThat(without.refusal(type, payload)).as(op.text()).isEqualTo("PERMISSION_DENIED");
            with.ask(type, payload);
        });
    }

    @Test
    void whoMayOnlyReadReadsEverything() {
        Guest ada = lobby.with("hall", AuthorizeOptions.of(ADA).allowing(RoomOp.READ));
        ada.ask("room.join", "{}");

        for (String type :
                List.of("room.metadata", "room.members", "room.history", "room.lifecycle", "document.read")) {
            ada.ask(type, "{}");
        }
        assertThat(ada.refusal("document.awareness", "{'state':{}}")).isEqualTo("PERMISSION_DENIED");
        assertThat(ada.refusal("room.broadcast", "{'type':'said'}")).isEqualTo("PERMISSION_DENIED");
        assertThat(ada.refusal("room.join", "{'presence':{'x':1}}")).isEqualTo("PERMISSION_DENIED");
        assertThat(ada.refusal("room.join", "{'metadata':{'x':1}}")).isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void whoMayOnlyPublishHearsNothing() {
        Guest sensor = lobby.with("hall", AuthorizeOptions.of(ADA).allowing(RoomOp.PUBLISH));
        clock.advance(Duration.ofMillis(300));

        sensor.ask("room.publish", "{'type':'measured'}");
        lobby.room("hall").publish("said", 1);

        assertThat(sensor.refusal("room.history", "{}")).isEqualTo("PERMISSION_DENIED");
        assertThat(sensor.refusal("room.join", "{}")).isEqualTo("PERMISSION_DENIED");
        sensor.ask("room.publish", "{'type':'measured'}");
        assertThat(lobby.rooms().connections()).isZero();
        assertThat(lobby.members("hall")).isEmpty();
    }

    /// Lets time pass when no check of a revocation is on its way, whose deadline would be over: another token's
    /// check follows it through the same mailbox.
    private void pass(Duration time) {
        lobby.with("elsewhere", AuthorizeOptions.of(ADA));
        clock.advance(time);
    }

    @Test
    void aSocketIsWarnedAndThenClosed() {
        Guest ada = lobby.with("hall", AuthorizeOptions.of(ADA).withTtlSeconds(60));
        ada.ask("room.join", "{}");

        pass(Duration.ofSeconds(25));
        lobby.room("hall").publish("said", 1);
        ada.hears("room.message");
        pass(Duration.ofSeconds(5));
        JsonNode warning = ada.hears("room.token-expiring");
        pass(Duration.ofSeconds(25));
        ada.ask("room.publish", "{'type':'still here'}");
        pass(Duration.ofSeconds(5));

        assertThat(warning.path("expiresAt").asString()).isNotEmpty();
        assertThat(ada.closed()).isEqualTo("4401 EXPIRED");
    }

    @Test
    void aRefreshedTokenGoesOn() {
        Guest ada = lobby.with("hall", AuthorizeOptions.of(ADA).withTtlSeconds(60));
        ada.ask("room.join", "{}");
        pass(Duration.ofSeconds(40));
        ada.hears("room.token-expiring");

        JsonNode refreshed = ada.ask(
                "room.refresh", "{'token':'" + lobby.token("hall", "ada").token() + "'}");
        pass(Duration.ofSeconds(100));
        ada.ask("room.publish", "{'type':'said'}");
        ada.hears("room.message");
        pass(Duration.ofSeconds(175));

        assertThat(refreshed.path("expiresAt").asString()).isNotEmpty();
        ada.hears("room.token-expiring");
        pass(Duration.ofSeconds(20));
        pass(Duration.ofSeconds(5));
        assertThat(ada.closed()).isEqualTo("4401 EXPIRED");
    }

    @Test
    void aRefreshMayShortenTheStay() {
        Guest ada = lobby.with("hall", AuthorizeOptions.of(ADA).withTtlSeconds(3600));
        ada.ask("room.join", "{}");
        String shorter = lobby.rooms()
                .room("hall")
                .authorize(AuthorizeOptions.of(ADA).withTtlSeconds(60))
                .token();

        ada.ask("room.refresh", "{'token':'" + shorter + "'}");
        pass(Duration.ofSeconds(30));

        ada.hears("room.token-expiring");
    }

    @Test
    void whatIsAllowedIsWhatTheNewTokenAllows() {
        Guest ada = lobby.with("hall", AuthorizeOptions.of(ADA).allowing(RoomOp.READ));
        ada.ask("room.join", "{}");
        String more = lobby.rooms()
                .room("hall")
                .authorize(AuthorizeOptions.of(ADA).allowing(RoomOp.READ, RoomOp.PUBLISH))
                .token();
        String less = lobby.rooms()
                .room("hall")
                .authorize(AuthorizeOptions.of(ADA).allowing(RoomOp.PUBLISH))
                .token();

        ada.ask("room.refresh", "{'token':'" + more + "'}");
        ada.ask("room.publish", "{'type':'said'}");
        ada.awaits("room.message");
        ada.ask("room.refresh", "{'token':'" + less + "'}");
        ada.ask("room.publish", "{'type':'unheard'}");
        lobby.awaitConnections("hall", 0);

        assertThat(ada.refusal("room.members", "{}")).isEqualTo("PERMISSION_DENIED");
        assertThat(lobby.members("hall")).isEmpty();
    }

    @Test
    void aBadTokenDoesNotRefreshAndDoesNotClose() {
        Guest ada = lobby.in("hall", "ada");

        assertThat(ada.refusal("room.refresh", "{'token':'nonsense'}")).isEqualTo("UNAUTHENTICATED");
        assertThat(ada.refusal(
                        "room.refresh",
                        "{'token':'" + lobby.token("hall", "ben").token() + "'}"))
                .isEqualTo("PERMISSION_DENIED");
        assertThat(ada.refusal(
                        "room.refresh",
                        "{'token':'" + lobby.token("attic", "ada").token() + "'}"))
                .isEqualTo("PERMISSION_DENIED");
        ada.ask("room.publish", "{'type':'said'}");
        assertThat(lobby.app("ada").refusal("room.refresh", "{'room':'hall','token':'x'}"))
                .isEqualTo("FAILED_PRECONDITION");
    }

    @Test
    void aNewNameOfTheSameUserIsNotSomebodyElse() {
        Guest ada = lobby.in("hall", "ada");
        RoomPrincipal renamed = new RoomPrincipal(ADA.kind(), "ada", "ada", null, null, null, "Ada L.");

        ada.ask(
                "room.refresh",
                "{'token':'"
                        + lobby.rooms()
                                .room("hall")
                                .authorize(AuthorizeOptions.of(renamed))
                                .token() + "'}");
        ada.ask("room.publish", "{'type':'said'}");

        assertThat(ada.hears("room.message").at("/message/actor/displayName").asString())
                .isEqualTo("Ada L.");
    }

    @Test
    void whoIsRevokedIsPutOutAndNotLetInAgain() {
        String token = lobby.token("hall", "ada").token();
        Guest ada = lobby.bearing("hall", token);
        ada.ask("room.join", "{}");
        Guest outside = lobby.bearing("hall", token);
        outside.ask("room.join", "{}");
        outside.ask("room.leave", "{}");
        Guest ben = lobby.in("hall", "ben");
        Guest merged = lobby.app("ada");
        merged.ask("room.join", "{'room':'hall'}");

        int closed = lobby.rooms()
                .room("hall")
                .revoke(new RevokeOptions(null, "ada", null))
                .connections();

        assertThat(closed).isEqualTo(3);
        assertThat(ada.closed()).isEqualTo("4403 REVOKED");
        assertThat(outside.closed()).isEqualTo("4403 REVOKED");
        assertThat(merged.closed()).isEqualTo("4403 REVOKED");
        assertThat(lobby.bearing("hall", token).closed()).isEqualTo("4403 REVOKED");
        ben.ask("room.publish", "{'type':'said'}");
        clock.advance(Duration.ofMillis(1));
        lobby.in("hall", "ada");
    }

    @Test
    void aRevokedTokenDoesNotRefresh() {
        Guest ada = lobby.in("hall", "ada");
        String token = lobby.token("hall", "ada").token();
        Guest other = lobby.bearing("hall", token);
        other.ask("room.join", "{}");
        String jti = new String(java.util.Base64.getUrlDecoder().decode(token.split("\\.")[1]))
                .replaceAll(".*\"jti\":\"([^\"]*)\".*", "$1");

        lobby.rooms().room("hall").revoke(new RevokeOptions(jti, null, null));

        assertThat(other.closed()).isEqualTo("4403 REVOKED");
        assertThat(ada.refusal("room.refresh", "{'token':'" + token + "'}")).isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void aRevokedMemberIsPutOutOfThatRoomOnly() {
        Guest here = lobby.in("hall", "ada");
        Guest elsewhere = lobby.in("attic", "ada");

        lobby.rooms().room("hall").revoke(new RevokeOptions(null, null, "ada"));

        assertThat(here.closed()).isEqualTo("4403 REVOKED");
        elsewhere.ask("room.publish", "{'type':'said'}");
    }

    @RoomRow(11)
    @Test
    void aClientCannotChooseItsActor() {
        Guest ada = lobby.in("hall", "ada");

        for (String payload : List.of(
                "{'type':'said','actor':{'kind':'user','userId':'ben'}}",
                "{'type':'said','metadata':{},'actor':null,'userId':'ben'}")) {
            assertThat(ada.refusal("room.publish", payload)).isEqualTo("INVALID_ARGUMENT");
        }
        assertThat(ada.refusal("room.join", "{'memberId':'ben'}")).isEqualTo("PERMISSION_DENIED");
        assertThat(ada.refusal("room.leave", "{'memberId':'ben'}")).isEqualTo("PERMISSION_DENIED");
        Guest merged = lobby.app("cleo");
        assertThat(merged.refusal("room.join", "{'room':'hall','memberId':'ben'}"))
                .isEqualTo("PERMISSION_DENIED");
        assertThat(merged.refusal("room.leave", "{'room':'hall','memberId':'ada'}"))
                .isEqualTo("PERMISSION_DENIED");
        ada.ask("room.publish", "{'type':'said'}");
        assertThat(ada.hears("room.message").at("/message/actor/userId").asString())
                .isEqualTo("ada");
    }

    @RoomRow(11)
    @Test
    void anonymousGuestsAreRefusedUnlessTheyAreAllowed() {
        Guest nobody = lobby.added(RawPeer.open(lobby.stoa().port(), "/ws"));
        assertThat(nobody.refusal("room.join", "{'room':'hall'}")).isEqualTo("UNAUTHENTICATED");
        assertThat(nobody.refusal("room.publish", "{'room':'hall','type':'said'}"))
                .isEqualTo("UNAUTHENTICATED");
        lobby.close();
        lobby = open(Rooms.create(RoomsOptions.named("main").allowingAnonymous()));

        Guest somebody = lobby.added(RawPeer.open(lobby.stoa().port(), "/rooms/room/hall"));
        JsonNode joined = somebody.ask("room.join", "{}");
        somebody.ask("room.publish", "{'type':'said'}");

        assertThat(joined.path("memberId")).isEqualTo(joined.path("clientId"));
        assertThat(somebody.hears("room.message").at("/message/actor/kind").asString())
                .isEqualTo("anonymous");
    }

    @Test
    void anAdministratorJoinsAsSomebodyElseAndStaysThat() {
        Guest ada = lobby.with("hall", AuthorizeOptions.of(ADA).allowing(RoomOp.READ, RoomOp.PRESENCE, RoomOp.ADMIN));

        JsonNode joined = ada.ask("room.join", "{'memberId':'desk'}");
        ada.ask("room.presence", "{'presence':{'open':true}}");

        assertThat(joined.path("memberId").asString()).isEqualTo("desk");
        assertThat(ada.awaits("room.presence").at("/changes/0/memberId").asString())
                .isEqualTo("desk");
        assertThat(ada.refusal("room.join", "{}")).isEqualTo("FAILED_PRECONDITION");
        ada.ask("room.leave", "{'memberId':'desk'}");
        assertThat(ada.ask("room.join", "{}").path("memberId").asString()).isEqualTo("ada");
    }
}
