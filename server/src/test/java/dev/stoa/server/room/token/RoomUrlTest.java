package dev.stoa.server.room.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.RoomKind;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoomUrlTest {
    private static final RoomUrl URL = new RoomUrl("wss://example.org/rooms");
    private static final List<String> AWKWARD = List.of(
            ".",
            "..",
            "=.",
            "=..",
            "...",
            "%2e",
            "%2E%2E",
            "%",
            "%25",
            "/",
            "//",
            "../..",
            "a/../b",
            "?",
            "#",
            "a?b#c",
            "*",
            ":",
            "+",
            " ",
            "&;,",
            "\u00E9",
            "e\u0301",
            "\uD83D\uDE80",
            "\uFEFF",
            "\\",
            "\\..",
            "\"<>",
            "~",
            "@",
            "|",
            "\u202E",
            "=",
            "room:a");

    @ParameterizedTest
    @CsvSource({
        "chat, chat",
        "a b, a%20b",
        "a/b, a%2Fb",
        "100%, 100%25",
        "a?b#c, a%3Fb%23c",
        "\u00E9, %C3%A9",
        "x=.~_-, x%3D.~_-",
        "..., ...",
        "., =.",
        ".., =..",
        "=.., %3D.."
    })
    void aNameIsPercentEncoded(String name, String segment) {
        assertThat(URL.of(new RoomAddress(RoomKind.CHANNEL, name)))
                .isEqualTo("wss://example.org/rooms/channel/" + segment);
    }

    @Test
    void anyNameComesBackFromItsPath() {
        AWKWARD.forEach(RoomUrlTest::assertComesBack);
        Property.holds(5000, chance -> assertComesBack(name(chance)));
    }

    @Test
    void whatEncodeUriComponentLeavesIsUnderstood() {
        assertThat(RoomUrl.parse("/room/a!'()*b").name()).isEqualTo("a!'()*b");
        assertThat(RoomUrl.parse("/room/%c3%a9+").name()).isEqualTo("\u00E9+");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/room",
                "/rooms/x",
                "/Room/x",
                "/document/x",
                "/room/a/b",
                "/room/a/",
                "//room/x",
                "room/x"
            })
    void whatIsNoRoomsPathIsNotFound(String path) {
        assertThat(codeOf(path)).isEqualTo(ErrorCode.NOT_FOUND.name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "%2e",
                "%2E.",
                ".%2e",
                "%",
                "%4",
                "%zz",
                "%-1",
                "%00",
                "a%0Ab",
                "%7F",
                "%C2%80",
                "%ff",
                "%C3",
                "%C0%AF",
                "%ED%A0%80",
                "%F5%80%80%80",
                "a b",
                "\u00E9"
            })
    void aSegmentThatIsNoNameIsRefused(String segment) {
        assertThat(codeOf("/room/" + segment)).isEqualTo(ErrorCode.INVALID_ARGUMENT.name());
    }

    @Test
    void namesHaveALimitThatIsNamed() {
        String rocket = "\uD83D\uDE80";

        assertComesBack(rocket.repeat(256));
        ProtocolException refused = catchThrowableOfType(
                ProtocolException.class, () -> RoomUrl.parse("/room/" + "%F0%9F%9A%80".repeat(257)));
        assertThat(refused).hasMessage("room name of 257 characters exceeds 256");
        assertThat(catchThrowableOfType(ProtocolException.class, () -> new RoomAddress(RoomKind.CHANNEL, "")))
                .hasMessage("channel name is empty");
        assertThat(catchThrowableOfType(ProtocolException.class, () -> new RoomAddress(RoomKind.ROOM, "a\u0007")))
                .hasMessage("room name has the control character U+0007 at 1");
        assertThat(catchThrowableOfType(ProtocolException.class, () -> new RoomAddress(RoomKind.ROOM, "a\uDE80")))
                .hasMessage("room name has half of a surrogate pair at 1");
    }

    @Test
    void theBaseIsAWebSocketUrlWithoutASlashAtTheEnd() {
        assertThat(RoomUrl.of(false, "localhost:8080", "/rooms").base()).isEqualTo("ws://localhost:8080/rooms");
        assertThat(RoomUrl.of(true, "[::1]:8443", "/").base()).isEqualTo("wss://[::1]:8443");
        for (String bad :
                List.of("https://h/rooms", "ws://h/rooms/", "ws:///rooms", "ws://h/a?b", "ws://u@h/a", "ws://h /a")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RoomUrl(bad))
                    .withMessageStartingWith("the base of room URLs must be like wss://host/rooms");
        }
    }

    @Test
    void javasOwnClientSendsThePathAsItIs() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                HttpClient client = HttpClient.newHttpClient()) {
            RoomUrl url = RoomUrl.of(false, "127.0.0.1:" + server.getLocalPort(), "/rooms");
            for (String name : AWKWARD) {
                var connecting = client.newWebSocketBuilder()
                        .buildAsync(
                                URI.create(url.of(new RoomAddress(RoomKind.ROOM, name))), new WebSocket.Listener() {});
                server.setSoTimeout(10_000);
                try (Socket socket = server.accept()) {
                    assertThat(RoomUrl.parse(pathOf(requestLine(socket))))
                            .isEqualTo(new RoomAddress(RoomKind.ROOM, name));
                    socket.getOutputStream()
                            .write("HTTP/1.1 403 no\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                assertThat(connecting.handle((_, failure) -> failure).get()).isNotNull();
            }
        }
    }

    /// Node has the URL parser that browsers have (WHATWG URL).
    @Test
    void aBrowsersUrlParserLeavesThePathAsItIs() throws Exception {
        Assumptions.assumeThat(Node.isHere()).as("node is installed").isTrue();
        List<String> names = new ArrayList<>(AWKWARD);
        Property.holds(500, chance -> names.add(name(chance)));
        List<String> urls = names.stream()
                .map(name -> URL.of(new RoomAddress(RoomKind.ROOM, name)))
                .toList();

        String[] paths = Json.mapper().readValue(Node.run("""
                const urls = JSON.parse(require('fs').readFileSync(0, 'utf8'));
                console.log(JSON.stringify(urls.map((url) => new URL(url).pathname)));
                """, Json.mapper().writeValueAsString(urls)), String[].class);

        for (int i = 0; i < paths.length; i++) {
            assertThat(RoomUrl.parse(paths[i].substring("/rooms".length())).name())
                    .isEqualTo(names.get(i));
        }
        assertThat(paths).hasSameSizeAs(names);
    }

    /// A name of any characters that a name may have.
    static String name(Chance chance) {
        StringBuilder name = new StringBuilder();
        for (int i = chance.between(1, 4); i > 0; i--) {
            name.append(chance.onceIn(2) ? chance.oneOf(AWKWARD) : chance.text(20));
        }
        String allowed = name.toString().replaceAll("\\p{Cc}", "");
        return allowed.isEmpty() ? "x" : allowed;
    }

    private static void assertComesBack(String name) {
        for (RoomKind kind : RoomKind.values()) {
            RoomAddress room = new RoomAddress(kind, name);
            assertThat(RoomUrl.parse(RoomUrl.pathOf(room))).isEqualTo(room);
            assertThat(URL.of(room)).isEqualTo("wss://example.org/rooms" + RoomUrl.pathOf(room));
        }
    }

    private static String codeOf(String path) {
        return catchThrowableOfType(ProtocolException.class, () -> RoomUrl.parse(path))
                .code();
    }

    private static String requestLine(Socket socket) throws java.io.IOException {
        socket.setSoTimeout(10_000);
        BufferedReader head =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String first = head.readLine();
        while (!head.readLine().isEmpty()) {}
        return first;
    }

    private static String pathOf(String requestLine) {
        return requestLine.split(" ")[1].substring("/rooms".length());
    }
}
