package dev.stoa.client.room;

import static dev.stoa.client.room.RoomSetup.await;
import static dev.stoa.client.room.ServerEnd.history;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.client.Recording;
import dev.stoa.client.error.RpcException;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.RoomStatus;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Reading what was said before (rooms protocol, section 3).
class RoomHistoryTest {
    private final RoomSetup setup = new RoomSetup();
    private final Room room = setup.own().build();

    @AfterEach
    void close() throws IOException {
        setup.close();
        room.close();
    }

    @Test
    void pageIsAskedForWithAllItsOptions() {
        ServerEnd server = setup.joined(room, 9);

        var page = room.history(
                HistoryOptions.after(new LogPosition("e1", 4)).withLimit(2).ofTypes("said"));
        JsonNode asked = server.next("room.history");
        server.answer(asked, "room.history.result", history("c1", 5, 6));

        assertThat(asked.path("payload").toString())
                .isEqualTo("{\"limit\":2,\"after\":{\"epoch\":\"e1\",\"offset\":4},\"types\":[\"said\"]}");
        assertThat(await(page).items()).extracting(HistoryMessage::offset).containsExactly(5L, 6L);
    }

    @Test
    void streamReadsPagesAsTheyAreNeeded() {
        ServerEnd server = setup.joined(room, 9);
        Recording<List<Long>> read = new Recording<>();
        Thread.startVirtualThread(
                () -> read.accept(room.messages(HistoryOptions.latest().withLimit(2))
                        .map(HistoryMessage::offset)
                        .limit(4)
                        .toList()));

        server.answer(server.next("room.history"), "room.history.result", history("c1", 9, 8));
        JsonNode second = server.next("room.history");
        server.answer(second, "room.history.result", history("c2", 7, 6));

        assertThat(read.next()).containsExactly(9L, 8L, 7L, 6L);
        assertThat(second.path("payload").toString()).isEqualTo("{\"limit\":2,\"cursor\":\"c1\"}");
    }

    @Test
    void streamEndsAfterTheLastPageAndSkipsEmptyOnes() {
        ServerEnd server = setup.joined(room, 9);
        Recording<List<Long>> read = new Recording<>();
        Thread.startVirtualThread(() -> read.accept(room.messages(HistoryOptions.latest())
                .map(HistoryMessage::offset)
                .toList()));

        server.answer(server.next("room.history"), "room.history.result", history("c1"));
        server.answer(server.next("room.history"), "room.history.result", history(null, 1));

        assertThat(read.next()).containsExactly(1L);
    }

    @Test
    void streamAfterAPositionGoesOnByTheCursorAlone() {
        ServerEnd server = setup.joined(room, 9);
        Recording<List<Long>> read = new Recording<>();
        Thread.startVirtualThread(() -> read.accept(
                room.messages(HistoryOptions.after(new LogPosition("e1", 4)).withLimit(1))
                        .map(HistoryMessage::offset)
                        .toList()));

        server.answer(server.next("room.history"), "room.history.result", history("c1", 5));
        JsonNode second = server.next("room.history");
        server.answer(second, "room.history.result", history(null, 6));

        assertThat(read.next()).containsExactly(5L, 6L);
        assertThat(second.at("/payload/cursor").asString()).isEqualTo("c1");
        assertThat(second.path("payload").has("after")).isFalse();
        assertThat(second.at("/payload/limit").asInt()).isEqualTo(1);
    }

    @Test
    void streamThrowsWhatTheServerSays() {
        ServerEnd server = setup.joined(room, 9);
        Recording<String> thrown = new Recording<>();
        Thread.startVirtualThread(() -> {
            try {
                room.messages(HistoryOptions.latest()).toList();
            } catch (RpcException refused) {
                thrown.accept(refused.code());
            }
        });

        server.refuse(server.next("room.history"), "PERMISSION_DENIED");

        assertThat(thrown.next()).isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void readInFlightIsRepeatedAfterACut() {
        ServerEnd server = setup.joined(room, 9);
        var page = room.history(HistoryOptions.latest());
        server.next("room.history");

        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 9, true);
        server.answer(server.next("room.history"), "room.history.result", history(null, 9));

        assertThat(await(page).items()).hasSize(1);
    }

    @Test
    void lifecycleIsRead() {
        ServerEnd server = setup.joined(room, 9);

        var lifecycle = room.lifecycle();
        server.answer(
                server.next("room.lifecycle"),
                "room.lifecycle.result",
                "{\"room\":\"chat\",\"kind\":\"room\",\"status\":\"active\",\"activeConnections\":3}");

        assertThat(await(lifecycle).status()).isEqualTo(RoomStatus.ACTIVE);
    }
}
