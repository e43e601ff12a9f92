package dev.stoa.client.room;

import static dev.stoa.client.room.RoomSetup.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.client.Recording;
import dev.stoa.protocol.room.LogPosition;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Channels: the stream of a room without its members.
class ChannelTest {
    private final RoomSetup setup = new RoomSetup();
    private final Channel channel = setup.ownChannel().build();
    private final Recording<Long> offsets = new Recording<>();

    ChannelTest() {
        channel.onMessage(message -> offsets.accept(message.offset()));
    }

    @AfterEach
    void close() throws IOException {
        setup.close();
        channel.close();
    }

    @Test
    void subscribersHearWhatIsPublishedAndWhatTheyMissed() {
        var subscribing = channel.subscribeAsync();
        ServerEnd server = setup.opened();
        server.letIn("e1", 3, false);
        assertThat(await(subscribing)).isEqualTo(new LogPosition("e1", 3));
        server.said("e1", 4);
        assertThat(offsets.next()).isEqualTo(4);

        server = setup.reopenedAfterCut(server);
        JsonNode join = server.letIn("e1", 5, true);
        server.said("e1", 5);

        assertThat(join.path("payload").toString()).isEqualTo("{\"recover\":{\"epoch\":\"e1\",\"offset\":4}}");
        assertThat(offsets.next()).isEqualTo(5);
    }

    @Test
    void publishInFlightIsNotLost() {
        var subscribing = channel.subscribeAsync();
        ServerEnd server = setup.opened();
        server.letIn("e1", 3, false);
        await(subscribing);
        var publish = channel.broadcast("said", 1);
        server.next("room.broadcast");

        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 3, true);
        server.published(server.next("room.broadcast"), "e1", 4, false);

        assertThat(await(publish).offset()).isEqualTo(4);
    }

    @Test
    void publisherThatNeverSubscribesIsNotJoinedByAReconnect() {
        var first = channel.publish("said", 1);
        ServerEnd server = setup.opened();
        server.published(server.next("room.publish"), "e1", 1, false);
        await(first);
        var second = channel.publish("said", 2);
        server.next("room.publish");

        server = setup.reopenedAfterCut(server);
        server.published(server.next("room.publish"), "e1", 2, false);

        assertThat(await(second).offset()).isEqualTo(2);
        assertThat(channel.state()).isEqualTo(RoomState.NEW);
    }

    @Test
    void unsubscribingEndsIt() {
        var subscribing = channel.subscribeAsync();
        ServerEnd server = setup.opened();
        server.letIn("e1", 3, false);
        await(subscribing);

        var ending = channel.unsubscribe();
        server.said("e1", 4);
        server.answer(
                server.next("room.leave"),
                "room.left",
                "{\"room\":\"news\",\"kind\":\"channel\",\"memberId\":\"c1\",\"leftAt\":\"2026-11-21T10:00:00Z\"}");
        server.connection().answerClose();

        await(ending);
        assertThat(offsets.isEmpty()).isTrue();
        assertThat(channel.position()).isEmpty();
    }
}
