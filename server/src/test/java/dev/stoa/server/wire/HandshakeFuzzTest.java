package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Property;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.router.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Heads that nobody would send, in pieces that nobody would choose: each is answered or cut off, and
/// the server goes on as before.
class HandshakeFuzzTest {
    private static final int CASES = 2000;
    private static final byte[] GOOD = RawPeer.upgradeRequest(
            "/ws?access_token=t",
            "Origin: http://localhost",
            "Sec-WebSocket-Protocol: a, bearer.t",
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
    private static final List<String> PIECES = List.of(
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\r",
            " ",
            ":",
            ",",
            ";",
            "=",
            "\0",
            "\u00ff",
            "%",
            "%zz",
            "GET ",
            "HTTP/1.1",
            "Host: a\r\n",
            "Upgrade: ",
            "Connection: close\r\n",
            "Content-Length: -1\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Sec-WebSocket-Key: \r\n",
            "Sec-WebSocket-Protocol: ,,,\r\n",
            "Origin: ://\r\n",
            "x".repeat(9000),
            "/",
            "?",
            "#",
            "\"");

    @Test
    void everyHeadIsAnsweredOrCutOffAndTheServerStaysHealthy() {
        try (Hall hall =
                Hall.of(RouterEndpoint.of(Router.create()).supporting("a"), settings -> settings.compression(true))) {
            Property.holds(CASES, chance -> {
                Random random = new Random(chance.any());
                byte[] head = head(random);

                String outcome = outcomeOf(hall.port(), head, random);

                assertThat(outcome)
                        .as(new String(head, StandardCharsets.ISO_8859_1))
                        .matches("HTTP/1\\.1 (101|400|403|404|405|426|431|200) [^\\r]*|cut off");
                if (chance.onceIn(100)) {
                    assertThat(hall.asking("/health/ready").status()).isEqualTo(200);
                }
            });
            hall.peer().tell("{'type':'NOPE'}").expectError("ERROR", "UNIMPLEMENTED");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> hall.stoa().sessions().count() == 1);
        }
    }

    private static byte[] head(Random random) {
        if (random.nextInt(5) == 0) {
            byte[] noise = new byte[random.nextInt(600)];
            random.nextBytes(noise);
            return noise;
        }
        StringBuilder head = new StringBuilder(new String(GOOD, StandardCharsets.ISO_8859_1));
        int changes = random.nextInt(5);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(head.length());
            switch (random.nextInt(4)) {
                case 0 -> head.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> head.delete(at, Math.min(head.length(), at + 1 + random.nextInt(12)));
                case 2 -> head.setCharAt(at, (char) random.nextInt(256));
                default -> head.insert(at, head.substring(at, Math.min(head.length(), at + random.nextInt(60))));
            }
        }
        return head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The status line, or how the connection ended without one. Our half is closed behind the head, so
    /// that the server knows that no more comes.
    private static String outcomeOf(int port, byte[] head, Random random) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            try {
                for (byte[] piece : pieces(head, random)) {
                    socket.getOutputStream().write(piece);
                }
                socket.shutdownOutput();
            } catch (IOException answeredBefore) {
                // the server may have refused what came first and closed: its answer is read all the same
            }
            return firstLine(socket.getInputStream());
        }
    }

    private static List<byte[]> pieces(byte[] head, Random random) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        int cuts = random.nextInt(4);
        for (int i = 0; i < cuts && from < head.length; i++) {
            int to = from + random.nextInt(head.length - from) + 1;
            pieces.add(Arrays.copyOfRange(head, from, to));
            from = to;
        }
        pieces.add(Arrays.copyOfRange(head, from, head.length));
        return pieces;
    }

    private static String firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
                line.write(c);
            }
        } catch (java.net.SocketTimeoutException hanging) {
            return "hangs after " + line;
        } catch (IOException reset) {
            return line.size() == 0 ? "cut off" : line.toString(StandardCharsets.ISO_8859_1);
        }
        return line.size() == 0 ? "cut off" : line.toString(StandardCharsets.ISO_8859_1);
    }
}
