package dev.stoa.server.http;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.PrincipalKind;
import dev.stoa.protocol.room.RoomPrincipal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The request headers that say in whose name an application asks (rooms protocol, section 2). Immutable.
///
/// A value may be in UTF-8, whatever the HTTP server took its bytes for.
public record ActorHeaders(String userId, String sessionId, String tenantId, String email, String name) {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final int MAX_LENGTH = 256;

    public ActorHeaders {
        for (String header : new String[] {userId, sessionId, tenantId, email, name}) {
            if (!TOKEN.matcher(header).matches()) {
                throw new IllegalArgumentException("not the name of a header: " + header);
            }
        }
    }

    public static ActorHeaders usual() {
        return new ActorHeaders("x-user-id", "x-session-id", "x-tenant-id", "x-user-email", "x-user-name");
    }

    /// The actor that a request names; null when it names none.
    @Nullable
    RoomPrincipal resolve(ApiRequest request) {
        String user = value(request, userId);
        String session = value(request, sessionId);
        if (user == null && session == null) {
            return null;
        }
        return new RoomPrincipal(
                user == null ? PrincipalKind.ANONYMOUS : PrincipalKind.USER,
                user == null ? session : user,
                user,
                session,
                value(request, tenantId),
                value(request, email),
                value(request, name));
    }

    private static @Nullable String value(ApiRequest request, String header) {
        String value = request.header(header);
        if (value == null || value.isBlank()) {
            return null;
        }
        String text = asUtf8(value.strip());
        if (text.length() > MAX_LENGTH) {
            throw ProtocolException.ofPeer(
                    ErrorCode.INVALID_ARGUMENT,
                    "header " + header + " of " + text.length() + " characters exceeds " + MAX_LENGTH,
                    Map.of());
        }
        return text;
    }

    private static String asUtf8(String value) {
        if (value.chars().allMatch(unit -> unit < 0x80) || value.chars().anyMatch(unit -> unit > 0xFF)) {
            return value;
        }
        String decoded = new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return decoded.indexOf('\uFFFD') < 0 ? decoded : value;
    }
}
