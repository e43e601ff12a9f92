package dev.stoa.server.room.token;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.RevokeOptions;
import dev.stoa.protocol.room.RoomKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// That tokens are no longer good: one token, or what a user or a member had at an instant. Immutable; goes
/// to JSON and back.
///
/// A user's or member's revocation leaves alone what was issued later: who is authorised anew may come in.
/// `iat` tells them apart as it is written; a token whose `iat` is in whole seconds counts as issued at
/// the beginning of its second.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "of")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Revocation.OfToken.class, name = "token"),
    @JsonSubTypes.Type(value = Revocation.OfUser.class, name = "user"),
    @JsonSubTypes.Type(value = Revocation.OfMember.class, name = "member")
})
public sealed interface Revocation {
    /// After this long no token is left that a revocation concerns: the longest life of one, and a clock
    /// that is wrong by the skew at either end of it.
    Duration KEPT_FOR = RoomToken.MAX_TTL.plus(RoomToken.CLOCK_SKEW.multipliedBy(2));

    /// When it was said.
    Instant at();

    /// Whether it may be forgotten.
    default boolean isOver(Instant now) {
        return !now.isBefore(at().plus(KEPT_FOR));
    }

    /// What `options` ask for.
    ///
    /// @param room where a member is one
    /// @throws ProtocolException `INVALID_ARGUMENT` unless exactly one id is given, and it is one
    static Revocation of(RevokeOptions options, RoomAddress room, Instant now) {
        long given = Stream.of(options.jti(), options.userId(), options.memberId())
                .filter(Objects::nonNull)
                .count();
        if (given != 1) {
            throw refused("exactly one of jti, userId and memberId must be given, not " + given);
        }
        if (options.jti() != null) {
            return new OfToken(options.jti(), now);
        }
        return options.userId() != null
                ? new OfUser(options.userId(), now)
                : new OfMember(room.kind(), room.name(), id("memberId", options.memberId()), now);
    }

    /// One token, wherever it would be used.
    record OfToken(String jti, Instant at) implements Revocation {
        public OfToken {
            id("jti", jti);
        }
    }

    /// What a user had, wherever it would be used.
    record OfUser(String userId, Instant at) implements Revocation {
        public OfUser {
            id("userId", userId);
        }
    }

    /// What a member had, in one room.
    record OfMember(RoomKind kind, String room, String memberId, Instant at) implements Revocation {
        public OfMember {
            id("memberId", memberId);
        }
    }

    private static String id(String what, @Nullable String id) {
        if (id == null || id.isEmpty()) {
            throw refused(what + " is empty");
        }
        if (id.length() > RoomToken.MAX_ID) {
            throw refused(what + " of " + id.length() + " characters exceeds " + RoomToken.MAX_ID);
        }
        return id;
    }

    private static ProtocolException refused(String message) {
        return ProtocolException.ofPeer(ErrorCode.INVALID_ARGUMENT, message, Map.of());
    }
}
