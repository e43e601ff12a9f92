package dev.stoa.server.room.token;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.RoomKind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Where rooms are reached: `ws(s)://host/rooms/<kind>/<name>`, and back from a path to the room. Immutable.
///
/// In the path a name is its UTF-8, percent-encoded but for letters, digits and `-._~`; so `/`, `?`, `#` and
/// `%` in names do no harm. Two names need more: browsers take `.` and `..` for steps along the path, also
/// when written `%2E`, and remove them before they connect. They are written `=.` and `=..`; the sign can
/// mean nothing else there, since in a name it would be written `%3D`.
///
/// @param base scheme, host and the endpoint's path, without a slash at the end
public record RoomUrl(String base) {
    private static final Pattern BASE =
            Pattern.compile("wss?://[A-Za-z0-9._\\-\\[\\]:%]+(/[A-Za-z0-9._~!$&'()*+,;=:@%\\-]+)*");
    private static final String SUBPROTOCOL = "stoa.room.v1";
    private static final String BEARER = "bearer.";
    private static final String UNRESERVED_SIGNS = "-._~";

    public RoomUrl {
        if (!BASE.matcher(base).matches()) {
            throw new IllegalArgumentException(
                    "the base of room URLs must be like wss://host/rooms, without a slash at the end: " + base);
        }
    }

    /// @param host name or address, with the port unless it is the scheme's own
    /// @param path the endpoint's, like `/rooms`
    public static RoomUrl of(boolean tls, String host, String path) {
        return new RoomUrl((tls ? "wss://" : "ws://") + host + (path.equals("/") ? "" : path));
    }

    /// The URL of a room.
    public String of(RoomAddress room) {
        return base + pathOf(room);
    }

    /// The subprotocols that a client offers: the protocol, and its token.
    public static List<String> protocols(String token) {
        return List.of(SUBPROTOCOL, BEARER + token);
    }

    /// What follows the endpoint's path: `/<kind>/<name>`.
    public static String pathOf(RoomAddress room) {
        return "/" + room.kind().text() + "/" + segmentOf(room.name());
    }

    /// The room of a path.
    ///
    /// @param path what follows the endpoint's path in the request target, still encoded, without query
    /// @throws ProtocolException `NOT_FOUND` when it is not a room's path, `INVALID_ARGUMENT` when there is
    ///     no name in it
    public static RoomAddress parse(String path) {
        for (RoomKind kind : RoomKind.values()) {
            String prefix = "/" + kind.text() + "/";
            if (path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0) {
                return new RoomAddress(kind, nameOf(path.substring(prefix.length())));
            }
        }
        throw ProtocolException.ofPeer(
                ErrorCode.NOT_FOUND, "the path of a room is /room/<name> or /channel/<name>", Map.of());
    }

    /// A name as it stands in a path.
    public static String segmentOf(String name) {
        if (isDots(name)) {
            return "=" + name;
        }
        var segment = new StringBuilder(name.length() + 16);
        for (byte unit : name.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved((char) (unit & 0xFF))) {
                segment.append((char) unit);
            } else {
                segment.append('%').append(HexFormat.of().withUpperCase().toHexDigits(unit));
            }
        }
        return segment.toString();
    }

    /// The name that a segment of a path stands for.
    ///
    /// @throws ProtocolException `INVALID_ARGUMENT` when it is not percent-encoded UTF-8, or takes a step
    public static String nameOf(String segment) {
        if (segment.startsWith("=") && isDots(segment.substring(1))) {
            return segment.substring(1);
        }
        String name = decoded(segment);
        if (isDots(name)) {
            throw refused("in a path the names . and .. are written =. and =..");
        }
        return name;
    }

    private static String decoded(String segment) {
        var bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char unit = segment.charAt(i);
            if (unit == '%') {
                bytes.write(octet(segment, i));
                i += 2;
            } else if (unit > 0x20 && unit < 0x7F) {
                bytes.write(unit);
            } else {
                throw refused("the name in the path is not percent-encoded");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw refused("the name in the path is not UTF-8");
        }
    }

    private static int octet(String segment, int at) {
        if (at + 2 < segment.length()
                && HexFormat.isHexDigit(segment.charAt(at + 1))
                && HexFormat.isHexDigit(segment.charAt(at + 2))) {
            return HexFormat.fromHexDigits(segment, at + 1, at + 3);
        }
        throw refused("the name in the path has a % without two hexadecimal digits");
    }

    private static boolean isDots(String name) {
        return name.equals(".") || name.equals("..");
    }

    private static boolean isUnreserved(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || UNRESERVED_SIGNS.indexOf(c) >= 0;
    }

    private static ProtocolException refused(String message) {
        return ProtocolException.ofPeer(ErrorCode.INVALID_ARGUMENT, message, Map.of());
    }
}
