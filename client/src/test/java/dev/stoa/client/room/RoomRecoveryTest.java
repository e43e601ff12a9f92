package dev.stoa.client.room;

import static dev.stoa.client.room.RoomSetup.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.client.Recording;
import dev.stoa.client.error.RoomEndedException;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.RoomMessages.UpdateEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What was missed comes, once and in order (rooms protocol, section 7).
class RoomRecoveryTest {
    private final RoomSetup setup = new RoomSetup();
    private final Recording<Long> offsets = new Recording<>();
    private final Recording<RoomGap> gaps = new Recording<>();
    private final Room room = setup.own().build();

    RoomRecoveryTest() {
        room.onMessage(message -> offsets.accept(message.offset()));
        room.onGap(gaps);
    }

    @AfterEach
    void close() throws IOException {
        setup.close();
        room.close();
    }

    @Test
    void missedMessagesComeFirstThenLiveOnes() {
        ServerEnd server = setup.joined(room, 10);
        server.said("e1", 11, 12);
        assertThat(heard(2)).containsExactly(11L, 12L);

        server = setup.reopenedAfterCut(server);
        JsonNode join = server.letIn("e1", 15, true);
        server.said("e1", 13, 14, 15, 16);

        assertThat(recover(join)).isEqualTo("{\"epoch\":\"e1\",\"offset\":12}");
        assertThat(heard(4)).containsExactly(13L, 14L, 15L, 16L);
        assertThat(gaps.isEmpty()).isTrue();
    }

    @Test
    void messagesSentTwiceAreHeardOnce() {
        ServerEnd server = setup.joined(room, 10);
        server.said("e1", 11, 12);
        assertThat(heard(2)).containsExactly(11L, 12L);

        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 13, true);
        server.said("e1", 11, 12, 13, 13, 12, 14);

        assertThat(heard(2)).containsExactly(13L, 14L);
        assertThat(offsets.isEmpty()).isTrue();
    }

    @Test
    void jumpingOffsetsAreNoGap() {
        ServerEnd server = setup.joined(room, 10);

        server.said("e1", 20, 400);

        assertThat(heard(2)).containsExactly(20L, 400L);
        assertThat(gaps.isEmpty()).isTrue();
        assertThat(room.position()).contains(new LogPosition("e1", 400));
    }

    @Test
    void cutDuringTheRecoveryGoesOnWhereItWasCut() {
        ServerEnd server = setup.joined(room, 10);
        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 15, true);
        server.said("e1", 11, 12);
        assertThat(heard(2)).containsExactly(11L, 12L);

        server = setup.reopenedAfterCut(server);
        JsonNode join = server.letIn("e1", 15, true);
        server.said("e1", 13, 14, 15);

        assertThat(recover(join)).isEqualTo("{\"epoch\":\"e1\",\"offset\":12}");
        assertThat(heard(3)).containsExactly(13L, 14L, 15L);
    }

    @Test
    void cutBeforeTheAnswerAsksForTheSameAgain() {
        ServerEnd server = setup.joined(room, 10);
        server = setup.reopenedAfterCut(server);
        server.next("room.join");

        server = setup.reopenedAfterCut(server, Duration.ofMillis(600));
        JsonNode join = server.letIn("e1", 11, true);
        server.said("e1", 11);

        assertThat(recover(join)).isEqualTo("{\"epoch\":\"e1\",\"offset\":10}");
        assertThat(heard(1)).containsExactly(11L);
    }

    @Test
    void trimmedLogIsReportedBeforeWhatFollows() {
        List<String> order = new ArrayList<>();
        Recording<String> last = new Recording<>();
        room.onGap(gap -> order.add("gap"));
        room.onMessage(message -> {
            order.add("message " + message.offset());
            last.accept("done");
        });
        ServerEnd server = setup.joined(room, 10);

        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 500, false);
        server.said("e1", 501);

        assertThat(gaps.next())
                .isEqualTo(new RoomGap(
                        RoomGap.Cause.NOT_RECOVERED, new LogPosition("e1", 10), new LogPosition("e1", 500)));
        last.next();
        assertThat(order).containsExactly("gap", "message 501");
    }

    @Test
    void newLifeOfTheRoomIsAGapAndCountsAnew() {
        ServerEnd server = setup.joined(room, 10);

        server = setup.reopenedAfterCut(server);
        server.letIn("e2", 3, false);
        server.said("e2", 4);

        assertThat(gaps.next().upTo()).isEqualTo(new LogPosition("e2", 3));
        assertThat(heard(1)).containsExactly(4L);
        server = setup.reopenedAfterCut(server);
        assertThat(recover(server.next("room.join"))).isEqualTo("{\"epoch\":\"e2\",\"offset\":4}");
    }

    @Test
    void droppedMessagesAreReportedAndNotAskedForAgain() {
        ServerEnd server = setup.joined(room, 10);

        server.event("room.gap", "{\"from\":11,\"to\":14,\"epoch\":\"e1\"}");
        server.said("e1", 15);

        assertThat(gaps.next())
                .isEqualTo(new RoomGap(RoomGap.Cause.DROPPED, new LogPosition("e1", 10), new LogPosition("e1", 14)));
        assertThat(heard(1)).containsExactly(15L);
    }

    @Test
    void gapAtTheEndMovesThePosition() {
        ServerEnd server = setup.joined(room, 10);
        server.event("room.gap", "{\"from\":11,\"to\":14,\"epoch\":\"e1\"}");
        gaps.next();

        server = setup.reopenedAfterCut(server);

        assertThat(recover(server.next("room.join"))).isEqualTo("{\"epoch\":\"e1\",\"offset\":14}");
    }

    @Test
    void updatesAndMessagesShareThePosition() {
        Recording<UpdateEvent> updates = new Recording<>();
        room.onUpdate(updates);
        ServerEnd server = setup.joined(room, 10);
        server.said("e1", 11);
        server.event("document.update", ServerEnd.update("other", 1, 12));
        assertThat(updates.next().offset()).isEqualTo(12);

        server = setup.reopenedAfterCut(server);
        JsonNode join = server.letIn("e1", 14, true);
        server.event("document.update", ServerEnd.update("other", 1, 12));
        server.event("document.update", ServerEnd.update("other", 2, 13));
        server.said("e1", 14);

        assertThat(recover(join)).isEqualTo("{\"epoch\":\"e1\",\"offset\":12}");
        assertThat(updates.next().offset()).isEqualTo(13);
        assertThat(heard(2)).containsExactly(11L, 14L);
        assertThat(updates.isEmpty()).isTrue();
    }

    @Test
    void whatComesBeforeTheJoinIsAnsweredIsNotHeard() {
        var joining = room.joinAsync(JoinOptions.none());
        ServerEnd server = setup.opened();
        JsonNode join = server.next("room.join");
        server.said("e1", 9);
        server.event(
                "room.joined",
                "{\"room\":\"chat\",\"kind\":\"room\",\"memberId\":\"x\",\"clientId\":\"c\","
                        + "\"epoch\":\"e1\",\"offset\":1,\"metadata\":{},\"members\":[],\"count\":0,\"recovered\":false}");
        server.said("e1", 10);
        server.joined(join, "e1", 10, false);
        server.said("e1", 11);

        assertThat(await(joining).memberId()).isEqualTo("ada");
        assertThat(heard(1)).containsExactly(11L);
    }

    @Test
    void applicationGoesOnFromAnEarlierRun() {
        Recording<String> joined = new Recording<>();
        Thread.startVirtualThread(() -> {
            room.join(JoinOptions.none(), new LogPosition("e1", 7));
            joined.accept("in");
        });
        ServerEnd server = setup.opened();
        JsonNode join = server.letIn("e1", 9, true);
        server.said("e1", 8, 9, 10);

        assertThat(recover(join)).isEqualTo("{\"epoch\":\"e1\",\"offset\":7}");
        assertThat(heard(3)).containsExactly(8L, 9L, 10L);
        joined.next();
    }

    @Test
    void rejoinThatIsRefusedForNowIsTriedAgain() {
        ServerEnd server = setup.joined(room, 10);
        server = setup.reopenedAfterCut(server);

        server.answer(server.next("room.join"), "RPC_ERROR", "{\"code\":\"UNAVAILABLE\",\"retryAfterMs\":1700}");
        setup.time.pass(Duration.ofMillis(1700));
        JsonNode join = server.letIn("e1", 11, true);
        server.said("e1", 11);

        assertThat(recover(join)).isEqualTo("{\"epoch\":\"e1\",\"offset\":10}");
        assertThat(heard(1)).containsExactly(11L);
    }

    @ParameterizedTest
    @CsvSource({"PERMISSION_DENIED, FORBIDDEN", "FAILED_PRECONDITION, DESTROYED", "INVALID_ARGUMENT, REFUSED"})
    void rejoinThatIsRefusedForGoodEndsTheRoom(String code, RoomEndedException.Reason reason) {
        Recording<RoomEndedException> ends = new Recording<>();
        room.onEnded(ends);
        ServerEnd server = setup.joined(room, 10);
        server = setup.reopenedAfterCut(server);

        server.refuse(server.next("room.join"), code);

        assertThat(ends.next().reason()).isEqualTo(reason);
        assertThat(room.state()).isEqualTo(RoomState.ENDED);
    }

    @Test
    void messagesOutsideTheLogAreHeardAndMoveNothing() {
        ServerEnd server = setup.joined(room, 10);

        server.said("e1", 0, 11, 0);

        assertThat(heard(3)).containsExactly(0L, 11L, 0L);
        assertThat(room.position()).contains(new LogPosition("e1", 11));
    }

    @Test
    void rejoinWithATokenThatRanOutWaitsForAFreshOne() {
        ServerEnd server = setup.joined(room, 10);
        server = setup.reopenedAfterCut(server);
        server.refuse(server.next("room.join"), "UNAUTHENTICATED");
        server.connection().close(4401);
        setup.time.pass(Duration.ofMillis(600));

        server = setup.opened();
        server.letIn("e1", 11, true);
        server.said("e1", 11);

        assertThat(server.connection().header("Sec-WebSocket-Protocol")).endsWith("bearer.t3");
        assertThat(heard(1)).containsExactly(11L);
    }

    @Test
    void statesTellTheStory() {
        Recording<RoomState> states = new Recording<>();
        room.onState(states);
        ServerEnd server = setup.joined(room, 10);
        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 10, true);

        assertThat(List.of(states.next(), states.next(), states.next(), states.next()))
                .containsExactly(RoomState.JOINING, RoomState.JOINED, RoomState.RECOVERING, RoomState.JOINED);
    }

    @Test
    void aThousandMissedMessagesComeInOrder() {
        ServerEnd server = setup.joined(room, 0);
        server = setup.reopenedAfterCut(server);
        server.letIn("e1", 1000, true);
        long[] missed = java.util.stream.LongStream.rangeClosed(1, 1000).toArray();
        server.said("e1", missed);

        assertThat(heard(1000))
                .containsExactly(java.util.Arrays.stream(missed).boxed().toArray(Long[]::new));
        assertThat(room.position()).contains(new LogPosition("e1", 1000));
    }

    @Test
    void messageArrivesAsPublished() {
        Recording<HistoryMessage> messages = new Recording<>();
        room.onMessage(messages);
        ServerEnd server = setup.joined(room, 0);

        server.said("e1", 1);

        HistoryMessage message = messages.next();
        assertThat(message.type()).isEqualTo("said");
        assertThat(String.valueOf(message.data())).isEqualTo("{\"text\":\"n1\"}");
    }

    private List<Long> heard(int count) {
        List<Long> heard = new ArrayList<>();
        while (heard.size() < count) {
            heard.add(offsets.next());
        }
        return heard;
    }

    private static String recover(JsonNode join) {
        return join.path("payload").path("recover").toString();
    }
}
