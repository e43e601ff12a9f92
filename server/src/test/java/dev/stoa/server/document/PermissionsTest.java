package dev.stoa.server.document;

import static dev.stoa.server.document.Painter.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.document.DocumentAuthorizer.Grant;
import dev.stoa.server.store.MemoryStore;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Documents protocol, section 9: who may write, and how that changes.
class PermissionsTest {
    private Studio studio;
    private Painter ada;

    @BeforeEach
    void open() {
        studio = Studio.open();
        ada = studio.at("r", "ada");
        ada.edit("[{'e':{'_exists':true,'x':1}}]");
    }

    @AfterEach
    void close() {
        studio.close();
    }

    private Painter reader() {
        Painter reader = studio.at("r", "rob", "ro");
        ada.until("clientCount");
        return reader;
    }

    @DocumentRow(35)
    @Test
    void editsOfAReaderAreAcknowledgedAndNothingElse() {
        Painter reader = reader();

        assertThat(reader.edit("[{'e':{'x':2}}]").path("timestamp").asInt()).isEqualTo(1);
        reader.show("[{'u':{'_exists':true}}]");

        ada.hearsNothing();
        assertThat(ada.diff(0)).isEqualTo(json("{'e':{'_exists':true,'x':1}}"));
    }

    @Test
    void readersAreToldTheTruthWhereTheyHaveEditedIfThatIsWanted() {
        try (Studio kind = Studio.open(DocumentsOptions.named("boards").replyingToReaders())) {
            Painter writer = kind.at("r", "ada");
            writer.edit("[{'e':{'_exists':true,'x':1,'y':2},'f':{'_exists':true,'p':[1,2]},'g':{'_exists':true}}]");
            writer.edit("[{'g':{'_exists':false}}]");
            Painter reader = kind.at("r", "rob", "ro");
            writer.until("clientCount");

            reader.edit("[{'e':{'x':5,'new':1},'g':{'z':1},'nobody':{'_exists':true,'x':1}},"
                    + "{'f':{'_exists':false}},{'e':{'unknown':1}}]");

            reader.hears("{'type':'patch','clientId':'','documentPatches':[{'e':{'x':1},'g':{'_exists':false},"
                    + "'nobody':{'_exists':false},'f':{'_exists':true,'p':[1,2]}}],'timestamp':2}");
            reader.edit("[{'f':{'p':{'__buf':1,'len':1,'runs':[]}}}]");
            reader.hears("{'type':'patch','clientId':'','documentPatches':[{'f':{'p':[1,2]}}],'timestamp':2}");
            reader.edit("[{'e':{'unknown':1},'nobody':{}}]");
            reader.show("[{'u':{'_exists':true}}]");
            reader.hearsNothing();
            writer.hearsNothing();
        }
    }

    @DocumentRow(36)
    @Test
    void readerWhoComesBackIsAnsweredAndItsEditsAreNot() {
        Painter reader = reader();

        reader.say("{'type':'reconnect','lastTimestamp':0,'protocolVersion':2,'documentPatches':[{'e':{'x':2}}],"
                + "'ephemeralPatches':[{'u':{'_exists':true}}]}");

        reader.hears("{'type':'patch','clientId':'','documentPatches':[{'e':{'_exists':true,'x':1}}],'timestamp':1}");
        reader.hears("{'type':'synced','timestamp':1}");
        assertThat(reader.answer(99)).hasSize(1);
        ada.hearsNothing();
    }

    @DocumentRow(37)
    @Test
    void newTokensChangeWhatASessionMayDoOnTheSameSocket() {
        Painter rob = reader();

        rob.say("{'type':'auth-refresh','token':'rw2'}");
        rob.edit("[{'e':{'x':2}}]");
        ada.hears("{'type':'patch','clientId':'rob','documentPatches':[{'e':{'x':2}}],'timestamp':2}");
        assertThat(studio.document("r").sessions().getLast().metadata()).isEqualTo(RawJson.of("rw2"));
        rob.say("{'type':'auth-refresh','token':'ro'}");
        rob.edit("[{'e':{'x':3}}]");

        ada.hearsNothing();
        rob.hearsNothing();
    }

    @DocumentRow(37)
    @Test
    void whatIsSentBehindANewTokenIsJudgedByIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch decided = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        try (Studio slow = Studio.open(
                DocumentsOptions.named("boards"),
                _ -> {
                    if (calls.getAndIncrement() == 0) {
                        return new Grant(Permission.READ_ONLY, RawJson.of("kept"));
                    }
                    asked.countDown();
                    decided.await(10, TimeUnit.SECONDS);
                    return Grant.of(Permission.READ_WRITE);
                },
                endpoint -> endpoint,
                settings -> settings.store(new MemoryStore()))) {
            Painter rob = slow.at("r", "rob");
            rob.say("{'type':'auth-refresh','token':'t'}");
            rob.send("'documentPatches':[{'e':{'_exists':true}}]");
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            decided.countDown();

            assertThat(rob.next().path("timestamp").asInt()).isEqualTo(1);
            assertThat(slow.document("r").sessions().getFirst().metadata()).isEqualTo(RawJson.of("kept"));
        }
    }

    @DocumentRow(38)
    @Test
    void refusedTokensCloseAndAGoodOneGetsBackIn() {
        Painter bob = studio.at("r", "bob");
        ada.until("clientCount");
        bob.show("[{'u':{'_exists':true}}]");
        ada.next();

        bob.say("{'type':'auth-refresh','token':'bad'}");

        assertThat(bob.closedWith(1008).closeReason()).isEqualTo("Unauthorized");
        ada.hears("{'type':'patch','clientId':'bob','ephemeralPatches':[{'u':{'_exists':false}}]}");
        ada.hears("{'type':'clientCount','count':1}");
        Painter back = studio.at("r", "bob");
        assertThat(back.diff(0)).isEqualTo(json("{'e':{'_exists':true,'x':1}}"));
    }

    @DocumentRow(38)
    @Test
    void refreshWithoutATokenIsTheAuthorizersToJudge() {
        ada.say("{'type':'auth-refresh'}");

        assertThat(ada.closedWith(1008).closeReason()).isEqualTo("Unauthorized");
    }

    @Test
    void whatTheAuthorizerFailsWithIsNotTold() {
        ada.say("{'type':'auth-refresh','token':'broken'}");

        assertThat(ada.closedWith(1008).closeReason()).isEqualTo("Unauthorized");
    }

    @DocumentRow(39)
    @Test
    void applicationChangesWhatASessionMayDo() {
        Painter bob = studio.at("r", "bob");
        ada.until("clientCount");
        DocumentRoom room = studio.document("r");
        DocumentSession session = room.sessions().getLast();
        assertThat(session.clientId()).isEqualTo("bob");
        assertThat(session.permission()).isEqualTo(Permission.READ_WRITE);

        room.permit(session.sessionId(), Permission.READ_ONLY);
        room.permit("nobody", Permission.READ_ONLY);
        room.metadata(session.sessionId(), RawJson.parse("{\"seen\":true}"));

        assertThat(bob.edit("[{'e':{'x':2}}]").path("timestamp").asInt()).isEqualTo(1);
        ada.hearsNothing();
        assertThat(room.session(session.sessionId()))
                .hasValue(new DocumentSession(
                        session.sessionId(), "bob", Permission.READ_ONLY, RawJson.parse("{\"seen\":true}")));
    }

    @Test
    void ofTwoRefreshesTheLaterCounts() {
        ada.say("{'type':'auth-refresh','token':'ro'}");
        ada.say("{'type':'auth-refresh','token':'rw'}");

        assertThat(ada.edit("[{'e':{'x':2}}]").path("timestamp").asInt()).isEqualTo(2);
    }
}
