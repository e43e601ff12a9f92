package dev.stoa.server.room;

import static dev.stoa.server.room.Refusals.refused;
import static dev.stoa.server.room.RoomHouse.ADA;
import static dev.stoa.server.room.RoomHouse.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.store.jdbc.JdbcStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnEachStore
@Timeout(60)
@RoomRow(4)
class PublishingTest {
    private final Keeping keeping;
    private final RoomHouse house;
    private final Room room;

    PublishingTest(Keeping keeping) {
        this.keeping = keeping;
        this.house = keeping.house();
        this.room = house.room("lobby");
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aPublishAnswersWithEverythingAndTheHistoryHasIt() {
        MessageInput input = MessageInput.of("said", Map.of("text", "hi"))
                .withMetadata(Map.of("device", "phone"))
                .by(BEN);

        PublishResult result = room.publish(input);

        assertThat(result.room()).isEqualTo("lobby");
        assertThat(result.kind()).isEqualTo(RoomKind.ROOM);
        assertThat(UUID.fromString(result.messageId()).version()).isEqualTo(7);
        assertThat(result.publishedAt()).isEqualTo(Instant.ofEpochMilli(house.timers.millis()));
        assertThat(result.actor()).isEqualTo(BEN);
        assertThat(result.offset()).isEqualTo(1);
        assertThat(result.epoch()).isNotEmpty();
        assertThat(result.duplicate()).isFalse();
        assertThat(room.history().items())
                .containsExactly(new HistoryMessage(
                        result.messageId(),
                        "lobby",
                        RoomKind.ROOM,
                        "said",
                        RawJson.parse("{\"text\":\"hi\"}"),
                        RawJson.parse("{\"device\":\"phone\"}"),
                        BEN,
                        result.publishedAt(),
                        1,
                        result.epoch()));
    }

    @Test
    void aBroadcastFromJavaIsAPublish() {
        PublishResult result = room.broadcast(MessageInput.of("said", 1));

        assertThat(room.history().items()).extracting(HistoryMessage::messageId).containsExactly(result.messageId());
    }

    @Test
    void aMessageWithoutDataHasNone() {
        room.publish(new MessageInput("ping", null, null, null, null));

        HistoryMessage message = room.history().items().getFirst();
        assertThat(message.data()).isNull();
        assertThat(message.metadata()).isEqualTo(RawJson.EMPTY_OBJECT);
    }

    @Test
    void aChannelPublishesAndKeepsHistory() {
        Channel channel = house.rooms.channel("lobby").as(ADA);

        PublishResult result = channel.publish("news", 1);

        assertThat(result.kind()).isEqualTo(RoomKind.CHANNEL);
        assertThat(channel.history().items()).hasSize(1);
        assertThat(room.history().items()).isEmpty();
    }

    @Test
    void numbersComeOutAsTheyWentIn() {
        room.publish(new MessageInput("n", RawJson.parse("[1.10,1e400,12345678901234567890]"), null, null, null));

        assertThat(room.history().items().getFirst().data()).hasToString("[1.10,1e400,12345678901234567890]");
    }

    @Test
    void whoIsNotKnownMayNotPublish() {
        refused(ErrorCode.UNAUTHENTICATED, () -> house.rooms.room("lobby").publish("said", 1));
    }

    @Test
    void whereAnonymousIsAllowedNobodyMayPublish() {
        try (RoomHouse open = keeping.house(RoomsOptions.named("main").allowingAnonymous())) {
            PublishResult result = open.rooms.room("lobby").publish("said", 1);

            assertThat(result.actor()).isEqualTo(RoomPrincipal.ANONYMOUS);
        }
    }

    // Idempotency

    private static MessageInput keyed(Object data) {
        return MessageInput.of("paid", data).withIdempotencyKey("order-1");
    }

    @Test
    void theSameKeyAnswersWithTheFirstResultAndKeepsNothing() {
        PublishResult first = room.publish(keyed(1));
        house.advance(Duration.ofMinutes(1));

        PublishResult again = room.publish(keyed(1));

        assertThat(again)
                .isEqualTo(new PublishResult(
                        first.room(),
                        first.kind(),
                        first.messageId(),
                        first.publishedAt(),
                        first.actor(),
                        first.offset(),
                        first.epoch(),
                        true));
        assertThat(room.history().items()).hasSize(1);
    }

    @Test
    void theSameKeyWithOtherDataOrTypeIsRefused() {
        room.publish(keyed(1));

        refused(ErrorCode.ALREADY_EXISTS, () -> room.publish(keyed(2)));
        refused(
                ErrorCode.ALREADY_EXISTS,
                () -> room.publish(MessageInput.of("other", 1).withIdempotencyKey("order-1")));
        assertThat(room.history().items()).hasSize(1);
    }

    @Test
    void theOrderOfKeysInTheDataMakesNoDifference() {
        room.publish(new MessageInput("paid", RawJson.parse("{\"a\":1,\"b\":{\"x\":1,\"y\":2}}"), null, "k", null));

        PublishResult again = room.publish(
                new MessageInput("paid", RawJson.parse("{\"b\":{\"y\":2,\"x\":1},\"a\":1}"), null, "k", null));

        assertThat(again.duplicate()).isTrue();
    }

    @Test
    void aKeyIsOfOneRoom() {
        room.publish(keyed(1));

        assertThat(house.room("other").publish(keyed(2)).duplicate()).isFalse();
    }

    @Test
    void aKeyIsForgottenAfterADay() {
        room.publish(keyed(1));
        house.timers.advance(Duration.ofHours(24).minusSeconds(1));
        assertThat(room.publish(keyed(1)).duplicate()).isTrue();

        house.timers.advance(Duration.ofSeconds(2));

        assertThat(room.publish(keyed(2)).duplicate()).isFalse();
        assertThat(room.history().items()).hasSize(2);
    }

    @Test
    void aKeyIsKnownAfterARestart() {
        PublishResult first = room.publish(keyed(1));

        try (RoomHouse next = house.restarted()) {
            PublishResult again = next.room("lobby").publish(keyed(1));

            assertThat(again.duplicate()).isTrue();
            assertThat(again.messageId()).isEqualTo(first.messageId());
        }
    }

    @Test
    void manyAtOnceWithOneKeyPublishOnce(@TempDir Path data) {
        try (RoomHouse sqlite = new RoomHouse(Rooms.create("main"), JdbcStore.sqlite(data))) {
            AsyncRoom paying = sqlite.room("lobby").async();

            List<CompletableFuture<PublishResult>> all = IntStream.range(0, 100)
                    .mapToObj(_ -> paying.publish(keyed(1)))
                    .toList();
            List<PublishResult> results =
                    all.stream().map(CompletableFuture::join).toList();

            assertThat(results).filteredOn(result -> !result.duplicate()).hasSize(1);
            assertThat(results)
                    .extracting(PublishResult::messageId)
                    .containsOnly(results.getFirst().messageId());
            assertThat(sqlite.room("lobby").history().items()).hasSize(1);
        }
    }
}
