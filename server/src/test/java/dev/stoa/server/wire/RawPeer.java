package dev.stoa.server.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A WebSocket peer made of a plain socket, which sends what a test says, valid or not, and shows what
/// comes back.
///
/// Every wait has a limit, so that a missing answer fails a test instead of hanging it. Confined to one
/// thread.
public final class RawPeer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private int status;
    private final Map<String, String> headers = new TreeMap<>();
    private String body = "";

    /// One frame as it came.
    public record Frame(int opcode, boolean fin, int rsv, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        public int closeCode() {
            return payload.length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        }

        public String closeReason() {
            return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }

    private RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 65536));
        this.out = socket.getOutputStream();
    }

    /// Connects TCP and sends nothing yet.
    public static RawPeer connect(int port) {
        return connect(port, 0);
    }

    /// @param receiveBuffer bytes the kernel may hold for us; 0 for its default
    public static RawPeer connect(int port, int receiveBuffer) {
        try {
            Socket socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress("127.0.0.1", port), (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return new RawPeer(socket);
        } catch (IOException error) {
            throw new AssertionError("cannot connect", error);
        }
    }

    /// Talks over a socket that a test has connected itself, an encrypted one for example.
    public static RawPeer over(Socket socket) {
        try {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return new RawPeer(socket);
        } catch (IOException error) {
            throw new AssertionError("cannot talk", error);
        }
    }

    /// Connects and upgrades, which must succeed.
    public static RawPeer open(int port, String target, String... headerLines) {
        RawPeer peer = connect(port);
        try {
            peer.upgrade(target, headerLines);
        } catch (AssertionError unanswered) {
            peer.close();
            throw unanswered;
        }
        if (peer.status != 101) {
            peer.close();
            throw new AssertionError("upgrade answered " + peer.status + " " + peer.body);
        }
        return peer;
    }

    /// Sends an upgrade request and reads the answer's head, and its body if it is a refusal.
    public RawPeer upgrade(String target, String... headerLines) {
        sendRaw(upgradeRequest(target, headerLines));
        return readAnswer();
    }

    /// The bytes of an upgrade request.
    public static byte[] upgradeRequest(String target, String... headerLines) {
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (String line : headerLines) {
            request.append(line).append("\r\n");
        }
        return request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Reads an HTTP answer.
    public RawPeer readAnswer() {
        try {
            String[] first = readLine().split(" ");
            status = Integer.parseInt(first[1]);
            headers.clear();
            for (String line = readLine(); !line.isEmpty(); line = readLine()) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
            if (status != 101) {
                body = new String(
                        in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0"))),
                        StandardCharsets.UTF_8);
            }
            return this;
        } catch (IOException error) {
            throw new AssertionError("no HTTP answer", error);
        }
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("connection closed in the answer's head: " + line);
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    public int status() {
        return status;
    }

    /// A header of the answer; null when absent.
    public String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    public String body() {
        return body;
    }

    public RawPeer send(String text) {
        return sendFrame(1, true, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends JSON written with apostrophes for quotes, so that it reads well in Java.
    public RawPeer tell(String json) {
        return send(json.replace('\'', '"'));
    }

    public RawPeer sendBinary(byte[] payload) {
        return sendFrame(2, true, payload);
    }

    public RawPeer sendFrame(int opcode, boolean fin, byte[] payload) {
        return sendFrame((fin ? 0x80 : 0) | opcode, payload);
    }

    /// @param firstByte FIN, reserved bits and opcode
    public RawPeer sendFrame(int firstByte, byte[] payload) {
        return sendRaw(frame(firstByte, payload));
    }

    /// A masked frame as bytes.
    public static byte[] frame(int firstByte, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        frame.write(firstByte);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65536) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i & 3]);
        }
        return frame.toByteArray();
    }

    public RawPeer sendRaw(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
            return this;
        } catch (IOException error) {
            throw new AssertionError("cannot send", error);
        }
    }

    /// The next frame of any kind; null when the server has closed TCP instead.
    public Frame frameOrEnd() {
        try {
            in.mark(1);
            if (in.read() < 0) {
                return null;
            }
            in.reset();
        } catch (SocketTimeoutException silence) {
            throw new AssertionError("nothing came within " + PATIENCE.toSeconds() + " s", silence);
        } catch (IOException reset) {
            return null;
        }
        return nextFrame();
    }

    /// The next frame of any kind.
    public Frame nextFrame() {
        try {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            long length = second & 0x7F;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            if ((second & 0x80) != 0) {
                throw new AssertionError("server frame is masked");
            }
            byte[] payload = in.readNBytes((int) length);
            if (payload.length < length) {
                throw new EOFException();
            }
            return new Frame(first & 0x0F, (first & 0x80) != 0, first >> 4 & 7, payload);
        } catch (SocketTimeoutException silence) {
            throw new AssertionError("nothing came within " + PATIENCE.toSeconds() + " s", silence);
        } catch (IOException error) {
            throw new AssertionError("connection lost", error);
        }
    }

    /// The next message as JSON; pings are answered and passed over.
    public JsonNode next() {
        Frame frame = nextFrame();
        while (frame.opcode() == 9 || frame.opcode() == 10) {
            if (frame.opcode() == 9) {
                sendFrame(10, true, frame.payload());
            }
            frame = nextFrame();
        }
        if (frame.opcode() != 1) {
            throw new AssertionError("expected text, got opcode " + frame.opcode() + " " + frame.closeCode() + " "
                    + frame.closeReason());
        }
        return JSON.readTree(frame.text());
    }

    /// The next message, which must have that type.
    public JsonNode expect(String type) {
        JsonNode message = next();
        if (!type.equals(message.path("type").asString(""))) {
            throw new AssertionError("expected " + type + ", got " + message);
        }
        return message;
    }

    /// The next `ERROR` or `RPC_ERROR`, which must have that code; returns its payload.
    public JsonNode expectError(String type, String code) {
        JsonNode payload = expect(type).path("payload");
        if (!code.equals(payload.path("code").asString(""))) {
            throw new AssertionError("expected code " + code + ", got " + payload);
        }
        return payload;
    }

    /// The close frame, which must be next after any text; answers it.
    public Frame expectClose(int code) {
        Frame frame = nextFrame();
        while (frame.opcode() != 8) {
            frame = nextFrame();
        }
        if (frame.closeCode() != code) {
            throw new AssertionError(
                    "expected close " + code + ", got " + frame.closeCode() + " " + frame.closeReason());
        }
        sendFrame(
                8,
                true,
                frame.payload().length < 2 ? new byte[0] : new byte[] {frame.payload()[0], frame.payload()[1]});
        return frame;
    }

    /// Every message up to and including the first of that type.
    public List<JsonNode> until(String type) {
        List<JsonNode> messages = new ArrayList<>();
        do {
            messages.add(next());
        } while (!type.equals(messages.getLast().path("type").asString("")));
        return messages;
    }

    /// Whether the server closes TCP; waits for it and passes over what it sends before.
    public boolean isCutOff() {
        try {
            in.skipNBytes(Long.MAX_VALUE);
            return false;
        } catch (EOFException end) {
            return true;
        } catch (IOException reset) {
            return !(reset instanceof SocketTimeoutException);
        }
    }

    public Socket socket() {
        return socket;
    }

    public InputStream input() {
        return in;
    }

    /// Cuts TCP without a close frame.
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // closing a test's socket cannot fail in a way that matters
        }
    }
}
