package dev.stoa.server.room.token;

import dev.stoa.protocol.Json;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A token's payload: the claims of the page `docs/protocols/rooms-tokens.md`, read strictly, with further
/// claims let pass. Immutable.
final class Claims {
    /// Dates beyond the year 5000 are nobody's intent.
    private static final double LAST_SECOND = 1e11;

    private final JsonObject claims;

    private Claims(JsonObject claims) {
        this.claims = claims;
    }

    static byte[] write(RoomToken token) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", token.issuer());
        claims.put("aud", token.audience().text());
        if (!token.audience().pattern()) {
            claims.put("exact", true);
        }
        claims.put("sub", token.subject());
        claims.put("iat", seconds(token.issuedAt()));
        claims.put("exp", seconds(token.expiresAt()));
        claims.put("jti", token.jti());
        claims.put("ops", token.ops().stream().sorted().map(RoomOp::text).toList());
        putIfPresent(claims, "memberId", token.memberId());
        putIfPresent(claims, "clientId", token.clientId());
        putIfPresent(claims, "presence", token.presence());
        claims.put("actor", token.actor());
        return Json.mapper().writeValueAsBytes(claims);
    }

    static Claims parse(byte[] json) throws RefusedToken {
        return new Claims(JsonObject.parse("claim", json));
    }

    /// The token, complete and well-formed. Times, issuer and audience are not compared with anything yet.
    RoomToken toToken() throws RefusedToken {
        String subject = id("sub", required("sub", String.class));
        RawJson presence = claims.find("presence");
        if (presence != null && !presence.isObject()) {
            throw claims.malformed("presence", "must be a JSON object");
        }
        return new RoomToken(
                required("iss", String.class),
                audience(),
                subject,
                instant("exp", required("exp", Double.class)),
                instant("iat", required("iat", Double.class)),
                id("jti", required("jti", String.class)),
                ops(),
                optionalId("memberId"),
                optionalId("clientId"),
                presence,
                actor(subject));
    }

    /// Before when the token is not good yet, if it says so.
    @Nullable
    Instant notBefore() throws RefusedToken {
        Double nbf = claims.find("nbf", Double.class);
        return nbf == null ? null : instant("nbf", nbf);
    }

    private RoomAudience audience() throws RefusedToken {
        String aud = onlyAudience(required("aud", RawJson.class));
        Boolean exact = claims.find("exact", Boolean.class);
        try {
            return RoomAudience.parse(aud, exact);
        } catch (ProtocolException unfit) {
            throw claims.malformed("aud", "names no room: " + unfit.text());
        }
    }

    /// Libraries write one audience as a text or as an array of one.
    private String onlyAudience(RawJson aud) throws RefusedToken {
        if (!aud.toString().startsWith("[")) {
            return claims.as("aud", aud, String.class);
        }
        RawJson[] audiences = claims.as("aud", aud, RawJson[].class);
        if (audiences.length != 1) {
            throw claims.malformed("aud", "has " + audiences.length + " audiences and must have one");
        }
        return claims.as("aud", audiences[0], String.class);
    }

    private Set<RoomOp> ops() throws RefusedToken {
        RawJson[] listed = claims.find("ops", RawJson[].class);
        if (listed == null) {
            return RoomToken.USUAL_OPS;
        }
        Set<RoomOp> ops = EnumSet.noneOf(RoomOp.class);
        for (RawJson op : listed) {
            ops.add(claims.as("ops", op, RoomOp.class));
        }
        return ops;
    }

    private RoomPrincipal actor(String subject) throws RefusedToken {
        RoomPrincipal actor = claims.find("actor", RoomPrincipal.class);
        if (actor == null) {
            return RoomPrincipal.user(subject);
        }
        if (actor.userId() != null) {
            id("actor.userId", actor.userId());
        }
        if (actor.id() != null) {
            id("actor.id", actor.id());
        }
        return actor;
    }

    private <T> T required(String claim, Class<T> type) throws RefusedToken {
        T value = claims.find(claim, type);
        if (value == null) {
            throw new RefusedToken(RefusalReason.MISSING_CLAIM, "the token has no claim " + claim);
        }
        return value;
    }

    private @Nullable String optionalId(String claim) throws RefusedToken {
        String value = claims.findText(claim);
        return value == null ? null : id(claim, value);
    }

    private String id(String claim, String id) throws RefusedToken {
        if (id.isEmpty()) {
            throw claims.malformed(claim, "is empty");
        }
        if (id.length() > RoomToken.MAX_ID) {
            throw claims.malformed(claim, "of " + id.length() + " characters exceeds " + RoomToken.MAX_ID);
        }
        return id;
    }

    private Instant instant(String claim, double seconds) throws RefusedToken {
        if (!(seconds >= 0 && seconds <= LAST_SECOND)) {
            throw claims.malformed(claim, "is not a time in seconds");
        }
        return Instant.ofEpochMilli(Math.round(seconds * 1000));
    }

    /// Seconds to the millisecond: revocation by user compares with `iat`, and a second is long.
    private static BigDecimal seconds(Instant time) {
        BigDecimal exact = BigDecimal.valueOf(time.toEpochMilli(), 3).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }

    private static void putIfPresent(Map<String, Object> claims, String name, @Nullable Object value) {
        if (value != null) {
            claims.put(name, value);
        }
    }
}
