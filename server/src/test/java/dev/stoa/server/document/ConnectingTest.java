package dev.stoa.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.document.DocumentAuthorizer.Grant;
import dev.stoa.server.endpoint.document.DocumentsEndpoint;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.wire.RawPeer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Documents protocol, section 2: coming in.
class ConnectingTest {
    @DocumentRow({1, 2})
    @ParameterizedTest
    @CsvSource({
        "/documents, Missing roomId query parameter",
        "/documents?roomId=&clientId=&token=, Missing roomId query parameter",
        "/documents?clientId=c&token=t, Missing roomId query parameter",
        "/documents?roomId=r&token=t, Missing clientId query parameter",
        "/documents?roomId=r&clientId=&token=t, Missing clientId query parameter",
        "/documents?roomId=r&clientId=c, Missing token query parameter",
        "/documents?roomId=r&clientId=c&token=, Missing token query parameter",
        "/documents?roomId=r&clientId=c&token=bad, Unauthorized",
        "/documents?roomId=r&clientId=c&token=broken, Unauthorized",
    })
    void whoIsRefusedIsClosedWithTheReasonAndToldNothingElse(String target, String reason) {
        try (Studio studio = Studio.open()) {
            RawPeer.Frame first = studio.knock(target).peer().nextFrame();

            assertThat(first.opcode()).isEqualTo(8);
            assertThat(first.closeCode()).isEqualTo(1008);
            assertThat(first.closeReason()).isEqualTo(reason);
        }
    }

    @DocumentRow({1, 4})
    @ParameterizedTest
    @CsvSource({
        "/documents?clientId=c&token=t, 400",
        "/documents?roomId=r&clientId=c&token=bad, 401",
        "/documents?roomId=r&clientId=c&token=broken, 401",
    })
    void refusalsAtTheHandshakeAreASetting(String target, int status) {
        try (Studio studio = Studio.open(
                DocumentsOptions.named("boards"),
                DocumentsEndpoint::refusingAtHandshake,
                settings -> settings.store(new MemoryStore()))) {
            assertThat(studio.knock(target).peer().status()).isEqualTo(status);
        }
    }

    @DocumentRow(4)
    @Test
    void nobodyHearsOfWhoIsRefusedAndNothingIsMade() {
        try (Studio studio = Studio.open()) {
            Painter ada = studio.at("r", "ada");
            studio.connect("r", "bob", "bad").closedWith(1008);
            studio.connect("other", "bob", "bad").closedWith(1008);

            ada.hearsNothing();
            assertThat(studio.document("r").sessions()).hasSize(1);
            assertThat(studio.documents().active()).isEqualTo(1);
        }
    }

    @DocumentRow(44)
    @Test
    void roomIdsThatAreNoneAreRefused() {
        try (Studio studio = Studio.open()) {
            assertThat(studio.connect("x".repeat(2000), "c", "t")
                            .closedWith(1008)
                            .closeReason())
                    .isEqualTo("a document's id has 1 to 256 characters, this one 2000");
            assertThat(studio.connect("a\u0000b", "c", "t").closedWith(1008).closeReason())
                    .isEqualTo("a document's id must not hold control characters or lone surrogates");
            assertThat(studio.connect("r", "c".repeat(300), "t")
                            .closedWith(1008)
                            .closeReason())
                    .isEqualTo("clientId of 300 characters exceeds 256");
        }
    }

    @Test
    void longReasonsAreCutBetweenCharacters() {
        try (Studio studio = Studio.open(
                DocumentsOptions.named("boards"),
                _ -> {
                    throw ProtocolException.of(ErrorCode.PERMISSION_DENIED, "ü".repeat(100));
                },
                endpoint -> endpoint,
                settings -> settings.store(new MemoryStore()))) {
            assertThat(studio.connect("r", "c", "t").closedWith(1008).closeReason())
                    .isEqualTo("ü".repeat(61));
        }
    }

    @DocumentRow(3)
    @Test
    void idsAreDecodedAsFormsAre() {
        try (Studio studio = Studio.open()) {
            Painter one =
                    studio.knock("/documents/any/path?x=1&roomId=a+b%26%25%C3%BC&clientId=c+1%C3%A9&token=t&roomId=z");
            one.until("clientCount");
            Painter two = studio.at("a b&%ü", "two");
            one.hears("{'type':'clientCount','count':2}");

            one.edit("[{'e':{'_exists':true}}]");

            assertThat(two.next().path("clientId").asString()).isEqualTo("c 1é");
        }
    }

    @Test
    void noSubprotocolIsChosen() {
        try (Studio studio = Studio.open()) {
            RawPeer peer = RawPeer.open(
                    studio.stoa().port(), Studio.target("r", "c", "t"), "Sec-WebSocket-Protocol: something");

            assertThat(peer.header("Sec-WebSocket-Protocol")).isNull();
            peer.close();
        }
    }

    @DocumentRow(5)
    @Test
    void whatIsSaidWhileTheApplicationStillThinksIsKept() throws Exception {
        CountDownLatch thinking = new CountDownLatch(1);
        CountDownLatch decided = new CountDownLatch(1);
        try (Studio studio = Studio.open(
                DocumentsOptions.named("boards"),
                _ -> {
                    thinking.countDown();
                    decided.await(10, TimeUnit.SECONDS);
                    return Grant.of(Permission.READ_WRITE);
                },
                endpoint -> endpoint,
                settings -> settings.store(new MemoryStore()))) {
            RawPeer peer = RawPeer.connect(studio.stoa().port());
            peer.sendRaw(RawPeer.upgradeRequest(Studio.target("r", "c", "t")));
            peer.sendRaw(RawPeer.frame(
                    0x81, "{\"type\":\"reconnect\",\"lastTimestamp\":0,\"protocolVersion\":2}".getBytes()));
            assertThat(thinking.await(10, TimeUnit.SECONDS)).isTrue();
            decided.countDown();

            peer.readAnswer();
            Painter painter = new Painter(peer);
            painter.hears("{'type':'clientCount','count':1}");
            painter.hears("{'type':'synced','timestamp':0}");
            peer.close();
        }
    }

    @DocumentRow(6)
    @Test
    void everybodyIsToldHowManyThereAre() {
        try (Studio studio = Studio.open()) {
            Painter ada = studio.connect("r", "ada", "rw");
            ada.hears("{'type':'clientCount','count':1}");
            Painter bob = studio.connect("r", "bob", "ro");
            bob.hears("{'type':'clientCount','count':2}");
            ada.hears("{'type':'clientCount','count':2}");
            Painter tab = studio.connect("r", "ada", "rw");
            tab.hears("{'type':'clientCount','count':3}");
            ada.hears("{'type':'clientCount','count':3}");
            bob.hears("{'type':'clientCount','count':3}");

            tab.leave();

            ada.hears("{'type':'clientCount','count':2}");
            bob.hears("{'type':'clientCount','count':2}");
        }
    }

    @DocumentRow(7)
    @Test
    void whoComesToANewRoomAtOnceMeets() {
        try (Studio studio = Studio.open()) {
            for (int round = 0; round < 20; round++) {
                Painter ada = studio.connect("r" + round, "ada", "rw");
                Painter bob = studio.connect("r" + round, "bob", "rw");
                ada.say("{'type':'patch','messageId':1,'documentPatches':[{'a':{'_exists':true}}]}");
                bob.say("{'type':'patch','messageId':1,'documentPatches':[{'b':{'_exists':true}}]}");
                ada.until("ack");
                bob.until("ack");

                assertThat(ada.diff(0)).isEqualTo(Painter.json("{'a':{'_exists':true},'b':{'_exists':true}}"));
            }
        }
    }

    @DocumentRow(8)
    @Test
    void patchBeforeAnyReconnectIsAcknowledgedAndThatIsAll() {
        try (Studio studio = Studio.open()) {
            Painter seeder = studio.at("r", "seeder");

            seeder.say("{'type':'patch','messageId':'seed-x','documentPatches':[{'e':{'_exists':true}}]}");

            seeder.hears("{'type':'ack','messageId':'seed-x','timestamp':1}");
            seeder.hearsNothing();
        }
    }

    @Test
    void sessionsBeyondTheirNumberAreTurnedAway() {
        try (Studio studio = Studio.open(DocumentsOptions.named("boards").withMaxSessions(1))) {
            Painter ada = studio.at("r", "ada");

            assertThat(studio.connect("r", "bob", "rw").closedWith(1013).closeReason())
                    .isEqualTo("the document has 1 sessions, its limit is 1");
            ada.hearsNothing();
        }
    }

    @DocumentRow(40)
    @Test
    void roomsAreApart() {
        try (Studio studio = Studio.open()) {
            Painter here = studio.at("r", "ada");
            Painter there = studio.at("R", "ada");

            here.edit("[{'e':{'_exists':true}}]");
            here.show("[{'u':{'_exists':true}}]");

            there.hearsNothing();
            List<JsonNode> answer = there.answer(0);
            assertThat(answer).hasSize(1);
        }
    }
}
