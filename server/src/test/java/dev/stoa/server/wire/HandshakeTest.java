package dev.stoa.server.wire;

import static dev.stoa.server.wire.Talk.HEARD;
import static dev.stoa.server.wire.Talk.KNOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.limit.OriginPolicy;
import dev.stoa.server.router.Router;
import dev.stoa.server.session.DataKey;
import dev.stoa.server.session.UpgradeRequest;
import dev.stoa.server.wire.Talk.Text;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How a connection is asked for, accepted and refused (router protocol, section 1; RFC 6455, section
/// 4).
class HandshakeTest {
    private static final DataKey<String> TOKEN = DataKey.of("token", String.class);
    private static final String KNOCKING = "{'type':'KNOCK'}";

    /// Answers a knock with the token the connection came with.
    private static Router tokenTeller() {
        return Router.create().on(KNOCK, ctx -> ctx.send(HEARD, new Text(ctx.getData(TOKEN))));
    }

    private static Authentication rememberingToken(UpgradeRequest request) {
        return Authentication.anonymous().with(TOKEN, request.token().orElse("none"));
    }

    private static Hall tokenHall() {
        return Hall.of(RouterEndpoint.of(tokenTeller()).authenticatedBy(HandshakeTest::rememberingToken));
    }

    private static String heard(RawPeer peer) {
        return peer.tell(KNOCKING).expect("HEARD").at("/payload/text").asString();
    }

    @Test
    @Row(1)
    void theClientIdHeaderIsTheVersion7IdThatHandlersSee() {
        Router router = Router.create()
                .on(
                        KNOCK,
                        ctx -> ctx.send(
                                HEARD,
                                new Text(ctx.clientId() + " " + ctx.meta().clientId())));
        try (Hall hall = Hall.of(router)) {
            RawPeer ada = hall.peer();
            RawPeer bob = hall.peer();

            String id = ada.header("x-client-id");

            assertThat(UUID.fromString(id).version()).isEqualTo(7);
            assertThat(heard(ada)).isEqualTo(id + " " + id);
            assertThat(bob.header("x-client-id")).isNotEqualTo(id);
        }
    }

    @Test
    @Row(1)
    void theClientIdHeaderCanBeRenamed() {
        try (Hall hall = Hall.of(RouterEndpoint.of(Router.create()).withClientIdHeader("x-session"))) {
            RawPeer peer = hall.peer();

            assertThat(UUID.fromString(peer.header("x-session")).version()).isEqualTo(7);
            assertThat(peer.header("x-client-id")).isNull();
        }
    }

    @ParameterizedTest
    @Row(2)
    @CsvSource({
        "access_token=t%2F%2B+k%3D%C3%A9, t/+ k=é",
        "room=1&access_token=a%26b, a&b",
        "access_token=%F0%9F%A6%8A, 🦊",
        "access_token=100%, 100%",
        "access_token=first&access_token=second, first"
    })
    void aTokenInTheQueryIsFormDecoded(String query, String token) {
        try (Hall hall = tokenHall()) {
            RawPeer peer = hall.asking("/ws?" + query);

            assertThat(heard(peer)).isEqualTo(token);
        }
    }

    @ParameterizedTest
    @Row(3)
    @CsvSource({
        "'chat-v2, bearer.t', chat-v2",
        "'bearer.t, chat-v2', chat-v2",
        "'bearer.t', bearer.t",
        "'other, chat-v3', chat-v3",
        "'a,b', a",
        "'bearer.', bearer."
    })
    void exactlyOneOfferedSubprotocolIsAnsweredVerbatim(String offered, String answered) {
        try (Hall hall = Hall.of(RouterEndpoint.of(Router.create()).supporting("chat-v3"))) {
            RawPeer peer = hall.peer("Sec-WebSocket-Protocol: " + offered);

            assertThat(peer.header("sec-websocket-protocol")).isEqualTo(answered);
        }
    }

    @Test
    @Row(3)
    void noSubprotocolIsAnsweredWhenNoneWasOffered() {
        try (Hall hall = Hall.of(RouterEndpoint.of(Router.create()).supporting("chat-v3"))) {
            assertThat(hall.peer().header("sec-websocket-protocol")).isNull();
        }
    }

    @Test
    @Row(3)
    void subprotocolsMayBeOfferedOnSeveralHeaderLines() {
        try (Hall hall = Hall.of(Router.create())) {
            RawPeer peer = hall.peer("Sec-WebSocket-Protocol: bearer.t", "Sec-WebSocket-Protocol: chat-v2");

            assertThat(peer.header("sec-websocket-protocol")).isEqualTo("chat-v2");
        }
    }

    @ParameterizedTest
    @Row(4)
    @ValueSource(strings = {"chat-v2, bearer.s3cret", "bearer.s3cret, chat-v2", "bearer.s3cret"})
    void aBearerTokenIsFoundWhereverItIsOffered(String offered) {
        try (Hall hall = tokenHall()) {
            assertThat(heard(hall.peer("Sec-WebSocket-Protocol: " + offered))).isEqualTo("s3cret");
        }
    }

    @Test
    @Row(4)
    void anAuthorizationHeaderIsATokenToo() {
        try (Hall hall = tokenHall()) {
            assertThat(heard(hall.peer("Authorization: Bearer s3cret"))).isEqualTo("s3cret");
        }
    }

    @Test
    @Row(5)
    void refusedAuthenticationIsAnsweredBeforeOpeningEachTime() {
        List<String> opened = new CopyOnWriteArrayList<>();
        Router router = Router.create().onOpen(ctx -> opened.add(ctx.clientId()));
        try (Hall hall = Hall.of(RouterEndpoint.of(router).authenticatedBy(_ -> Authentication.reject()))) {
            for (int attempt = 0; attempt < 3; attempt++) {
                RawPeer peer = hall.asking("/ws");

                assertThat(peer.status()).isEqualTo(401);
                assertThat(peer.body()).isEqualTo("Unauthorized");
                assertThat(peer.header("x-client-id")).isNull();
                assertThat(peer.isCutOff()).isTrue();
            }
            assertThat(opened).isEmpty();
            assertThat(hall.stoa().sessions().count()).isZero();
        }
    }

    @Test
    @Row(5)
    void statusAndBodyOfARefusalAreTheApplications() {
        try (Hall hall = Hall.of(RouterEndpoint.of(Router.create())
                .authenticatedBy(_ -> Authentication.reject(402, "Abonnement überfällig")))) {
            RawPeer peer = hall.asking("/ws");

            assertThat(peer.status()).isEqualTo(402);
            assertThat(peer.body()).isEqualTo("Abonnement überfällig");
        }
    }

    @Test
    @Row(5)
    void anExceptionInAuthenticationIsAnsweredWithoutItsText() {
        try (Hall hall = Hall.of(RouterEndpoint.of(Router.create()).authenticatedBy(_ -> {
            throw new IllegalStateException("the password is hunter2");
        }))) {
            RawPeer peer = hall.asking("/ws");

            assertThat(peer.status()).isEqualTo(500);
            assertThat(peer.body()).isEqualTo("Internal server error");
        }
    }

    @Test
    void upgradeObserversSeeTheRequestAndCannotBreakIt() {
        List<String> seen = new CopyOnWriteArrayList<>();
        RouterEndpoint endpoint = RouterEndpoint.of(Router.create())
                .onUpgrade(_ -> {
                    throw new IllegalStateException("broken observer");
                })
                .onUpgrade(request -> seen.add(request.path()
                        + " " + request.queryParameter("room").orElse("")
                        + " " + request.header("Cookie").orElse("")
                        + " " + request.subprotocols()
                        + " " + request.secure()
                        + " " + request.remoteAddress().getAddress().isLoopbackAddress()));
        try (Hall hall = Hall.of(endpoint)) {
            RawPeer peer = hall.asking("/ws?room=7", "Cookie: a=b", "Sec-WebSocket-Protocol: x, y");

            assertThat(peer.status()).isEqualTo(101);
            assertThat(seen).containsExactly("/ws 7 a=b [x, y] false true");
        }
    }

    @ParameterizedTest
    @Row(6)
    @ValueSource(
            strings = {
                "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive\r\n\r\n",
                "POST /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
            })
    void whatIsNotAnUpgradeIsAnswered400(String request) {
        try (Hall hall = Hall.of(Router.create())) {
            RawPeer peer = hall.knocking().sendRaw(ascii(request)).readAnswer();

            assertThat(peer.status()).isEqualTo(400);
            assertThat(peer.body()).isEqualTo("Upgrade failed");
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ws HTTP/1.0~Host: x~+~",
                "GET /ws~Host: x~+~",
                "get /ws http/1.1~Host: x~+~",
                "GET http://x/ws HTTP/1.1~Host: x~+~",
                "GET /w\u00e9 HTTP/1.1~Host: x~+~",
                "GET  /ws HTTP/1.1~Host: x~+~",
                "GET /ws HTTP/1.1~+~",
                "GET /ws HTTP/1.1~Host: x~Host: y~+~",
                "GET /ws HTTP/1.1~Host: x~ folded: y~+~",
                "GET /ws HTTP/1.1~Host: x~Bad Name: y~+~",
                "GET /ws HTTP/1.1~Host: x~: y~+~",
                "GET /ws HTTP/1.1~Host: x~Name: a\u0007b~+~",
                "GET /ws HTTP/1.1~Host: x~Content-Length: 5~+~",
                "GET /ws HTTP/1.1~Host: x~Transfer-Encoding: chunked~+~"
            })
    void aRequestThatBreaksHttpIsRefused(String request) {
        try (Hall hall = Hall.of(Router.create())) {
            RawPeer peer = hall.knocking().sendRaw(request(request)).readAnswer();

            assertThat(peer.status()).isEqualTo(400);
            assertThat(peer.body()).isEqualTo("Malformed request");
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c2hvcnQ=", "not base64 at all!!!!!!=", ""})
    void aKeyThatIsNotSixteenBytesIsRefused(String key) {
        try (Hall hall = Hall.of(Router.create())) {
            RawPeer peer = hall.knocking()
                    .sendRaw(request("GET /ws HTTP/1.1~Host: x~Upgrade: websocket~Connection: Upgrade~"
                            + "Sec-WebSocket-Version: 13~Sec-WebSocket-Key: " + key + "~~"))
                    .readAnswer();

            assertThat(peer.status()).isEqualTo(400);
            assertThat(peer.body()).isEqualTo("Sec-WebSocket-Key is not 16 bytes in base64");
        }
    }

    @Test
    void aPathWithoutEndpointIsNotFound() {
        try (Hall hall = Hall.of(Router.create())) {
            assertThat(hall.asking("/nowhere").status()).isEqualTo(404);
            assertThat(hall.asking("/ws/").status()).isEqualTo(404);
        }
    }

    @Test
    void aWrongVersionIsToldTheRightOne() {
        try (Hall hall = Hall.of(Router.create())) {
            RawPeer peer = hall.knocking()
                    .sendRaw(ascii("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\n"
                            + "Connection: keep-alive, upgrade\r\nSec-WebSocket-Version: 12\r\n\r\n"))
                    .readAnswer();

            assertThat(peer.status()).isEqualTo(426);
            assertThat(peer.header("sec-websocket-version")).isEqualTo("13");
        }
    }

    @Test
    void theAcceptHeaderIsTheOneOfTheSpecification() {
        try (Hall hall = Hall.of(Router.create())) {
            assertThat(hall.peer().header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        }
    }

    @Test
    void aHeadThatIsTooLargeIsRefusedAndTheAnswerCanBeRead() {
        try (Hall hall = Hall.of(Router.create())) {
            RawPeer peer = hall.asking("/ws", "X-Padding: " + "x".repeat(100_000));

            assertThat(peer.status()).isEqualTo(431);
            assertThat(peer.body()).isEqualTo("Request head exceeds 16384 bytes");
        }
    }

    @Test
    void aStrangersPageIsRefused() {
        try (Hall hall = Hall.of(Router.create())) {
            assertThat(hall.asking("/ws", "Origin: https://evil.example").status())
                    .isEqualTo(403);
            assertThat(hall.asking("/ws", "Origin: null").status()).isEqualTo(403);
            assertThat(hall.asking("/ws", "Origin:", "Origin: https://evil.example")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void pagesOfThisMachineOfTheSameHostAndOfTheListMayConnect() {
        try (Hall hall =
                Hall.of(Router.create(), settings -> settings.origins(OriginPolicy.allowing("https://app.example")))) {
            assertThat(hall.asking("/ws", "Origin: http://localhost:5173").status())
                    .isEqualTo(101);
            assertThat(hall.asking("/ws", "Origin: http://127.0.0.1:" + hall.port())
                            .status())
                    .isEqualTo(101);
            assertThat(hall.asking("/ws", "Origin: https://app.example").status())
                    .isEqualTo(101);
            assertThat(hall.asking("/ws", "Origin: https://app.example.evil.example")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void framesSentBehindTheRequestWaitForAuthenticationAndAreHandledInOrder() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch decide = new CountDownLatch(1);
        Router router = Router.create().on(Talk.SAY, ctx -> ctx.send(HEARD, ctx.payload()));
        RouterEndpoint endpoint = RouterEndpoint.of(router).authenticatedBy(_ -> {
            asked.countDown();
            assertThat(decide.await(10, TimeUnit.SECONDS)).isTrue();
            return Authentication.anonymous();
        });
        try (Hall hall = Hall.of(endpoint)) {
            ByteArrayOutputStream burst = new ByteArrayOutputStream();
            burst.writeBytes(RawPeer.upgradeRequest("/ws"));
            burst.writeBytes(RawPeer.frame(0x81, say("one")));
            RawPeer peer = hall.knocking().sendRaw(burst.toByteArray());
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            peer.sendRaw(RawPeer.frame(0x81, say("two")));

            decide.countDown();

            assertThat(peer.readAnswer().status()).isEqualTo(101);
            assertThat(peer.expect("HEARD").at("/payload/text").asString()).isEqualTo("one");
            assertThat(peer.expect("HEARD").at("/payload/text").asString()).isEqualTo("two");
        }
    }

    @Test
    void aPeerThatLeavesWhileItIsAuthenticatedOpensNoSession() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch decide = new CountDownLatch(1);
        RouterEndpoint endpoint = RouterEndpoint.of(Router.create()).authenticatedBy(request -> {
            if (request.queryParameter("slow").isPresent()) {
                asked.countDown();
                assertThat(decide.await(10, TimeUnit.SECONDS)).isTrue();
            }
            return Authentication.anonymous();
        });
        try (Hall hall = Hall.of(endpoint)) {
            RawPeer leaving = hall.knocking().sendRaw(RawPeer.upgradeRequest("/ws?slow"));
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            leaving.close();
            decide.countDown();

            RawPeer staying = hall.peer();
            org.awaitility.Awaitility.await()
                    .until(() -> hall.stoa().sessions().count() == 1
                            && hall.stoa()
                                    .sessions()
                                    .find(staying.header("x-client-id"))
                                    .isPresent());
        }
    }

    /// A tilde is the end of a line, a plus the headers of an upgrade.
    private static byte[] request(String text) {
        return text.replace(
                        "+",
                        "Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Version: 13~"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~")
                .replace("~", "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] say(String text) {
        return ascii("{\"type\":\"SAY\",\"payload\":{\"text\":\"" + text + "\"}}");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
