package dev.stoa.client.room;

import static dev.stoa.client.room.RoomSetup.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.stoa.client.ClientFault;
import dev.stoa.client.Reconnect;
import dev.stoa.client.Recording;
import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ConnectionClosedException;
import dev.stoa.client.error.RequestTimeoutException;
import dev.stoa.client.error.RpcException;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RoomPrincipal;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Publishing until it is durable, over as many connections as it takes (rooms protocol, section 3).
class RoomPublishTest {
    private final RoomSetup setup = new RoomSetup();
    private final Room room = setup.own().build();

    record Said(String text) {}

    @AfterEach
    void close() throws IOException {
        setup.close();
        room.close();
    }

    @Test
    void publishCompletesWhenTheServerSaysThatItIsDurable() {
        ServerEnd server = setup.joined(room, 0);

        CompletableFuture<PublishResult> publish = room.publish("said", new Said("hello"));
        JsonNode frame = server.next("room.publish");
        assertThat(publish).isNotDone();
        server.published(frame, "e1", 1, false);

        assertThat(await(publish).offset()).isEqualTo(1);
        assertThat(frame.path("payload").path("data").toString()).isEqualTo("{\"text\":\"hello\"}");
        assertThat(frame.path("payload").has("room")).isFalse();
        assertThat(frame.path("payload").path("idempotencyKey").isString()).isTrue();
    }

    @Test
    void publishInFlightIsSentAgainWithItsKeyAfterTheRejoin() {
        ServerEnd server = setup.joined(room, 0);
        var publish = room.publish("said", new Said("hello"));
        JsonNode first = server.next("room.publish");

        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 1, true);
        JsonNode second = server.next("room.publish");
        server.published(second, "e1", 1, true);

        assertThat(second.path("payload")).isEqualTo(first.path("payload"));
        assertThat(await(publish).duplicate()).isTrue();
    }

    @Test
    void publishesKeepTheirOrderOverACut() {
        ServerEnd server = setup.joined(room, 0);
        room.publish("said", 1);
        room.broadcast("said", 2);
        server.next("room.publish");
        server.next("room.broadcast");
        server.connection().cut();
        setup.time.pass(RoomSetup.FIRST_RETRY);
        room.publish("said", 3);
        server = setup.opened();
        JsonNode join = server.next("room.join");
        room.publish("said", 4);

        server.joined(join, "e1", 0, true);

        assertThat(data(server.next("room.publish"))).isEqualTo(1);
        assertThat(data(server.next("room.broadcast"))).isEqualTo(2);
        assertThat(data(server.next("room.publish"))).isEqualTo(3);
        assertThat(data(server.next("room.publish"))).isEqualTo(4);
    }

    @Test
    void keyOfTheApplicationIsKept() {
        ServerEnd server = setup.joined(room, 0);

        room.publish(MessageInput.of("said", 1).withIdempotencyKey("mine"));

        assertThat(server.next("room.publish")
                        .path("payload")
                        .path("idempotencyKey")
                        .stringValue())
                .isEqualTo("mine");
    }

    @Test
    void withoutResendingTheCutFailsThePublish() {
        Room careful =
                setup.own().options(RoomOptions.standard().withResending(false)).build();
        ServerEnd server = setup.joined(careful, 0);
        var publish = careful.publish("said", 1);
        assertThat(server.next("room.publish").path("payload").has("idempotencyKey"))
                .isFalse();

        server.connection().cut();

        assertThat(failure(publish)).isInstanceOf(ConnectionClosedException.class);
        careful.close();
    }

    @Test
    void metadataInFlightFailRatherThanUndoAnothersChange() {
        ServerEnd server = setup.joined(room, 0);
        var change = room.updateMetadata(java.util.Map.of("topic", "coffee"));
        server.next("room.metadata");

        server.connection().cut();

        assertThat(failure(change)).isInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void metadataAskedForMeanwhileWaitsForTheRejoin() {
        ServerEnd server = setup.joined(room, 0);
        server.connection().cut();
        setup.time.pass(RoomSetup.FIRST_RETRY);
        room.updateMetadata(java.util.Map.of("topic", "coffee"));
        server = setup.opened();

        server.letIn("e1", 0, true);

        assertThat(server.next("room.metadata").path("payload").toString())
                .isEqualTo("{\"metadata\":{\"topic\":\"coffee\"}}");
    }

    @Test
    void errorOfTheServerFailsThePublishOnce() {
        ServerEnd server = setup.joined(room, 0);
        var publish = room.publish("said", 1);

        server.refuse(server.next("room.publish"), "RESOURCE_EXHAUSTED");

        assertThat(failure(publish)).isInstanceOf(RpcException.class);
        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 0, true);
        room.publish("said", 2);
        assertThat(data(server.next("room.publish"))).isEqualTo(2);
    }

    @Test
    void publishThatIsNeverAnsweredFailsInTime() {
        ServerEnd server = setup.joined(room, 0);
        server.connection().cut();
        setup.time.pass(RoomSetup.FIRST_RETRY);
        var publish = room.publish("said", 1);
        setup.opened().next("room.join");

        setup.time.advance(Duration.ofSeconds(30));

        assertThat(failure(publish)).isInstanceOf(RequestTimeoutException.class);
    }

    @Test
    void onlySoManyOperationsWait() {
        Room small =
                setup.own().options(RoomOptions.standard().withPendingLimit(2)).build();
        ServerEnd server = setup.joined(small, 0);
        small.publish("said", 1);
        small.publish("said", 2);

        var third = small.publish("said", 3);

        assertThat(failure(third))
                .isInstanceOf(ClientStateException.class)
                .hasMessage("as many operations as allowed wait in room chat: 2");
        server.published(server.next("room.publish"), "e1", 1, false);
        server.connection().drop();
        small.close();
    }

    @Test
    void cancelledPublishIsNotSentAgain() {
        ServerEnd server = setup.joined(room, 0);
        var publish = room.publish("said", 1);
        server.next("room.publish");

        publish.cancel(false);
        server.next("$ws:abort");
        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 0, true);
        room.publish("said", 2);

        assertThat(data(server.next("room.publish"))).isEqualTo(2);
    }

    @Test
    void ownBroadcastIsNotHeardAfterARecovery() {
        Recording<Long> offsets = new Recording<>();
        room.onMessage(message -> offsets.accept(message.offset()));
        ServerEnd server = setup.joined(room, 0);
        var broadcast = room.broadcast("said", 1);
        server.published(server.next("room.broadcast"), "e1", 2, false);
        await(broadcast);

        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 3, true);
        server.said("e1", 1, 2, 3);

        assertThat(offsets.next()).isEqualTo(1);
        assertThat(offsets.next()).isEqualTo(3);
    }

    @Test
    void withoutComingBackThePublishFailsAtOnce() {
        Room once = setup.own()
                .connection(settings -> settings.reconnect(Reconnect.off()))
                .build();
        ServerEnd server = setup.joined(once, 0);
        var publish = once.publish("said", 1);
        server.next("room.publish");

        server.connection().cut();

        assertThat(failure(publish)).isInstanceOf(ConnectionClosedException.class);
        once.close();
    }

    @Test
    void publishingConnectsByItself() {
        Channel channel = setup.ownChannel().build();

        var publish = channel.publish("said", 1);
        ServerEnd server = setup.opened();
        server.published(server.next("room.publish"), "e1", 1, false);

        assertThat(server.connection().target()).isEqualTo("/rooms/channel/news");
        assertThat(await(publish).offset()).isEqualTo(1);
        channel.close();
    }

    @Test
    void typedCallbackGetsTheDataOfItsType() {
        Recording<String> texts = new Recording<>();
        Recording<ClientFault> faults = new Recording<>();
        room.on("said", Said.class, (said, message) -> texts.accept(said.text() + " at " + message.offset()));
        room.on("other", Said.class, (said, message) -> texts.accept("wrong"));
        room.on("said", RoomOptions.class, (said, message) -> texts.accept("wrong"));
        room.onError(faults);
        ServerEnd server = setup.joined(room, 0);

        server.said("e1", 1);

        assertThat(texts.next()).isEqualTo("n1 at 1");
        assertThat(faults.next().message()).contains("message m1 of type said does not fit");
        assertThat(texts.isEmpty()).isTrue();
    }

    @Test
    void clientCannotNameItsActor() {
        RoomPrincipal actor = RoomPrincipal.user("eve");

        assertThatThrownBy(() -> room.publish(MessageInput.of("said", 1).by(actor)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> room.join(JoinOptions.by(actor))).isInstanceOf(IllegalArgumentException.class);
    }

    private static int data(JsonNode publish) {
        return publish.path("payload").path("data").asInt();
    }

    static Throwable failure(CompletableFuture<?> future) {
        Throwable thrown = catchThrowable(() -> await(future));
        return thrown instanceof CompletionException wrapped ? wrapped.getCause() : thrown;
    }
}
