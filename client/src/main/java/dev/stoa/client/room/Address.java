package dev.stoa.client.room;

import dev.stoa.protocol.room.RoomKind;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which room, and how messages name it. Immutable.
///
/// @param whole whether the room has a socket of its own, so that messages need not name it
record Address(RoomKind kind, String name, boolean whole) {
    private static final int MAX_NAME = 256;
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    Address {
        int length = name.codePointCount(0, name.length());
        if (length < 1 || length > MAX_NAME || name.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a room's name has 1 to " + MAX_NAME
                    + " characters and no control characters; this one has " + length);
        }
    }

    /// The name as messages carry it.
    @Nullable
    String room() {
        return whole ? null : name;
    }

    /// The kind as messages carry it: left out where it goes without saying.
    @Nullable
    RoomKind kindOnWire() {
        return whole || kind == RoomKind.ROOM ? null : kind;
    }

    /// `room chat` or `channel news`, for error messages.
    @Override
    public String toString() {
        return kind.text() + " " + name;
    }

    /// The path of the room's own socket. Dots are encoded too, lest a name be taken for a step in the path.
    static String path(RoomKind kind, String name) {
        StringBuilder path = new StringBuilder("/rooms/" + kind.text().toLowerCase(Locale.ROOT) + "/");
        for (byte unit : name.getBytes(StandardCharsets.UTF_8)) {
            if (UNRESERVED.indexOf(unit) >= 0) {
                path.append((char) unit);
            } else {
                path.append('%').append(HEX.toHexDigits(unit));
            }
        }
        return path.toString();
    }
}
