package dev.stoa.server.room.token;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.RoomKind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which rooms a token is good for: one, or all of a kind whose names begin in the same way. Immutable.
///
/// In a token it is two claims. `aud` is `kind:name` or `kind:beginning*`, and no character in it is
/// escaped, so that a backend in any language gets names right by doing nothing. That leaves one doubt, a
/// name that ends in `*`; the claim `exact` settles it: when it is `true`, `aud` holds one name, whatever
/// its characters. Stoa writes it into each token for one room.
///
/// @param name the name, or what names must begin with (then it may be empty: every room of the kind)
/// @param pattern whether it is a beginning
public record RoomAudience(RoomKind kind, String name, boolean pattern) {
    /// @throws ProtocolException `INVALID_ARGUMENT` when the name is none
    public RoomAudience {
        if (pattern) {
            RoomAddress.check("beginning of a " + kind.text() + " name", name);
        } else {
            var _ = new RoomAddress(kind, name);
        }
    }

    /// One room.
    public static RoomAudience of(RoomKind kind, String name) {
        return new RoomAudience(kind, name, false);
    }

    /// One room.
    public static RoomAudience of(RoomAddress room) {
        return of(room.kind(), room.name());
    }

    /// All rooms of a kind whose names begin with `beginning`; empty for every room of the kind.
    public static RoomAudience beginningWith(RoomKind kind, String beginning) {
        return new RoomAudience(kind, beginning, true);
    }

    /// Reads the two claims.
    ///
    /// @param exact the claim of that name; null counts as false
    /// @throws ProtocolException `INVALID_ARGUMENT` when they name no room
    public static RoomAudience parse(String aud, @Nullable Boolean exact) {
        int colon = aud.indexOf(':');
        RoomKind kind = kindOf(colon < 0 ? "" : aud.substring(0, colon));
        String name = aud.substring(colon + 1);
        return name.endsWith("*") && !Boolean.TRUE.equals(exact)
                ? beginningWith(kind, name.substring(0, name.length() - 1))
                : of(kind, name);
    }

    /// The claim `aud`.
    public String text() {
        return kind.text() + ":" + name + (pattern ? "*" : "");
    }

    public boolean covers(RoomKind roomKind, String roomName) {
        return roomKind == kind && (pattern ? roomName.startsWith(name) : roomName.equals(name));
    }

    private static RoomKind kindOf(String text) {
        for (RoomKind kind : RoomKind.values()) {
            if (kind.text().equals(text)) {
                return kind;
            }
        }
        throw ProtocolException.ofPeer(
                ErrorCode.INVALID_ARGUMENT, "an audience begins with room: or channel:", Map.of());
    }
}
