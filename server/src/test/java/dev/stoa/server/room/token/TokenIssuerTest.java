package dev.stoa.server.room.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stoa.property.Property;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.AuthorizeResult;
import dev.stoa.protocol.room.PrincipalKind;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TokenIssuerTest {
    private static final RoomAudience CHAT = RoomAudience.of(RoomKind.ROOM, "chat");
    private static final RoomPrincipal ADA =
            new RoomPrincipal(PrincipalKind.USER, "p1", "ada", "s1", "acme", "ada@example.org", "Ada \uD83D\uDE80");

    private final HandClock clock = new HandClock();
    private final TokenKeys keys = Forge.keys();
    private final TokenIssuer issuer = new TokenIssuer(Forge.INSTANCE, keys, clock, () -> "t1");
    private final TokenVerifier verifier = new TokenVerifier(Forge.INSTANCE, keys, clock);

    @Test
    void whatIsIssuedIsWhatIsVerified() {
        RawJson presence = RawJson.parse("{\"x\":12345678901234567890.10,\"s\":\"\u00E9\"}");
        clock.advance(Duration.ofNanos(123_456_789));
        var grant = new TokenGrant(
                CHAT, ADA, Duration.ofSeconds(60), Set.of(RoomOp.READ, RoomOp.ADMIN), "m1", "c1", presence);

        IssuedToken issued = issuer.issue(grant);

        assertThat(Forge.valid(verifier.verify(issued.text()))).isEqualTo(issued.token());
        assertThat(issued.token())
                .isEqualTo(new RoomToken(
                        "default",
                        CHAT,
                        "ada",
                        HandClock.START.plusMillis(60_123),
                        HandClock.START.plusMillis(123),
                        "t1",
                        Set.of(RoomOp.READ, RoomOp.ADMIN),
                        "m1",
                        "c1",
                        presence,
                        ADA));
    }

    @Test
    void headerAndClaimsAreTheDocumentedOnes() {
        String[] parts = issuer.issue(TokenGrant.of(CHAT, RoomPrincipal.user("ada")))
                .text()
                .split("\\.");

        assertThat(json(parts[0])).isEqualTo(Json.mapper().readTree("""
                {"kid":"h","typ":"JWT","alg":"HS256"}"""));
        assertThat(json(parts[1])).isEqualTo(Json.mapper().readTree("""
                {"iss":"default","aud":"room:chat","exact":true,"sub":"ada","iat":1772366400,"exp":1772366700,
                 "jti":"t1","ops":["read","publish","presence","metadata","document"],
                 "actor":{"kind":"user","id":"ada","userId":"ada"}}"""));
    }

    @Test
    void bothAlgorithmsCarryAnyNameAndGrant() {
        Property.holds(200, chance -> {
            keys.signWith(chance.oneOf(List.of("h", "e")));
            String name = RoomUrlTest.name(chance);
            RoomKind kind = chance.oneOf(List.of(RoomKind.values()));
            RoomAudience audience =
                    chance.onceIn(2) ? RoomAudience.of(kind, name) : RoomAudience.beginningWith(kind, name);
            var grant = new TokenGrant(
                    audience,
                    chance.onceIn(4) ? RoomPrincipal.ANONYMOUS : RoomPrincipal.user("u" + chance.text(40)),
                    Duration.ofMillis(chance.between(1000, 86_400_000)),
                    Set.of(chance.oneOf(List.of(RoomOp.values()))),
                    chance.onceIn(2) ? null : "m" + chance.text(40),
                    chance.onceIn(2) ? null : "c" + chance.text(40),
                    chance.onceIn(2) ? null : RawJson.of(Map.of("k", chance.text(100))));

            IssuedToken issued = issuer.issue(grant);

            assertThat(Forge.valid(verifier.verify(issued.text(), kind, name))).isEqualTo(issued.token());
        });
    }

    @Test
    void theUsualGrantIsFiveMinutesOfAllButAdmin() {
        RoomToken token = issuer.issue(TokenGrant.of(CHAT, ADA)).token();

        assertThat(Duration.between(token.issuedAt(), token.expiresAt())).isEqualTo(Duration.ofSeconds(300));
        assertThat(List.of(RoomOp.values()))
                .allSatisfy(op -> assertThat(token.allows(op)).isEqualTo(op != RoomOp.ADMIN));
    }

    @Test
    void optionsBecomeAGrantForTheResolvedActor() {
        var options = new AuthorizeOptions(
                "m1", "c1", RawJson.EMPTY_OBJECT, RoomPrincipal.user("eve"), 10, List.of(RoomOp.READ, RoomOp.READ));

        assertThat(TokenGrant.of(CHAT, ADA, options))
                .isEqualTo(new TokenGrant(
                        CHAT, ADA, Duration.ofSeconds(10), Set.of(RoomOp.READ), "m1", "c1", RawJson.EMPTY_OBJECT));
        assertThat(TokenGrant.of(CHAT, ADA, AuthorizeOptions.of(ADA))).isEqualTo(TokenGrant.of(CHAT, ADA));
    }

    @Test
    void ttlHasLimitsThatAreNamed() {
        TokenGrant usual = TokenGrant.of(CHAT, ADA);

        assertThat(usual.withTtl(Duration.ofSeconds(1)).ttl()).isEqualTo(Duration.ofSeconds(1));
        assertThat(usual.withTtl(Duration.ofSeconds(86_400)).ttl()).isEqualTo(Duration.ofDays(1));
        assertInvalid("ttlSeconds of 86401 exceeds 86400", () -> usual.withTtl(Duration.ofSeconds(86_401)));
        assertInvalid("ttlSeconds of 0 is less than 1", () -> usual.withTtl(Duration.ZERO));
        assertInvalid("ttlSeconds of 0.999 is less than 1", () -> usual.withTtl(Duration.ofMillis(999)));
        assertInvalid(
                "ttlSeconds of -5 is less than 1",
                () -> TokenGrant.of(CHAT, ADA, AuthorizeOptions.of(ADA).withTtlSeconds(-5)));
    }

    @Test
    void aGrantOfNothingIsRefused() {
        assertInvalid(
                "ops is empty: the token would allow nothing",
                () -> TokenGrant.of(CHAT, ADA, AuthorizeOptions.of(ADA).allowing()));
    }

    @Test
    void idsAndPresenceAreChecked() {
        String longest = "x".repeat(256);

        assertThat(grant(longest, RawJson.EMPTY_OBJECT).memberId()).isEqualTo(longest);
        assertInvalid("memberId of 257 characters exceeds 256", () -> grant(longest + "x", null));
        assertInvalid("memberId is empty", () -> grant("", null));
        assertInvalid("presence must be a JSON object", () -> grant("m", RawJson.parse("[1]")));
        assertInvalid(
                "actor.userId of 257 characters exceeds 256",
                () -> TokenGrant.of(CHAT, RoomPrincipal.user(longest + "x")));
    }

    @Test
    void aTokenThatWouldBeRefusedForItsSizeIsNotIssued() {
        TokenGrant grant = grant("m", RawJson.of(Map.of("text", "x".repeat(6000))));

        ProtocolException refused = catchThrowableOfType(ProtocolException.class, () -> issuer.issue(grant));

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT.name());
        assertThat(refused).hasMessageMatching("a token of 8\\d{3} bytes exceeds 8192: .*");
    }

    @Test
    void theSubjectIsTheBestKnownId() {
        assertThat(subjectOf(ADA, "m", "c")).isEqualTo("ada");
        RoomPrincipal device = new RoomPrincipal(PrincipalKind.ANONYMOUS, "d1", null, null, null, null, null);
        assertThat(subjectOf(device, "m", "c")).isEqualTo("d1");
        assertThat(subjectOf(RoomPrincipal.ANONYMOUS, "m", "c")).isEqualTo("m");
        assertThat(subjectOf(RoomPrincipal.ANONYMOUS, null, "c")).isEqualTo("c");
        assertThat(subjectOf(RoomPrincipal.ANONYMOUS, null, null)).isEqualTo("anonymous");
    }

    @Test
    void theAnswerSaysWhereAndHowToConnect() {
        IssuedToken issued = issuer.issue(grant("m", RawJson.EMPTY_OBJECT));

        AuthorizeResult result =
                issued.toResult(new RoomAddress(RoomKind.ROOM, "chat"), new RoomUrl("wss://example.org/rooms"));

        assertThat(result)
                .isEqualTo(new AuthorizeResult(
                        "chat",
                        RoomKind.ROOM,
                        issued.text(),
                        HandClock.START.plusSeconds(300),
                        "wss://example.org/rooms/room/chat",
                        List.of("stoa.room.v1", "bearer." + issued.text()),
                        ADA,
                        "m",
                        null,
                        RawJson.EMPTY_OBJECT));
    }

    @Test
    void noTextFormHoldsTheTokenOrWhatItCarries() {
        IssuedToken issued = issuer.issue(grant("m", RawJson.parse("{\"mood\":\"secret\"}")));

        assertThat(issued).hasToString("IssuedToken[RoomToken[t1, expires 2026-03-01T12:05:00Z]]");
        assertThat(new TokenVerdict.Valid(issued.token()).toString()).doesNotContain("secret", "ada@", issued.text());
    }

    private static TokenGrant grant(String memberId, @Nullable RawJson presence) {
        return new TokenGrant(CHAT, ADA, TokenGrant.USUAL_TTL, RoomToken.USUAL_OPS, memberId, null, presence);
    }

    private String subjectOf(RoomPrincipal actor, @Nullable String memberId, @Nullable String clientId) {
        var grant = new TokenGrant(CHAT, actor, TokenGrant.USUAL_TTL, RoomToken.USUAL_OPS, memberId, clientId, null);
        return issuer.issue(grant).token().subject();
    }

    private static void assertInvalid(String message, ThrowingCallable call) {
        ProtocolException refused = catchThrowableOfType(ProtocolException.class, call);
        assertThat(refused).hasMessage(message);
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT.name());
    }

    private static JsonNode json(String part) {
        return Json.mapper().readTree(Base64.getUrlDecoder().decode(part));
    }
}
