package dev.stoa.server.wire;

import static dev.stoa.server.wire.Talk.HEARD;
import static dev.stoa.server.wire.Talk.KNOCK;
import static dev.stoa.server.wire.Talk.KNOCKED;
import static dev.stoa.server.wire.Talk.SAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import dev.stoa.server.router.Router;
import dev.stoa.server.wire.Talk.Text;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What a contract lets through (router protocol, sections 2.3 to 2.6).
class StrictnessTest {
    record Inner(int n) {}

    record Outer(String text, Inner inner) {}

    record Place(String room, @Nullable Integer seat) {}

    record Seen(String clientId, long receivedAt, String id, long at) {}

    private static final MessageType<Outer> NEST = MessageType.of("NEST", Outer.class);
    private static final MessageType<Text> LOOSE =
            MessageType.of("LOOSE", Text.class).withUnknownKeysAllowed();
    private static final MessageType<Text> PLACED =
            MessageType.of("PLACED", Text.class).withMeta(Place.class);
    private static final MessageType<Seen> SEEN = MessageType.of("SEEN", Seen.class);
    private static final String VALID = "{'type':'SAY','payload':{'text':'still here'}}";

    private final AtomicInteger handled = new AtomicInteger();

    private Router counting() {
        return Router.create()
                .on(SAY, ctx -> {
                    handled.incrementAndGet();
                    ctx.send(HEARD, ctx.payload());
                })
                .on(NEST, _ -> handled.incrementAndGet())
                .on(KNOCK, ctx -> {
                    handled.incrementAndGet();
                    ctx.send(KNOCKED);
                })
                .on(LOOSE, ctx -> ctx.send(HEARD, ctx.payload()))
                .on(
                        PLACED,
                        ctx -> ctx.send(
                                HEARD, new Text(ctx.meta().extended(Place.class).toString())));
    }

    @ParameterizedTest
    @Row(8)
    @ValueSource(strings = {"{}", "null", "[]", "1", "{'text':'a'}"})
    void aPayloadIsRefusedWhereTheContractHasNone(String payload) {
        assertRefused("{'type':'KNOCK','payload':" + payload + "}", "payload");
    }

    @ParameterizedTest
    @Row(9)
    @ValueSource(
            strings = {"", "'meta':null,", "'meta':[],", "'meta':[1,{'a':2}],", "'meta':7,", "'meta':'x',", "'meta':{},"
            })
    void metaThatIsNoObjectCountsAsEmpty(String meta) {
        try (Hall hall = Hall.of(counting())) {
            RawPeer peer = hall.peer();

            peer.tell("{'type':'SAY'," + meta + "'payload':{'text':'a'}}");

            assertThat(peer.expect("HEARD").at("/payload/text").asString()).isEqualTo("a");
        }
    }

    @ParameterizedTest
    @Row(10)
    @ValueSource(
            strings = {
                "{'type':'SAY','payload':{'text':'a'},'id':1} > id",
                "{'type':'SAY','payload':{'text':'a'},'data':1} > data",
                "{'type':'SAY','meta':{'traceId':'t'},'payload':{'text':'a'}} > meta.traceId",
                "{'type':'SAY','meta':{'timestamp':'1'},'payload':{'text':'a'}} > meta.timestamp",
                "{'type':'SAY','meta':{'correlationId':null},'payload':{'text':'a'}} > meta.correlationId",
                "{'type':'SAY','meta':{'correlationId':7},'payload':{'text':'a'}} > meta.correlationId",
                "{'type':'SAY','meta':{'timeoutMs':0},'payload':{'text':'a'}} > meta.timeoutMs",
                "{'type':'SAY','meta':{'timeoutMs':1.5},'payload':{'text':'a'}} > meta.timeoutMs",
                "{'type':'SAY','payload':{'text':'a','more':1}} > payload.more",
                "{'type':'NEST','payload':{'text':'a','inner':{'n':1,'m':2}}} > payload.inner.m",
                "{'type':'SAY','payload':{}} > payload.text",
                "{'type':'SAY','payload':{'text':null}} > payload.text",
                "{'type':'SAY','payload':{'text':5}} > payload.text",
                "{'type':'SAY','payload':{'text':' '}} > payload.text",
                "{'type':'SAY','payload':null} > payload",
                "{'type':'SAY','payload':'text'} > payload",
                "{'type':'SAY'} > payload",
                "{'type':'PLACED','payload':{'text':'a'}} > meta.room",
                "{'type':'PLACED','meta':{'room':1},'payload':{'text':'a'}} > meta.room"
            })
    void whatTheContractDoesNotAllowIsRefusedByPath(String frameAndPath) {
        String[] parts = frameAndPath.split(" > ");
        assertRefused(parts[0], parts[1]);
    }

    private void assertRefused(String frame, String path) {
        try (Hall hall = Hall.of(counting())) {
            RawPeer peer = hall.peer();

            JsonNode error = peer.tell(frame).expectError("ERROR", "INVALID_ARGUMENT");

            assertThat(error.get("retryable").asBoolean()).isFalse();
            assertThat(error.get("details").toString()).contains("\"" + path + "\"");
            assertThat(handled).hasValue(0);
            peer.tell(VALID).expect("HEARD");
        }
    }

    @Test
    @Row(10)
    void aContractMayIgnoreUnknownPayloadKeysButNotUnknownRootKeys() {
        try (Hall hall = Hall.of(counting())) {
            RawPeer peer = hall.peer();

            peer.tell("{'type':'LOOSE','payload':{'text':'a','more':1}}").expect("HEARD");
            peer.tell("{'type':'LOOSE','payload':{'text':'a'},'more':1}").expectError("ERROR", "INVALID_ARGUMENT");
        }
    }

    @Test
    @Row(10)
    void metaThatTheContractDeclaresReachesTheHandler() {
        try (Hall hall = Hall.of(counting())) {
            RawPeer peer = hall.peer();

            peer.tell("{'type':'PLACED','meta':{'timestamp':1,'room':'r'},'payload':{'text':'a'}}");
            assertThat(peer.expect("HEARD").at("/payload/text").asString()).isEqualTo("Place[room=r, seat=null]");

            peer.tell("{'type':'PLACED','meta':{'room':'r','seat':4},'payload':{'text':'a'}}");
            assertThat(peer.expect("HEARD").at("/payload/text").asString()).isEqualTo("Place[room=r, seat=4]");
        }
    }

    @ParameterizedTest
    @Row(11)
    @ValueSource(
            strings = {
                "'clientId':'forged','receivedAt':1",
                "'clientId':null,'receivedAt':{'deep':[1]}",
                "'receivedAt':'yesterday','timestamp':12.5,'clientId':[]"
            })
    void forgedReservedKeysAreRemovedAndTheServersValuesAreSeen(String forged) {
        ManualTimers timers = new ManualTimers();
        Router router = Router.create()
                .on(
                        SAY,
                        ctx -> ctx.send(
                                SEEN,
                                new Seen(
                                        ctx.meta().clientId(),
                                        ctx.meta().receivedAt(),
                                        ctx.clientId(),
                                        ctx.receivedAt())));
        try (Hall hall = Hall.of(router, settings -> settings.timers(timers))) {
            RawPeer peer = hall.peer();

            JsonNode seen = peer.tell("{'type':'SAY','meta':{" + forged + "},'payload':{'text':'a'}}")
                    .expect("SEEN")
                    .get("payload");

            assertThat(seen.get("clientId").asString()).isEqualTo(peer.header("x-client-id"));
            assertThat(seen.get("id").asString()).isEqualTo(peer.header("x-client-id"));
            assertThat(seen.get("receivedAt").asLong()).isEqualTo(timers.millis());
            assertThat(seen.get("at").asLong()).isEqualTo(timers.millis());
        }
    }

    @Test
    @Row(12)
    void aCallMaySetItsTimeLimitWhichTheHandlerSees() {
        record Left(long ms) {}
        RpcType<Text, Left> left = RpcType.of("LEFT", Text.class, "LEFT_IS", Left.class);
        Router router = Router.create().rpc(left, ctx -> ctx.reply(new Left(ctx.timeRemaining())));
        try (Hall hall = Hall.of(router, settings -> settings.timers(new ManualTimers()))) {
            RawPeer peer = hall.peer();

            peer.tell("{'type':'LEFT','meta':{'correlationId':'1','timeoutMs':1234},'payload':{'text':'a'}}");
            assertThat(peer.expect("LEFT_IS").at("/payload/ms").asLong()).isEqualTo(1234);

            peer.tell("{'type':'LEFT','meta':{'correlationId':'2'},'payload':{'text':'a'}}");
            assertThat(peer.expect("LEFT_IS").at("/payload/ms").asLong()).isEqualTo(30_000);
        }
    }

    @Test
    @Row(12)
    void anEventMayCarryATimeLimitThatMeansNothing() {
        try (Hall hall = Hall.of(counting())) {
            hall.peer()
                    .tell("{'type':'SAY','meta':{'timeoutMs':5},'payload':{'text':'a'}}")
                    .expect("HEARD");
        }
    }

    @Test
    @Row(15)
    void contractsWithReservedNamesCannotBeMade() {
        record Forged(String clientId) {}
        record AlsoForged(long receivedAt) {}

        assertThatThrownBy(() -> MessageType.of("$ws:x")).hasMessageContaining("Reserved prefix");
        assertThatThrownBy(() -> RpcType.of("A", Text.class, "$ws:abort", Text.class))
                .hasMessageContaining("Reserved prefix");
        assertThatThrownBy(() -> SAY.withName("$ws:")).hasMessageContaining("Reserved prefix");
        assertThatThrownBy(() -> SAY.withMeta(Forged.class)).hasMessageContaining("\"clientId\"");
        assertThatThrownBy(() -> SAY.withMeta(AlsoForged.class)).hasMessageContaining("\"receivedAt\"");
    }

    @Test
    @Row(15)
    void mountingUnderAReservedPrefixFails() {
        Router other = Router.create().on(SAY, _ -> {});

        assertThatThrownBy(() -> Router.create().mount("$ws:", other)).hasMessageContaining("Reserved prefix");
    }

    @Test
    @Row(15)
    void otherNamesWithDollarsAndUnderscoresAreFree() {
        MessageType<Void> dollar = MessageType.of("$wsx");
        MessageType<Void> under = MessageType.of("__heartbeat");
        Router router = Router.create().on(dollar, ctx -> ctx.send(KNOCKED)).on(under, ctx -> ctx.send(KNOCKED));
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();

            peer.tell("{'type':'$wsx'}").expect("KNOCKED");
            peer.tell("{'type':'__heartbeat'}").expect("KNOCKED");
        }
    }

    @Test
    @Row(16)
    void controlFramesOfUnknownKindAreIgnored() {
        try (Hall hall = Hall.of(counting().use((_, next) -> {
            handled.addAndGet(100);
            next.proceed();
        }))) {
            RawPeer peer = hall.peer();

            peer.tell("{'type':'$ws:nope'}");
            peer.tell("{'type':'$ws:nope','meta':{'correlationId':'1'},'payload':{},'junk':true}");
            peer.tell("{'type':'$ws:rpc-progress','meta':{'correlationId':'1'},'data':1}");
            peer.tell("{'type':'$ws:abort'}");
            peer.tell("{'type':'$ws:abort','meta':{'correlationId':'unknown'}}");

            peer.tell(VALID).expect("HEARD");
            assertThat(handled).hasValue(101);
        }
    }

    @Test
    void typesAreCaseSensitive() {
        try (Hall hall = Hall.of(counting())) {
            hall.peer().tell("{'type':'say','payload':{'text':'a'}}").expectError("ERROR", "UNIMPLEMENTED");
        }
    }
}
