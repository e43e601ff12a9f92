package dev.stoa.client;

import dev.stoa.protocol.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// The server's end of one connection, moved by hand. Reads fail the test after ten seconds of silence.
public final class PeerConnection {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private final Socket socket;
    private final DataInputStream in;
    private final List<String> head = new ArrayList<>();
    private boolean asked;

    /// One frame as it came, unmasked.
    public record WireFrame(boolean last, int opcode, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public int closeCode() {
            return (body[0] & 0xFF) << 8 | body[1] & 0xFF;
        }

        public String closeReason() {
            return new String(body, 2, body.length - 2, StandardCharsets.UTF_8);
        }
    }

    public PeerConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                return;
            }
            if (c != '\n') {
                line.append((char) c);
                continue;
            }
            String text = line.toString().strip();
            line.setLength(0);
            if (text.isEmpty()) {
                asked = !head.isEmpty();
                return;
            }
            head.add(text);
        }
    }

    /// Whether it sent a request, whole; one that a client gave up before that has none.
    boolean hasAsked() {
        return asked;
    }

    /// Path and query, as sent.
    public String target() {
        return head.getFirst().split(" ")[1];
    }

    /// A request header, or the empty text.
    public String header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return head.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }

    public void open() {
        open("");
    }

    public void open(String subprotocol) {
        raw(ascii("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n")
                + "Sec-WebSocket-Accept: " + acceptKey() + "\r\n\r\n"));
    }

    public void refuse(int status) {
        raw(ascii("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        drop();
    }

    public void send(String text) {
        sendFrame(true, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    public void sendFrame(boolean last, int opcode, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((last ? 0x80 : 0) | opcode);
        if (body.length < 126) {
            out.write(body.length);
        } else if (body.length < 65_536) {
            out.write(126);
            out.write(body.length >> 8);
            out.write(body.length);
        } else {
            out.write(127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) body.length >> shift));
            }
        }
        out.writeBytes(body);
        raw(out.toByteArray());
    }

    public void sendClose(int code, String reason) {
        byte[] words = reason.getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[2 + words.length];
        body[0] = (byte) (code >> 8);
        body[1] = (byte) code;
        System.arraycopy(words, 0, body, 2, words.length);
        sendFrame(true, CLOSE, body);
    }

    /// Ends the connection properly: close frame, the client's close frame or its end, end of TCP.
    public void close(int code) {
        sendClose(code, "");
        try {
            while (readFrame().opcode() != CLOSE) {
                // what the client sent before it saw the close
            }
        } catch (UncheckedIOException cut) {
            // the client was closed too, and did not wait
        }
        drop();
    }

    /// Answers the client's close frame and returns it.
    public WireFrame answerClose() {
        WireFrame close = readFrame();
        while (close.opcode() != CLOSE) {
            close = readFrame();
        }
        sendFrame(true, CLOSE, close.body());
        drop();
        return close;
    }

    /// The next text message, fragments put together.
    public String readText() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        while (true) {
            WireFrame frame = readFrame();
            if (frame.opcode() != TEXT && frame.opcode() != CONTINUATION) {
                throw new AssertionError("expected text, got opcode " + frame.opcode());
            }
            whole.writeBytes(frame.body());
            if (frame.last()) {
                return whole.toString(StandardCharsets.UTF_8);
            }
        }
    }

    public JsonNode readJson() {
        return Json.mapper().readTree(readText());
    }

    public WireFrame readFrame() {
        try {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            long length = second & 0x7F;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            byte[] mask = in.readNBytes(4);
            byte[] body = in.readNBytes((int) length);
            for (int i = 0; i < body.length; i++) {
                body[i] ^= mask[i % 4];
            }
            return new WireFrame((first & 0x80) != 0, first & 0x0F, body);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /// Whether the client has cut the connection; fails after ten seconds without an end.
    public boolean isCut() {
        try {
            while (in.read() >= 0) {
                // whatever was on its way
            }
            return true;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    public void raw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /// Ends TCP without a close frame.
    public void drop() {
        try {
            socket.close();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /// Ends TCP by a reset. The JDK's WebSocket may miss the orderly end that [#drop] makes, when it comes right
    /// behind a message.
    public void cut() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private String acceptKey() {
        try {
            byte[] key = ascii(header("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(key));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
