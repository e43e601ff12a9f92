package dev.stoa.server.room.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tokens made by the JDK alone, genuine and forged (checklist, row 10).
class TokenVerifierTest {
    private static final String HS256 = "{\"alg\":\"HS256\",\"kid\":\"h\"}";
    private static final String ES256 = "{\"alg\":\"ES256\",\"kid\":\"e\"}";

    private final HandClock clock = new HandClock();
    private final TokenKeys keys = Forge.keys();
    private final TokenVerifier verifier = new TokenVerifier(Forge.INSTANCE, keys, clock);

    // Genuine ones.

    @Test
    void aTokenOfFewClaimsIsFilledUp() {
        RoomToken token = Forge.valid(verifier.verify(Forge.signed(Forge.claims())));

        assertThat(token)
                .isEqualTo(new RoomToken(
                        "default",
                        RoomAudience.of(RoomKind.ROOM, "chat"),
                        "ada",
                        HandClock.START.plusSeconds(300),
                        HandClock.START,
                        "t1",
                        RoomToken.USUAL_OPS,
                        null,
                        null,
                        null,
                        RoomPrincipal.user("ada")));
    }

    @Test
    void anEllipticCurveSignatureIsAccepted() {
        Forge.valid(verifier.verify(Forge.es256(ES256, Forge.claims(), Forge.PAIR.getPrivate())));
    }

    @Test
    void headersAndClaimsThatNobodyAskedForAreLetPass() {
        String header = "{\"typ\":\"JWT\",\"kid\":\"h\",\"alg\":\"HS256\",\"x\":[1]}";

        Forge.valid(verifier.verify(Forge.hs256(header, Forge.claimsWith("scope", "{\"a\":[null]}"), Forge.SECRET)));
    }

    @Test
    void oneAudienceMayStandInAnArray() {
        RoomToken token = Forge.valid(verifier.verify(Forge.signed(Forge.claimsWith("aud", "[\"channel:news\"]"))));

        assertThat(token.audience()).isEqualTo(RoomAudience.of(RoomKind.CHANNEL, "news"));
    }

    @Test
    void timesMayHaveFractions() {
        long now = HandClock.START.getEpochSecond();

        RoomToken token = Forge.valid(verifier.verify(Forge.signed(Forge.claimsWith("exp", now + 9 + ".25"))));

        assertThat(token.expiresAt()).isEqualTo(HandClock.START.plusMillis(9250));
    }

    @Test
    void aClaimThatIsNullIsAbsent() {
        RoomToken token = Forge.valid(verifier.verify(Forge.signed(Forge.claimsWith("memberId", "null"))));

        assertThat(token.memberId()).isNull();
    }

    @Test
    void operationsActorAndPresenceAreRead() {
        String claims = Forge.claimsWith("ops", "[\"read\",\"admin\"]")
                .replace("}", ",\"actor\":{\"kind\":\"anonymous\",\"id\":\"d1\"},\"presence\":{\"x\":1e400}}");

        RoomToken token = Forge.valid(verifier.verify(Forge.signed(claims)));

        assertThat(token.ops()).isEqualTo(Set.of(RoomOp.READ, RoomOp.ADMIN));
        assertThat(token.actor().id()).isEqualTo("d1");
        assertThat(token.presence()).isEqualTo(RawJson.parse("{\"x\":1e400}"));
    }

    // Forged ones.

    @ParameterizedTest
    @ValueSource(strings = {"none", "NONE", "None", "RS256", "HS384", "HS512", "ES384", "EdDSA", "hs256", ""})
    void anotherAlgorithmIsRefused(String algorithm) {
        String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"h\"}";

        TokenVerdict verdict = verifier.verify(Forge.hs256(header, Forge.claims(), Forge.SECRET));

        assertThat(Forge.reason(verdict)).isIn(RefusalReason.WRONG_ALGORITHM, RefusalReason.MALFORMED);
    }

    @Test
    void anUnsignedTokenIsRefused() {
        String token = Forge.part("{\"alg\":\"none\"}") + "." + Forge.part(Forge.claims()) + ".";

        assertThat(Forge.refused(verifier.verify(token)))
                .isEqualTo(new TokenVerdict.Refused(
                        RefusalReason.WRONG_ALGORITHM, "a token must be signed with HS256 or ES256"));
    }

    @Test
    void aSignatureCutOffIsRefused() {
        String token = Forge.signed(Forge.claims());

        assertThat(Forge.reason(verifier.verify(token.substring(0, token.lastIndexOf('.') + 1))))
                .isEqualTo(RefusalReason.MALFORMED);
    }

    @Test
    void aPublicKeyUsedAsASecretIsRefused() {
        byte[] der = Forge.PAIR.getPublic().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END PUBLIC KEY-----\n";
        String header = "{\"alg\":\"HS256\",\"kid\":\"e\"}";

        assertThat(Forge.reason(verifier.verify(Forge.hs256(header, Forge.claims(), der))))
                .isEqualTo(RefusalReason.WRONG_ALGORITHM);
        assertThat(Forge.reason(verifier.verify(Forge.hs256(header, Forge.claims(), pem.getBytes()))))
                .isEqualTo(RefusalReason.WRONG_ALGORITHM);
    }

    @Test
    void anEllipticCurveAlgorithmUnderASecretsNameIsRefused() {
        String header = "{\"alg\":\"ES256\",\"kid\":\"h\"}";

        assertThat(Forge.reason(verifier.verify(Forge.es256(header, Forge.claims(), Forge.PAIR.getPrivate()))))
                .isEqualTo(RefusalReason.WRONG_ALGORITHM);
    }

    @Test
    void aSignatureOfAnotherKeyIsRefused() {
        KeyPair other = Forge.pair("secp256r1");

        assertThat(Forge.reason(verifier.verify(Forge.hs256(HS256, Forge.claims(), Forge.secret(2)))))
                .isEqualTo(RefusalReason.BAD_SIGNATURE);
        assertThat(Forge.reason(verifier.verify(Forge.es256(ES256, Forge.claims(), other.getPrivate()))))
                .isEqualTo(RefusalReason.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 63, 64, 65, 72})
    void anEllipticCurveSignatureOfZerosIsRefused(int length) {
        String token = Forge.part(ES256) + "." + Forge.part(Forge.claims()) + "." + Forge.part(new byte[length]);

        assertThat(Forge.reason(verifier.verify(token))).isEqualTo(RefusalReason.BAD_SIGNATURE);
    }

    @Test
    void aKeyBroughtAlongIsNotUsed() {
        String header = "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"" + Forge.part(Forge.secret(2)) + "\"}}";

        assertThat(verifier.verify(Forge.hs256(header, Forge.claims(), Forge.secret(2))))
                .isInstanceOf(TokenVerdict.Refused.class);
        assertThat(Forge.reason(verifier.verify(Forge.es256(
                        "{\"alg\":\"ES256\",\"jku\":\"https://evil.example/keys\",\"kid\":\"evil\"}",
                        Forge.claims(),
                        Forge.pair("secp256r1").getPrivate()))))
                .isEqualTo(RefusalReason.UNKNOWN_KEY);
    }

    @Test
    void aTokenWithoutOrWithAnUnknownKidIsRefused() {
        assertThat(Forge.refused(verifier.verify(Forge.hs256("{\"alg\":\"HS256\"}", Forge.claims(), Forge.SECRET))))
                .isEqualTo(
                        new TokenVerdict.Refused(RefusalReason.UNKNOWN_KEY, "the token's header names no key (kid)"));
        assertThat(Forge.refused(verifier.verify(
                        Forge.hs256("{\"alg\":\"HS256\",\"kid\":\"<b>x\"}", Forge.claims(), Forge.SECRET))))
                .isEqualTo(new TokenVerdict.Refused(RefusalReason.UNKNOWN_KEY, "the token's key is not known"));
    }

    @Test
    void claimsOfOneTokenUnderTheSignatureOfAnotherAreRefused() {
        String[] genuine = Forge.signed(Forge.claims()).split("\\.");
        String widened = Forge.part(Forge.claimsWith("aud", "\"room:*\""));

        assertThat(Forge.reason(verifier.verify(genuine[0] + "." + widened + "." + genuine[2])))
                .isEqualTo(RefusalReason.BAD_SIGNATURE);
    }

    @Test
    void aHeaderThatAsksForExtensionsIsRefused() {
        for (String header : new String[] {
            "{\"alg\":\"HS256\",\"kid\":\"h\",\"crit\":[\"exp\"],\"exp\":1}",
            "{\"alg\":\"HS256\",\"kid\":\"h\",\"crit\":[\"b64\"],\"b64\":false}"
        }) {
            assertThat(Forge.reason(verifier.verify(Forge.hs256(header, Forge.claims(), Forge.SECRET))))
                    .isEqualTo(RefusalReason.MALFORMED);
        }
    }

    @Test
    void aSignatureSpeltAnotherWayIsRefused() {
        String token = Forge.signed(Forge.claims());
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        // 32 bytes leave two bits of the last character without meaning.
        char twin = alphabet.charAt(alphabet.indexOf(token.charAt(token.length() - 1)) ^ 1);

        assertThat(Forge.reason(verifier.verify(token.substring(0, token.length() - 1) + twin)))
                .isEqualTo(RefusalReason.MALFORMED);
        for (String more : new String[] {"=", "\n", " ", "*", "\u00E9"}) {
            assertThat(Forge.reason(verifier.verify(token + more))).isEqualTo(RefusalReason.MALFORMED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a", "a.b.c", "a.b.c.d.e", "dev:ada", "\uD800.\uD800.\uD800"})
    void whatIsNoTokenIsMalformed(String text) {
        assertThat(Forge.refused(verifier.verify(text)))
                .isEqualTo(new TokenVerdict.Refused(RefusalReason.MALFORMED, "not a signed token (JWS, compact form)"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"x\"", "{", "{}{}", "not json"})
    void claimsThatAreNoObjectAreMalformed(String claims) {
        assertThat(Forge.reason(verifier.verify(Forge.signed(claims)))).isEqualTo(RefusalReason.MALFORMED);
    }

    @Test
    void aTokenThatIsTooLongIsRefusedWithTheLimit() {
        String longest = Forge.signed(Forge.claimsWith("x", "\"" + "x".repeat(5800) + "\""));
        String longer = Forge.signed(Forge.claimsWith("x", "\"" + "x".repeat(6200) + "\""));

        Forge.valid(verifier.verify(longest));
        assertThat(Forge.refused(verifier.verify(longer)))
                .isEqualTo(new TokenVerdict.Refused(
                        RefusalReason.OVERSIZED, "a token of " + longer.length() + " bytes exceeds 8192"));
    }

    @Test
    void deeplyNestedClaimsAndHeadersAreMalformed() {
        String deep = "[".repeat(2500) + "]".repeat(2500);

        assertThat(Forge.reason(verifier.verify(Forge.signed(Forge.claimsWith("x", deep)))))
                .isEqualTo(RefusalReason.MALFORMED);
        String header = "{\"alg\":\"HS256\",\"kid\":\"h\",\"x\":" + deep + "}";
        assertThat(verifier.verify(Forge.hs256(header, Forge.claims(), Forge.secret(2))))
                .isInstanceOf(TokenVerdict.Refused.class);
    }

    // Claims.

    @ParameterizedTest
    @ValueSource(strings = {"iss", "aud", "sub", "iat", "exp", "jti"})
    void aMissingClaimIsNamed(String claim) {
        assertThat(Forge.refused(verifier.verify(Forge.signed(Forge.claimsWithout(claim)))))
                .isEqualTo(new TokenVerdict.Refused(RefusalReason.MISSING_CLAIM, "the token has no claim " + claim));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "exp | \"1772366700\"",
                "exp | -1",
                "exp | 1e300",
                "exp | 1e999999999",
                "exp | true",
                "iat | {}",
                "nbf | \"soon\"",
                "sub | 7",
                "sub | \"\"",
                "jti | []",
                "iss | {}",
                "aud | 1",
                "aud | []",
                "aud | [\"room:a\",\"room:b\"]",
                "aud | [null]",
                "aud | \"chat\"",
                "aud | \"room\"",
                "aud | \"Room:chat\"",
                "aud | \"*\"",
                "aud | \"roo*\"",
                "aud | \"room:\"",
                "aud | \"room:a\\u0000\"",
                "aud | \"room:\\ud83d*\"",
                "exact | \"true\"",
                "ops | \"read\"",
                "ops | [\"fly\"]",
                "ops | [\"READ\"]",
                "ops | [0]",
                "ops | [null]",
                "memberId | \"\"",
                "memberId | 1",
                "clientId | {}",
                "presence | [1]",
                "presence | \"x\"",
                "actor | \"ada\"",
                "actor | {}",
                "actor | {\"kind\":\"admin\"}",
                "actor | {\"kind\":\"user\",\"root\":true}",
                "actor | {\"kind\":\"user\",\"userId\":\"\"}"
            })
    void aClaimThatIsNotWhatItMustBeIsNamed(String claim, String json) {
        TokenVerdict.Refused refused = Forge.refused(verifier.verify(Forge.signed(Forge.claimsWith(claim, json))));

        assertThat(refused.reason()).isEqualTo(RefusalReason.MALFORMED);
        assertThat(refused.message()).startsWith("the token's claim " + claim);
    }

    @Test
    void anIdThatCouldNotBeRevokedIsRefused() {
        String tooLong = "\"" + "x".repeat(257) + "\"";

        assertThat(Forge.refused(verifier.verify(Forge.signed(Forge.claimsWith("jti", tooLong))))
                        .message())
                .isEqualTo("the token's claim jti of 257 characters exceeds 256");
        assertThat(Forge.refused(verifier.verify(Forge.signed(
                                Forge.claimsWith("actor", "{\"kind\":\"user\",\"userId\":" + tooLong + "}"))))
                        .message())
                .isEqualTo("the token's claim actor.userId of 257 characters exceeds 256");
    }

    @Test
    void aTokenOfAnotherInstanceIsRefused() {
        assertThat(Forge.refused(verifier.verify(Forge.signed(Forge.claimsWith("iss", "\"other\"")))))
                .isEqualTo(new TokenVerdict.Refused(RefusalReason.WRONG_ISSUER, "the token is not for this instance"));
    }

    @Test
    void aTokenExpiresThirtySecondsAfterItSays() {
        String token = Forge.signed(Forge.claims());

        clock.advance(Duration.ofMillis(329_999));
        Forge.valid(verifier.verify(token));
        clock.advance(Duration.ofMillis(1));
        assertThat(Forge.refused(verifier.verify(token)))
                .isEqualTo(
                        new TokenVerdict.Refused(RefusalReason.EXPIRED, "the token expired at 2026-03-01T12:05:00Z"));
    }

    @Test
    void aTokenFromTheFutureIsGoodThirtySecondsEarly() {
        long now = HandClock.START.getEpochSecond();
        String early = Forge.signed(Forge.claimsWith("iat", Long.toString(now + 30)));
        String tooEarly = Forge.signed(Forge.claimsWith("iat", now + 30 + ".001"));
        String notBefore = Forge.signed(Forge.claimsWith("nbf", Long.toString(now + 31)));

        Forge.valid(verifier.verify(early));
        assertThat(Forge.reason(verifier.verify(tooEarly))).isEqualTo(RefusalReason.NOT_YET_VALID);
        assertThat(Forge.reason(verifier.verify(notBefore))).isEqualTo(RefusalReason.NOT_YET_VALID);
        clock.advance(Duration.ofSeconds(1));
        Forge.valid(verifier.verify(tooEarly));
        Forge.valid(verifier.verify(notBefore));
    }

    @Test
    void aTokenFromTheFutureCountsAsIssuedNow() {
        long now = HandClock.START.getEpochSecond();

        RoomToken token = Forge.valid(verifier.verify(Forge.signed(Forge.claimsWith("iat", Long.toString(now + 20)))));

        assertThat(token.issuedAt()).isEqualTo(HandClock.START);
    }

    @Test
    void aTokenThatWouldOutliveItsRevocationIsRefused() {
        long now = HandClock.START.getEpochSecond();

        Forge.valid(verifier.verify(Forge.signed(Forge.claimsWith("exp", Long.toString(now + 86_400)))));
        assertThat(Forge.refused(verifier.verify(Forge.signed(Forge.claimsWith("exp", Long.toString(now + 86_401))))))
                .isEqualTo(new TokenVerdict.Refused(
                        RefusalReason.TOO_LONG_LIVED, "the token lives longer than 86400 seconds"));
    }

    // Audience.

    @Test
    void aTokenForAnotherRoomIsRefused() {
        String token = Forge.signed(Forge.claims());

        Forge.valid(verifier.verify(token, RoomKind.ROOM, "chat"));
        assertThat(Forge.refused(verifier.verify(token, RoomKind.ROOM, "chat2")))
                .isEqualTo(new TokenVerdict.Refused(RefusalReason.WRONG_AUDIENCE, "the token is not for this room"));
        assertThat(Forge.reason(verifier.verify(token, RoomKind.CHANNEL, "chat")))
                .isEqualTo(RefusalReason.WRONG_AUDIENCE);
    }

    @Test
    void aPatternCoversWhatBeginsLikeIt() {
        String token = Forge.signed(Forge.claimsWith("aud", "\"room:team:*\""));

        Forge.valid(verifier.verify(token, RoomKind.ROOM, "team:red"));
        Forge.valid(verifier.verify(token, RoomKind.ROOM, "team:"));
        assertThat(Forge.reason(verifier.verify(token, RoomKind.ROOM, "team"))).isEqualTo(RefusalReason.WRONG_AUDIENCE);
    }

    @Test
    void anExactAudienceIsNoPattern() {
        String token = Forge.signed(Forge.claimsWith("aud", "\"room:a*\"").replace("}", ",\"exact\":true}"));

        Forge.valid(verifier.verify(token, RoomKind.ROOM, "a*"));
        assertThat(Forge.reason(verifier.verify(token, RoomKind.ROOM, "ab"))).isEqualTo(RefusalReason.WRONG_AUDIENCE);
        assertThat(Forge.reason(verifier.verify(token, RoomKind.ROOM, "a"))).isEqualTo(RefusalReason.WRONG_AUDIENCE);
    }

    @Test
    void aRefusalIsAnErrorForThePeer() {
        var forbidden = new TokenVerdict.Refused(RefusalReason.WRONG_AUDIENCE, "x").toException();
        var unknown = new TokenVerdict.Refused(RefusalReason.EXPIRED, "x").toException();

        assertThat(forbidden.code()).isEqualTo(ErrorCode.PERMISSION_DENIED.name());
        assertThat(unknown.code()).isEqualTo(ErrorCode.UNAUTHENTICATED.name());
        assertThat(unknown).hasMessage("x");
    }
}
