package dev.stoa.client.room;

import static dev.stoa.client.room.RoomSetup.await;
import static dev.stoa.client.room.ServerEnd.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.client.Recording;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.RoomMessages.UpdateEvent;
import dev.stoa.protocol.room.UpdateOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// JSON updates and awareness (rooms protocol, section 8).
class RoomDocumentTest {
    private static final Duration REFRESH = Duration.ofSeconds(15);

    private final RoomSetup setup = new RoomSetup();
    private final Recording<UpdateEvent> updates = new Recording<>();
    private final Room room =
            setup.own().options(RoomOptions.standard().withDevice("pad", 4)).build();

    RoomDocumentTest() {
        room.onUpdate(updates);
    }

    @AfterEach
    void close() throws IOException {
        setup.close();
        room.close();
    }

    @Test
    void updatesCarryTheDeviceAndItsNextClock() {
        ServerEnd server = setup.joined(room, 0);

        var applied = room.applyUpdate(Map.of("n", 1));
        room.applyUpdate(Map.of("n", 2));
        JsonNode first = server.next("document.update");
        JsonNode second = server.next("document.update");
        server.updated(first, "e1", 1, false);

        assertThat(await(applied).offset()).isEqualTo(1);
        assertThat(first.path("payload").toString())
                .isEqualTo("{\"update\":{\"n\":1},\"clientId\":\"pad\",\"clock\":5}");
        assertThat(second.path("payload").path("clock").asInt()).isEqualTo(6);
    }

    @Test
    void devicesAreRandomUnlessNamed() {
        Room other = setup.own().build();
        ServerEnd server = setup.joined(other, 0);

        other.applyUpdate(1);

        JsonNode payload = server.next("document.update").path("payload");
        assertThat(payload.path("clientId").stringValue()).startsWith("id");
        assertThat(payload.path("clock").asInt()).isEqualTo(1);
        server.connection().drop();
        other.close();
    }

    @Test
    void updateInFlightIsSentAgainWithItsClock() {
        ServerEnd server = setup.joined(room, 0);
        var applied = room.applyUpdate(Map.of("n", 1));
        JsonNode first = server.next("document.update");

        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 1, true);
        server.event("document.update", update("pad", 5, 1));
        server.event("document.update", update("other", 5, 2));
        JsonNode second = server.next("document.update");
        server.updated(second, "e1", 1, true);

        assertThat(await(applied).duplicate()).isTrue();
        assertThat(second.path("payload")).isEqualTo(first.path("payload"));
        assertThat(updates.next().clientId()).isEqualTo("other");
        assertThat(updates.isEmpty()).isTrue();
    }

    @Test
    void updateUnderAnotherNameIsNotHeardAfterARecovery() {
        ServerEnd server = setup.joined(room, 0);
        var applied = room.applyUpdate(new UpdateOptions(RawJson.of(1), "twin", 9, null));
        JsonNode sent = server.next("document.update");
        server.updated(sent, "e1", 1, false);
        await(applied);

        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 2, true);
        server.event("document.update", update("twin", 9, 1));
        server.event("document.update", update("twin", 10, 2));

        assertThat(sent.path("payload").path("clientId").stringValue()).isEqualTo("twin");
        assertThat(updates.next().clock()).isEqualTo(10);
    }

    @Test
    void documentIsReadPageAfterPage() {
        ServerEnd server = setup.joined(room, 0);
        Recording<List<Long>> read = new Recording<>();
        Thread.startVirtualThread(() -> read.accept(room.updates(new DocumentOptions(3, 2, null))
                .map(DocumentUpdate::offset)
                .toList()));

        JsonNode first = server.next("document.read");
        server.answer(first, "document.read.result", page("c1", update("a", 4, 1), update("a", 5, 2)));
        JsonNode second = server.next("document.read");
        server.answer(second, "document.read.result", page(null, update("a", 6, 3)));

        assertThat(read.next()).containsExactly(1L, 2L, 3L);
        assertThat(first.path("payload").toString()).isEqualTo("{\"sinceClock\":3,\"limit\":2}");
        assertThat(second.path("payload").toString()).isEqualTo("{\"sinceClock\":3,\"limit\":2,\"cursor\":\"c1\"}");
    }

    @Test
    void awarenessIsKeptUp() {
        ServerEnd server = setup.joined(room, 0);
        tell(server, Map.of("cursor", 3));

        setup.time.pass(REFRESH);
        JsonNode again = server.next("document.awareness");
        setup.time.pass(REFRESH);
        server.next("document.awareness");

        assertThat(again.path("payload").toString()).isEqualTo("{\"clientId\":\"pad\",\"state\":{\"cursor\":3}}");
    }

    @Test
    void awarenessIsToldAnewAfterACut() {
        ServerEnd server = setup.joined(room, 0);
        tell(server, Map.of("cursor", 3));

        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 0, true);

        assertThat(server.next("document.awareness")
                        .path("payload")
                        .path("state")
                        .toString())
                .isEqualTo("{\"cursor\":3}");
    }

    @Test
    void clearedAwarenessIsNotToldAgain() {
        ServerEnd server = setup.joined(room, 0);
        tell(server, Map.of("cursor", 3));
        var cleared = room.clearAwareness();
        JsonNode clearing = server.next("document.awareness");
        server.answer(clearing, "document.awareness-set", awareness("null"));
        await(cleared);

        setup.time.advance(REFRESH);
        room.publish("said", 1);

        assertThat(clearing.path("payload").toString()).isEqualTo("{\"clientId\":\"pad\",\"state\":null}");
        server.next("room.publish");
    }

    @Test
    void awarenessOfOthersIsHeardAndOnesOwnIsNot() {
        Recording<String> heard = new Recording<>();
        room.onAwareness(event -> heard.accept(event.clientId() + " " + event.state()));
        ServerEnd server = setup.joined(room, 0);

        server.event("document.awareness", "{\"clientId\":\"pad\",\"state\":{}}");
        server.event("document.awareness", "{\"clientId\":\"phone\",\"state\":null}");

        assertThat(heard.next()).isEqualTo("phone null");
    }

    private void tell(ServerEnd server, Object state) {
        var told = room.setAwareness(state);
        server.answer(server.next("document.awareness"), "document.awareness-set", awareness("{\"cursor\":3}"));
        await(told);
    }

    private static String awareness(String state) {
        return "{\"room\":\"chat\",\"kind\":\"room\",\"clientId\":\"pad\",\"updatedAt\":\"2026-11-21T10:00:00Z\",\"state\":"
                + state + "}";
    }

    private static String page(String cursor, String... updates) {
        return "{\"room\":\"chat\",\"kind\":\"room\",\"updates\":[" + String.join(",", updates) + "],\"awareness\":[]"
                + (cursor == null ? "" : ",\"cursor\":\"" + cursor + "\"") + "}";
    }
}
