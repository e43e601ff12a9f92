package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.AuthorizeResult;
import dev.stoa.protocol.room.MembersOptions;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.Stoa;
import dev.stoa.server.room.Room;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoomSocketsTest {
    private final Rooms rooms = Rooms.create("main");
    private final Stoa stoa =
            Stoa.builder().port(0).rooms(rooms).store(new MemoryStore()).start();

    @AfterEach
    void stop() {
        stoa.close();
    }

    private RawPeer in(String room, String user) {
        AuthorizeResult allowed = rooms.room(room).authorize(AuthorizeOptions.of(RoomPrincipal.user(user)));
        return RawPeer.open(
                stoa.port(),
                "/rooms/room/" + room,
                "Sec-WebSocket-Protocol: " + String.join(", ", allowed.protocols()));
    }

    @Test
    void aSocketIsInItsRoomWithoutAsking() {
        try (RawPeer ada = in("lobby", "ada")) {
            var joined = ada.expect("room.joined").path("payload");

            assertThat(joined.path("memberId").asString()).isEqualTo("ada");
            assertThat(joined.path("recovered").asBoolean()).isFalse();
            assertThat(rooms.room("lobby").members(MembersOptions.all()).members())
                    .extracting(member -> member.memberId())
                    .containsExactly("ada");
        }
    }

    @Test
    void whatIsPublishedReachesEverybodyAndTheHistory() {
        try (RawPeer ada = in("lobby", "ada");
                RawPeer ben = in("lobby", "ben")) {
            ada.expect("room.joined");
            ben.tell(
                    "{'type':'room.publish','meta':{'correlationId':'1'},'payload':{'type':'said','data':{'text':'hi'}}}");
            ben.expect("room.joined");
            ada.until("room.message");
            ben.expect("room.published");
            var message = ben.expect("room.message").path("payload").path("message");

            assertThat(message.path("data").path("text").asString()).isEqualTo("hi");
            assertThat(message.path("actor").path("userId").asString()).isEqualTo("ben");
            assertThat(message.path("offset").asLong()).isEqualTo(1);
            assertThat(rooms.room("lobby").history().items()).hasSize(1);
        }
    }

    @Test
    void whoComesBackGetsWhatItMissedAndThenWhatFollows() {
        Room room = rooms.room("lobby").as(RoomPrincipal.user("server"));
        var first = room.publish("said", 0);
        for (int i = 1; i <= 1000; i++) {
            room.publish("said", i);
        }

        try (RawPeer ada = in("lobby", "ada")) {
            ada.tell("{'type':'room.join','meta':{'correlationId':'1'},'payload':{'recover':{'epoch':'" + first.epoch()
                    + "','offset':1}}}");
            assertThat(ada.expect("room.joined")
                            .path("payload")
                            .path("recovered")
                            .asBoolean())
                    .isTrue();
            room.publish("said", 1001);
            for (int i = 1; i <= 1001; i++) {
                var message = ada.expect("room.message").path("payload").path("message");
                assertThat(message.path("data").asInt()).isEqualTo(i);
                assertThat(message.path("offset").asLong()).isEqualTo(i + 1);
            }
        }
    }
}
