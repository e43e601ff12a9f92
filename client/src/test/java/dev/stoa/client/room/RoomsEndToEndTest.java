package dev.stoa.client.room;

import static dev.stoa.client.room.RoomSetup.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.client.Reconnect;
import dev.stoa.client.Recording;
import dev.stoa.client.StoaClient;
import dev.stoa.client.TokenPlacement;
import dev.stoa.client.error.RoomEndedException;
import dev.stoa.client.error.RoomEndedException.Reason;
import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RevokeOptions;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.rooms.RoomsEndpoint;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.Authenticator;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.room.RoomRoutes;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.router.Router;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rooms of the client and the real server, over a network that breaks.
class RoomsEndToEndTest {
    private static final int MISSED = 1000;
    /// One more than the server replays.
    private static final int TOO_MANY = 10_001;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path data;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Rooms rooms;
    private Stoa stoa;

    record Said(int n) {}

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable thing : open.reversed()) {
            thing.close();
        }
        stoa.close();
    }

    @Test
    void aThousandMissedMessagesComeOnceAndInOrderThenLiveOnes() {
        start();
        BreakableNetwork network = network();
        Recording<Integer> heard = new Recording<>();
        Room bob = member(network, "bob");
        bob.on("said", Said.class, (said, message) -> heard.accept(said.n()));
        bob.join();
        Room ada = member(network(), "ada");
        await(ada.publish("said", new Said(0)));
        assertThat(heard.next()).isZero();

        network.breakDown();
        publish(ada, 1, MISSED);
        network.mend(stoa.port());
        await(ada.publish("said", new Said(MISSED + 1)));

        assertThat(next(heard, MISSED + 1)).containsExactlyElementsOf(range(1, MISSED + 1));
        assertThat(heard.isEmpty()).isTrue();
    }

    @Test
    void whoMissedMoreThanTheServerReplaysIsToldSoGoesOnLiveAndReadsTheRest() {
        start();
        BreakableNetwork network = network();
        Recording<Integer> heard = new Recording<>();
        Recording<RoomGap> gaps = new Recording<>();
        Room bob = member(network, "bob");
        bob.on("said", Said.class, (said, message) -> heard.accept(said.n()));
        bob.onGap(gaps);
        bob.join();
        PublishResult known = host("chat").publish("said", new Said(0));
        assertThat(heard.next()).isZero();

        network.breakDown();
        PublishResult last = hostPublishes(1, TOO_MANY);
        network.mend(stoa.port());

        assertThat(gaps.next())
                .isEqualTo(new RoomGap(
                        RoomGap.Cause.NOT_RECOVERED,
                        new LogPosition(known.epoch(), known.offset()),
                        new LogPosition(last.epoch(), last.offset())));
        host("chat").publish("said", new Said(TOO_MANY + 1));
        assertThat(heard.next()).isEqualTo(TOO_MANY + 1);
        List<Integer> reloaded = bob.messages(HistoryOptions.after(new LogPosition(known.epoch(), known.offset()))
                        .withLimit(1000))
                .limit(TOO_MANY)
                .map(message -> message.data().as(Said.class).n())
                .toList();
        assertThat(reloaded).isEqualTo(range(1, TOO_MANY));
        assertThat(gaps.isEmpty()).isTrue();
    }

    /// Publishes with no more in flight than a room's mailbox takes.
    private PublishResult hostPublishes(int from, int to) {
        List<CompletableFuture<PublishResult>> inFlight = new ArrayList<>();
        PublishResult last = null;
        for (int n = from; n <= to; n++) {
            inFlight.add(host("chat").async().publish(MessageInput.of("said", new Said(n))));
            if (inFlight.size() == 500 || n == to) {
                for (CompletableFuture<PublishResult> publish : inFlight) {
                    last = await(publish);
                }
                inFlight.clear();
            }
        }
        return last;
    }

    @Test
    void serverThatRestartsLosesAndDoublesNothing() {
        start();
        BreakableNetwork network = network();
        Recording<Integer> heard = new Recording<>();
        Recording<RoomGap> gaps = new Recording<>();
        Room bob = member(network, "bob");
        bob.on("said", Said.class, (said, message) -> heard.accept(said.n()));
        bob.onGap(gaps);
        bob.join();
        Room ada = member(network, "ada");
        ada.join();
        List<CompletableFuture<PublishResult>> publishes = new ArrayList<>();
        for (int n = 1; n <= MISSED; n++) {
            publishes.add(ada.publish("said", new Said(n)));
            if (n == MISSED / 2) {
                network.breakDown();
                stoa.close();
                start();
                network.mend(stoa.port());
            }
        }

        publishes.forEach(publish ->
                publish.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());

        assertThat(next(heard, MISSED)).containsExactlyElementsOf(range(1, MISSED));
        assertThat(heard.isEmpty()).isTrue();
        assertThat(gaps.isEmpty()).isTrue();
        assertThat(bob.messages(HistoryOptions.latest().withLimit(300))
                        .map(HistoryMessage::data)
                        .map(data -> data.as(Said.class).n())
                        .toList()
                        .reversed())
                .containsExactlyElementsOf(range(1, MISSED));
    }

    @Test
    void presenceAndMembersAreSeenByTheOthers() {
        start();
        Recording<String> events = new Recording<>();
        BreakableNetwork network = network();
        Room bob = member(network, "bob");
        bob.onMember(
                change -> events.accept(change.event() + " " + change.member().memberId()));
        bob.onPresence(change -> events.accept(change.memberId() + " " + change.presence()));
        bob.join();
        Room ada = member(network(), "ada");
        ada.join(JoinOptions.none().withMetadata(Map.of("role", "host")).withPresence(Map.of("mood", "good")));
        assertThat(events.next()).isEqualTo("JOINED ada");

        await(ada.updatePresence(Map.of("typing", true)));

        assertThat(events.next()).isEqualTo("ada {\"mood\":\"good\",\"typing\":true}");
        network.breakDown();
        ada.close();
        network.mend(stoa.port());
        assertThat(events.next()).isEqualTo("LEFT ada");
        assertThat(bob.members().list()).extracting(Member::memberId).containsExactly("bob");
    }

    @Test
    void updatesOfTheDocumentAreRecoveredToo() {
        start();
        BreakableNetwork network = network();
        Recording<String> heard = new Recording<>();
        Room bob = member(network, "bob");
        bob.onUpdate(update -> heard.accept("update " + update.update()));
        bob.onMessage(message -> heard.accept("message " + message.data()));
        bob.join();
        Room ada = member(network(), "ada");
        ada.join();

        network.breakDown();
        await(ada.applyUpdate(1));
        await(ada.publish("said", 2));
        await(ada.applyUpdate(3));
        CompletableFuture<?> own = bob.applyUpdate(4);
        network.mend(stoa.port());
        await(own);
        await(ada.publish("said", 5));

        assertThat(List.of(heard.next(), heard.next(), heard.next(), heard.next()))
                .containsExactly("update 1", "message 2", "update 3", "message 5");
        assertThat(ada.updates(DocumentOptions.all())
                        .map(DocumentUpdate::update)
                        .map(Object::toString))
                .containsExactlyInAnyOrder("1", "3", "4");
    }

    @Test
    void awarenessComesAndGoes() {
        start();
        Recording<String> heard = new Recording<>();
        Room bob = member(network(), "bob");
        bob.onAwareness(event -> heard.accept(String.valueOf(event.state())));
        bob.join();
        Room ada = member(network(), "ada");
        ada.join();

        await(ada.setAwareness(Map.of("cursor", 3)));
        await(ada.clearAwareness());

        assertThat(heard.next()).isEqualTo("{\"cursor\":3}");
        assertThat(heard.next()).isEqualTo("null");
    }

    @Test
    void manyRoomsAndAChannelShareASocket() {
        start();
        BreakableNetwork network = network();
        StoaClient client = opened(StoaClient.builder(network.origin() + "/ws")
                .token(() -> "dev:ada")
                .reconnect(quick())
                .open());
        Recording<String> heard = new Recording<>();
        Room chat = client.room("chat");
        Room den = client.room("den");
        Channel news = client.channel("news");
        chat.onMessage(message -> heard.accept("chat " + message.data()));
        den.onMessage(message -> heard.accept("den " + message.data()));
        news.onMessage(message -> heard.accept("news " + message.data()));
        chat.join();
        den.join();
        news.subscribe();

        network.breakDown();
        host("den").publish("said", 1);
        network.mend(stoa.port());
        assertThat(heard.next()).isEqualTo("den 1");
        rooms.channel("news").as(RoomPrincipal.user("host")).publish("said", 2);
        assertThat(heard.next()).isEqualTo("news 2");
        await(chat.publish("said", 3));
        assertThat(heard.next()).isEqualTo("chat 3");

        await(chat.leave());
        host("chat").publish("said", 4);
        await(den.publish("said", 5));
        assertThat(heard.next()).isEqualTo("den 5");
    }

    @Test
    void expiringTokenIsReplacedInTime() {
        start();
        AtomicInteger asked = new AtomicInteger();
        Recording<Integer> asking = new Recording<>();
        Room ada = opened(Room.at(rooms.room("chat").authorize(ada(31)).url())
                .token(() -> {
                    asking.accept(asked.incrementAndGet());
                    return rooms.room("chat").authorize(ada(31)).token();
                })
                .build());

        ada.join();

        assertThat(asking.next()).isEqualTo(1);
        assertThat(asking.next()).isEqualTo(2);
        assertThat(ada.state()).isEqualTo(RoomState.JOINED);
        assertThat(ada.memberId()).contains("ada");
    }

    @Test
    void forgedTokensAreReplacedOnceThenTheRoomEnds() {
        start();
        AtomicInteger asked = new AtomicInteger();
        Room eve = opened(Room.builder("ws://127.0.0.1:" + stoa.port(), "chat")
                .token(() -> "not.a.token" + asked.incrementAndGet())
                .connection(settings -> settings.reconnect(quick()))
                .build());

        var joining = eve.joinAsync(JoinOptions.none());

        assertThat(RoomPublishTest.failure(joining))
                .isInstanceOfSatisfying(
                        RoomEndedException.class,
                        ended -> assertThat(ended.reason()).isEqualTo(Reason.TOKEN_REFUSED));
        assertThat(asked).hasValue(2);
    }

    @Test
    void revokedMembersDoNotComeBack() {
        start();
        Recording<RoomEndedException> ends = new Recording<>();
        Room ada = opened(Room.at(rooms.room("chat").authorize(ada(300)).url())
                .token(() -> rooms.room("chat").authorize(ada(300)).token())
                .build());
        ada.onEnded(ends);
        ada.join();

        rooms.room("chat").revoke(new RevokeOptions(null, "ada", null));

        assertThat(ends.next().reason()).isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void destroyedRoomIsOverForThoseWhoWereThereAndThoseWhoReturn() {
        start();
        BreakableNetwork network = network();
        Recording<RoomEndedException> ends = new Recording<>();
        Recording<String> told = new Recording<>();
        Room bob = member(network, "bob");
        bob.onEnded(ends);
        bob.join();
        Room ada = member(network(), "ada");
        ada.onDestroyed(event -> told.accept("destroyed"));
        ada.onEnded(ends);
        ada.join();

        network.breakDown();
        rooms.room("chat").destroy(DestroyOptions.keepingAll());
        assertThat(told.next()).isEqualTo("destroyed");
        assertThat(ends.next().reason()).isEqualTo(Reason.DESTROYED);
        network.mend(stoa.port());

        assertThat(ends.next().reason()).isEqualTo(Reason.DESTROYED);
    }

    @Test
    void viewOfALargeRoomIsComplete() {
        start();
        for (int n = 0; n < 130; n++) {
            host("chat").join(JoinOptions.as("m" + n));
        }
        Room bob = member(network(), "bob");

        bob.join();

        Awaitility.await().until(() -> bob.members().isComplete());
        assertThat(bob.members().size()).isEqualTo(131);
    }

    private void start() {
        rooms = Rooms.create("test");
        Authenticator dev = request -> request.token()
                .filter(token -> token.startsWith("dev:"))
                .<Authentication>map(token -> Authentication.accept(token.substring(4)))
                .orElseGet(Authentication::reject);
        stoa = Stoa.builder()
                .port(0)
                .data(data)
                .rooms("/rooms", RoomsEndpoint.of(rooms, "/rooms").alsoAuthenticatedBy(dev))
                .endpoint(
                        "/ws",
                        RouterEndpoint.of(Router.create().merge(RoomRoutes.of(rooms)))
                                .authenticatedBy(dev))
                .start();
    }

    private dev.stoa.server.room.Room host(String name) {
        return rooms.room(name).as(RoomPrincipal.user("host"));
    }

    private BreakableNetwork network() {
        return opened(new BreakableNetwork(stoa.port()));
    }

    private Room member(BreakableNetwork network, String user) {
        return opened(Room.builder(network.origin(), "chat")
                .token(() -> "dev:" + user)
                .options(RoomOptions.standard().withTimeout(PATIENCE))
                .connection(settings -> settings.tokenIn(TokenPlacement.query()).reconnect(quick()))
                .build());
    }

    private <T extends AutoCloseable> T opened(T thing) {
        open.add(thing);
        return thing;
    }

    private static Reconnect quick() {
        return Reconnect.standard().withDelays(Duration.ofMillis(20), Duration.ofMillis(200));
    }

    private static AuthorizeOptions ada(int ttlSeconds) {
        return AuthorizeOptions.of(RoomPrincipal.user("ada")).withTtlSeconds(ttlSeconds);
    }

    private static void publish(Room room, int from, int to) {
        List<CompletableFuture<PublishResult>> publishes = IntStream.rangeClosed(from, to)
                .mapToObj(n -> room.publish("said", new Said(n)))
                .toList();
        publishes.forEach(publish ->
                publish.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());
    }

    private static List<Integer> next(Recording<Integer> heard, int count) {
        List<Integer> all = new ArrayList<>();
        while (all.size() < count) {
            all.add(heard.next());
        }
        return all;
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().toList();
    }
}
