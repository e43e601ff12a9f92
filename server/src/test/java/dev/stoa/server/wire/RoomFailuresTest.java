package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorPayload;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.LogLines;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.room.RoomRow;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import dev.stoa.server.router.Dispatch;
import dev.stoa.server.router.Router;
import dev.stoa.server.simulation.ForwardingStore;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.Write;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What sockets see when a room cannot keep what was said, or the server goes.
class RoomFailuresTest {
    private final BrittleStore store = new BrittleStore();
    private final Lobby lobby = Lobby.open(Rooms.create("main"), settings -> settings.store(store));

    @AfterEach
    void stop() {
        store.broken = false;
        lobby.close();
    }

    /// Fails every write while it is broken.
    private static final class BrittleStore extends ForwardingStore {
        private volatile boolean broken;

        BrittleStore() {
            super(new MemoryStore());
        }

        @Override
        public void write(Write write, Consumer<Outcome> done) {
            if (broken) {
                done.accept(new Outcome.Failed(new StoreException("the disk is full")));
            } else {
                super.write(write, done);
            }
        }
    }

    @Test
    void whatIsNotKeptIsHeardByNobody() {
        Guest ada = lobby.in("hall", "ada");
        Guest ben = lobby.in("hall", "ben");
        ada.hears("room.member");

        store.broken = true;
        assertThat(ben.refusal("room.publish", "{'type':'lost'}")).isEqualTo("UNAVAILABLE");
        store.broken = false;
        ben.ask("room.publish", "{'type':'kept'}");
        JsonNode message = ada.hears("room.message").path("message");

        assertThat(message.path("type").asString()).isEqualTo("kept");
        assertThat(message.path("offset").asLong()).isEqualTo(1);
    }

    @Test
    void refusalsCarryNoHintThatTheirCodeForbids() {
        try (LogLines warnings = LogLines.of(ErrorPayload.class)) {
            Guest ada = lobby.in("hall", "ada");
            Guest passing = lobby.with(
                    "hall", AuthorizeOptions.of(RoomPrincipal.user("eve")).allowing(RoomOp.READ));
            passing.ask("room.join", "{}");

            assertThat(ada.refusal("room.publish", "{'type':''}")).isEqualTo("INVALID_ARGUMENT");
            assertThat(passing.refusal("room.publish", "{'type':'said'}")).isEqualTo("PERMISSION_DENIED");
            ada.ask("room.leave", "{}");
            assertThat(ada.refusal("room.presence", "{'presence':{}}")).isEqualTo("FAILED_PRECONDITION");

            assertThat(warnings.lines()).isEmpty();
        }
    }

    @Test
    void whoCouldNotBeLetInLeavesNothingBehind() {
        Guest ada = lobby.in("hall", "ada");
        store.broken = true;

        Guest stranger = lobby.at("hall", "ben");
        assertThat(stranger.refusal("room.join", "{}")).isEqualTo("UNAVAILABLE");
        assertThat(stranger.closed()).startsWith("1012 ").contains("retryAfterMs");
        Guest second = lobby.at("hall", "ada");
        assertThat(second.refusal("room.join", "{}")).isEqualTo("UNAVAILABLE");
        second.closed();
        Guest merged = lobby.app("ada");
        assertThat(merged.refusal("room.join", "{'room':'hall'}")).isEqualTo("UNAVAILABLE");
        store.broken = false;

        lobby.awaitConnections("hall", 1);
        assertThat(lobby.members("hall")).containsExactly("ada");
        merged.ask("room.join", "{'room':'hall'}");
        lobby.room("hall").publish("said", 1);
        assertThat(merged.hears("room.message").at("/message/data").asInt()).isEqualTo(1);
        assertThat(ada.awaits("room.message").at("/message/data").asInt()).isEqualTo(1);
    }

    @Test
    void whoGoesWhileNothingIsKeptIsGoneAllTheSame() {
        Guest witness = lobby.in("hall", "witness");
        Guest ada = lobby.in("hall", "ada");

        store.broken = true;
        ada.leave(1000);
        Awaitility.await().until(() -> lobby.stoa().sessions().count() == 1);
        assertThat(witness.refusal("room.publish", "{'type':'lost'}")).isEqualTo("UNAVAILABLE");
        store.broken = false;

        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> {
            lobby.room("hall").publish("said", 1);
            return lobby.rooms().connections() == 1;
        });
        assertThat(witness.awaits("room.message").at("/message/data").asInt()).isEqualTo(1);
    }

    @RoomRow(6)
    @Test
    void aFailedCommitIsNoHoleInWhatIsRecovered() {
        PublishResult known = lobby.room("hall").publish("said", 0);
        for (int i = 1; i <= 20; i++) {
            lobby.room("hall").publish("said", i);
            store.broken = true;
            assertThat(lobby.app("ben").refusal("room.publish", "{'room':'hall','type':'lost'}"))
                    .isEqualTo("UNAVAILABLE");
            store.broken = false;
        }

        Guest ada = lobby.at("hall", "ada");
        JsonNode joined =
                ada.ask("room.join", "{'recover':{'epoch':'" + known.epoch() + "','offset':" + known.offset() + "}}");

        assertThat(joined.path("recovered").asBoolean()).isTrue();
        for (int i = 1; i <= 20; i++) {
            JsonNode message = ada.hears("room.message").path("message");
            assertThat(message.path("data").asInt()).isEqualTo(i);
            assertThat(message.path("offset").asInt()).isEqualTo(i + 1);
        }
    }

    @Test
    void aStoppingServerSaysWhenToComeBack() throws InterruptedException {
        Guest ada = lobby.in("hall", "ada");
        Thread stopping = Thread.ofVirtual().start(lobby.stoa()::close);

        assertThat(ada.closed()).isEqualTo("1012 {\"retryAfterMs\":500}");
        stopping.join();
    }

    /// A socket behind an event loop that cannot keep up must not go on with a hole.
    @Test
    void whoCannotBeToldIsSentBackToCatchUp() throws InterruptedException {
        var entered = new CountDownLatch(1);
        var free = new CountDownLatch(1);
        Router blocking = Router.create();
        blocking.route(MessageType.of("BLOCK", Void.class))
                .dispatch(Dispatch.INLINE)
                .on(_ -> {
                    entered.countDown();
                    free.await(20, TimeUnit.SECONDS);
                });
        Rooms rooms = Rooms.create(RoomsOptions.named("main")
                .withLimits(RoomsOptions.named("main").limits().withMaxMessageBytes(2 << 20)));
        try (Lobby busy =
                Lobby.open(rooms, settings -> settings.loops(1).endpoint("/block", RouterEndpoint.of(blocking)))) {
            Guest ada = busy.with("hall", AuthorizeOptions.of(RoomPrincipal.user("ada")));
            String epoch = ada.ask("room.join", "{}").path("epoch").asString();
            RawPeer blocker = RawPeer.open(busy.stoa().port(), "/block");
            blocker.tell("{'type':'BLOCK'}");
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            String large = "x".repeat(2_000_000);
            for (int i = 0; i < 40; i++) {
                busy.room("hall").publish("said", large);
            }
            free.countDown();

            assertThat(ada.closed()).isEqualTo("1012 {\"retryAfterMs\":1000}");
            blocker.close();
            Guest again = busy.in("hall", "ada");
            JsonNode page = again.ask("room.history", "{'after':{'epoch':'" + epoch + "','offset':39},'limit':1}");
            assertThat(page.at("/items/0/offset").asInt()).isEqualTo(40);
        }
    }
}
