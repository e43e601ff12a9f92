package dev.stoa.server.room;

import static dev.stoa.server.room.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.PresenceOptions;
import dev.stoa.protocol.room.RoomPrincipal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Each limit has an error of its own, and the room goes on.
@OnEachStore
@Timeout(60)
@RoomRow(13)
class LimitsTest {
    private final RoomHouse house;
    private final Room room;

    LimitsTest(Keeping keeping) {
        this.house = keeping.house(
                RoomsOptions.named("main").withLimits(RoomLimits.usual().withMaxMembers(3)));
        this.room = house.room("lobby");
    }

    @AfterEach
    void close() {
        assertThat(room.publish("still", "here").offset()).isPositive();
        house.close();
    }

    private ProtocolException tooLarge(int limit, Runnable operation) {
        ProtocolException refusal = refused(ErrorCode.INVALID_ARGUMENT, operation::run);
        assertThat(refusal).hasMessageContaining("exceeds " + limit);
        return refusal;
    }

    private static String text(int length) {
        return "x".repeat(length);
    }

    @Test
    void aMessageHas64KibibytesOfDataAndMetadata() {
        room.publish("said", text(64 * 1024 - 2));

        ProtocolException refusal = tooLarge(65_536, () -> room.publish("said", text(64 * 1024 - 1)));
        assertThat(refusal.details()).isEqualTo(Map.of("size", 65_537, "limit", 65_536));
        tooLarge(
                65_536,
                () -> room.publish(MessageInput.of("said", text(60_000)).withMetadata(Map.of("m", text(10_000)))));
        tooLarge(65_536, () -> room.publish("said", "€".repeat(30_000)));
    }

    @Test
    void aTypeHas128CharactersAndAKey256() {
        room.publish(text(128), 1);
        room.publish("𝄞".repeat(128), 1);
        room.publish(MessageInput.of("said", 1).withIdempotencyKey("𝄞".repeat(256)));

        tooLarge(128, () -> room.publish(text(129), 1));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.publish("", 1));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.publish("a\u0000b", 1));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.publish("a\uD800b", 1));
        tooLarge(256, () -> room.publish(MessageInput.of("said", 1).withIdempotencyKey(text(257))));
        refused(
                ErrorCode.INVALID_ARGUMENT,
                () -> room.publish(MessageInput.of("said", 1).withIdempotencyKey("")));
    }

    @Test
    void metadataHas16KibibytesAlsoOnceMerged() {
        room.metadata(Map.of("a", text(10_000)));

        tooLarge(16_384, () -> room.metadata(Map.of("b", text(10_000))));
        tooLarge(16_384, () -> room.metadata(Map.of("b", text(17_000))));
        tooLarge(16_384, () -> room.join(JoinOptions.none().withMetadata(Map.of("b", text(17_000)))));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.metadata(List.of(1)));
        assertThat(room.metadata().metadata().tree().size()).isEqualTo(1);
    }

    @Test
    void presenceHas4KibibytesAlsoOnceMerged() {
        room.join(JoinOptions.none().withPresence(Map.of("a", text(3_000))));

        tooLarge(4_096, () -> room.presence(Map.of("b", text(3_000))));
        tooLarge(4_096, () -> room.presence(Map.of("b", text(5_000))));
        tooLarge(4_096, () -> room.join(JoinOptions.none().withPresence(Map.of("b", text(5_000)))));
        tooLarge(
                4_096,
                () -> room.authorize(
                        new AuthorizeOptions(null, null, RawJson.of(Map.of("b", text(5_000))), null, null, null)));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.presence(PresenceOptions.of("ada", 1)));
        assertThat(room.members().members().getFirst().presence().tree().size()).isEqualTo(1);
    }

    @Test
    void aRoomHasOnlySoManyMembersAndTheyCanRefresh() {
        room.join(JoinOptions.as("a"));
        room.join(JoinOptions.as("b"));
        room.join(JoinOptions.as("c"));

        assertThat(refused(ErrorCode.RESOURCE_EXHAUSTED, () -> room.join(JoinOptions.as("d"))))
                .hasMessageContaining("3 members");
        refused(ErrorCode.RESOURCE_EXHAUSTED, () -> room.coordinator().join("d"));
        room.join(JoinOptions.as("a"));
        room.leave(dev.stoa.protocol.room.LeaveOptions.of("b"));
        room.join(JoinOptions.as("d"));
    }

    @Test
    void jsonIsNested64Deep() {
        String deepest = "[".repeat(64) + "]".repeat(64);
        room.publish(new MessageInput("said", RawJson.parse(deepest), null, null, null));

        RawJson deeper = RawJson.parse("[" + deepest + "]");
        tooLarge(64, () -> room.publish(new MessageInput("said", deeper, null, null, null)));
        tooLarge(64, () -> room.metadata(Map.of("a", RawJson.parse(deepest))));
        tooLarge(64, () -> room.applyUpdate(dev.stoa.protocol.room.UpdateOptions.of(deeper)));
        tooLarge(64, () -> room.coordinator().setRoomState("a", deeper));
    }

    @Test
    void namesHave256CharactersWithoutControlCharacters() {
        house.room(text(256)).publish("said", 1);
        house.room("∆ 𝄞 / ? # %2e ..").publish("said", 1);
        assertThat(house.room("∆ 𝄞 / ? # %2e ..").history().items()).hasSize(1);

        for (String name : List.of("", text(257), "a\nb", "a\u0000b", "a\u007Fb", "a\u0085b", "\uDC00")) {
            refused(ErrorCode.INVALID_ARGUMENT, () -> house.rooms.room(name));
            refused(ErrorCode.INVALID_ARGUMENT, () -> house.rooms.channel(name));
        }
    }

    @Test
    void actorsAndMembersHaveNamesOfABoundedLength() {
        RoomPrincipal long1 = RoomPrincipal.user(text(257));

        tooLarge(256, () -> room.as(long1).publish("said", 1));
        tooLarge(256, () -> room.as(long1).join());
        tooLarge(256, () -> room.join(JoinOptions.as(text(257))));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.join(JoinOptions.as("")));
    }

    @Test
    void dataThatIsNoJsonIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageInput.of("said", new Object() {
                    @SuppressWarnings("unused")
                    public Object getSelf() {
                        return this;
                    }
                }));
    }

    @Test
    void impossibleOptionsAreRefusedAtOnce() {
        RoomsOptions usual = RoomsOptions.named("main");

        assertThatIllegalArgumentException().isThrownBy(() -> RoomsOptions.named("a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> usual.withHistoryLimit(1001));
        assertThatIllegalArgumentException().isThrownBy(() -> usual.withPresenceTtl(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> usual.withHookTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> usual.withIdempotencyTtl(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> usual.withDatabaseName("../other"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Retention(0, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Observability(true, true, true, 1.5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lifecycle(Duration.ofSeconds(-1), Duration.ZERO, false));
    }
}
