package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AwarenessOptions;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.UpdateOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Holds what callers give against an instance's limits, each with its own error (rooms protocol, section 3).
/// Immutable.
///
/// A size beyond its limit has `size` and `limit` among the error's details, so that HTTP can answer 413.
final class Checks {
    static final int MAX_TYPE_LENGTH = 128;
    static final int MAX_ID_LENGTH = 256;
    static final int MAX_TYPES = 100;

    private final RoomLimits limits;

    Checks(RoomLimits limits) {
        this.limits = limits;
    }

    MessageInput message(MessageInput input) {
        text("message type", input.type(), MAX_TYPE_LENGTH);
        if (input.idempotencyKey() != null) {
            text("idempotencyKey", input.idempotencyKey(), MAX_ID_LENGTH);
        }
        object("message metadata", input.metadata(), limits.maxMetadataBytes());
        depth("message data", input.data());
        size("message", bytes(input.data()) + bytes(input.metadata()), limits.maxMessageBytes());
        return input;
    }

    JoinOptions join(JoinOptions options) {
        memberId(options.memberId());
        object("member metadata", options.metadata(), limits.maxMetadataBytes());
        presence(options.presence());
        return options;
    }

    String memberId(@Nullable String memberId) {
        if (memberId == null) {
            throw invalid("memberId is missing, and there is no actor to take it from");
        }
        return text("memberId", memberId, MAX_ID_LENGTH);
    }

    void presence(@Nullable RawJson presence) {
        object("presence", presence, limits.maxPresenceBytes());
    }

    void metadata(@Nullable RawJson metadata) {
        object("room metadata", metadata, limits.maxMetadataBytes());
    }

    /// The state that a room's hooks share.
    void state(Map<String, RawJson> state) {
        long bytes = 2;
        for (Map.Entry<String, RawJson> entry : state.entrySet()) {
            depth("room state", entry.getValue());
            bytes += entry.getKey().length() + 4L + entry.getValue().sizeBytes();
        }
        size("room state", (int) Math.min(bytes, Integer.MAX_VALUE), limits.maxStateBytes());
    }

    /// Who acts, as somebody trusted says.
    RoomPrincipal actor(RoomPrincipal actor) {
        part("actor.id", actor.id());
        part("actor.userId", actor.userId());
        part("actor.sessionId", actor.sessionId());
        part("actor.tenantId", actor.tenantId());
        part("actor.email", actor.email());
        part("actor.displayName", actor.displayName());
        return actor;
    }

    private static void part(String what, @Nullable String text) {
        if (text != null) {
            text(what, text, MAX_ID_LENGTH);
        }
    }

    /// Which types of messages to read.
    static Set<String> types(@Nullable List<String> types) {
        if (types == null) {
            return Set.of();
        }
        if (types.size() > MAX_TYPES) {
            throw invalid(types.size() + " types to filter by exceed " + MAX_TYPES);
        }
        Set<String> checked = new HashSet<>();
        for (String type : types) {
            if (type == null) {
                throw invalid("a type to filter by is null");
            }
            checked.add(text("message type", type, MAX_TYPE_LENGTH));
        }
        return checked;
    }

    void update(UpdateOptions options) {
        if (options.clientId() != null) {
            text("clientId", options.clientId(), MAX_ID_LENGTH);
        }
        if (options.clock() != null && options.clock() < 0) {
            throw invalid("clock must not be negative: " + options.clock());
        }
        depth("update", options.update());
        size("update", bytes(options.update()), limits.maxMessageBytes());
    }

    void awareness(AwarenessOptions options) {
        if (options.clientId() == null) {
            throw invalid("clientId is missing, and there is no connection to take it from");
        }
        text("clientId", options.clientId(), MAX_ID_LENGTH);
        if (options.state() != null && !options.state().isNull()) {
            object("awareness state", options.state(), limits.maxPresenceBytes());
        }
    }

    /// A page's size.
    static int page(@Nullable Integer limit, int usual) {
        if (limit == null) {
            return usual;
        }
        if (limit < 1 || limit > RoomsOptions.MAX_PAGE) {
            throw invalid("limit is 1 to " + RoomsOptions.MAX_PAGE + ", not " + limit);
        }
        return limit;
    }

    static String text(String what, String text, int max) {
        int length = text.codePointCount(0, text.length());
        if (length == 0) {
            throw invalid(what + " is empty");
        }
        if (length > max) {
            throw invalid(what + " of " + length + " characters exceeds " + max);
        }
        text.codePoints().filter(Checks::isUnkept).findFirst().ifPresent(point -> {
            throw invalid("%s must not hold the character U+%04X".formatted(what, point));
        });
        return text;
    }

    /// Neither stores nor JSON carry these everywhere.
    private static boolean isUnkept(int point) {
        return point == 0 || point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }

    void object(String what, @Nullable RawJson value, int maxBytes) {
        if (value == null) {
            return;
        }
        if (!value.isObject()) {
            throw invalid(what + " must be a JSON object");
        }
        depth(what, value);
        size(what, value.sizeBytes(), maxBytes);
    }

    private void depth(String what, @Nullable RawJson value) {
        if (value != null && value.depth() > limits.maxDepth()) {
            throw invalid(what + " is nested " + value.depth() + " deep, which exceeds " + limits.maxDepth());
        }
    }

    private static int bytes(@Nullable RawJson value) {
        return value == null ? 0 : value.sizeBytes();
    }

    private static void size(String what, int bytes, int max) {
        if (bytes > max) {
            throw ProtocolException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    what + " of " + bytes + " bytes exceeds " + max,
                    Map.of("size", bytes, "limit", max));
        }
    }

    static ProtocolException invalid(String message) {
        return ProtocolException.ofPeer(ErrorCode.INVALID_ARGUMENT, message, Map.of());
    }
}
