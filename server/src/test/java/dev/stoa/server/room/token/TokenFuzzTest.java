package dev.stoa.server.room.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whatever the verifier is given, it answers, and only genuine tokens pass.
class TokenFuzzTest {
    private static final List<String> GENUINE = List.of(
            Forge.signed(Forge.claims()),
            Forge.es256("{\"alg\":\"ES256\",\"kid\":\"e\"}", Forge.claims(), Forge.PAIR.getPrivate()));
    private static final List<String> PIECES = List.of(
            "\"alg\":\"HS256\"",
            "\"alg\":\"ES256\"",
            "\"alg\":\"none\"",
            "\"alg\":null",
            "\"alg\":[\"HS256\"]",
            "\"kid\":\"h\"",
            "\"kid\":\"e\"",
            "\"kid\":7",
            "\"typ\":\"JWT\"",
            "\"typ\":{}",
            "\"crit\":[]",
            "\"crit\":[\"kid\"]",
            "\"crit\":{}",
            "\"enc\":\"A128GCM\"",
            "\"b64\":false",
            "\"b64\":0",
            "\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}",
            "\"jwk\":[]",
            "\"jku\":\"::\"",
            "\"x5c\":[\"*\"]",
            "\"x5u\":1",
            "\"x5t\":{}",
            "\"cty\":null",
            "\"\":\"\"",
            "\"p2c\":1e999",
            "\"zip\":\"DEF\"",
            "{",
            "}",
            "[");

    private final TokenVerifier verifier = new TokenVerifier(Forge.INSTANCE, Forge.keys(), new HandClock());

    @Test
    void aChangedTokenIsNeverAccepted() {
        Property.holds(20_000, chance -> {
            String genuine = chance.oneOf(GENUINE);
            String changed = changed(genuine, chance);
            if (!changed.equals(genuine)) {
                assertRefused(changed);
            }
        });
    }

    @Test
    void anyHeaderUnderAForgedSignatureIsRefused() {
        Property.holds(20_000, chance -> {
            StringBuilder header = new StringBuilder("{");
            for (int i = chance.between(0, 6); i > 0; i--) {
                header.append(chance.oneOf(PIECES)).append(i == 1 ? "" : ",");
            }
            header.append('}');
            assertRefused(Forge.hs256(header.toString(), Forge.claims(), Forge.secret(2)));
        });
    }

    @Test
    void anyTextIsRefused() {
        Property.holds(20_000, chance -> {
            StringBuilder text = new StringBuilder(chance.text(60));
            for (int i = chance.between(0, 4); i > 0; i--) {
                text.append('.');
                text.append(chance.onceIn(2) ? chance.text(60) : Forge.part(chance.text(60)));
            }
            assertRefused(text.toString());
        });
    }

    @Test
    void anyClaimsUnderAGoodSignatureAreAnswered() {
        Property.holds(20_000, chance -> {
            byte[] claims = Forge.claimsWith(
                            chance.oneOf(List.of("iss", "aud", "exp", "iat", "ops", "actor", "presence", "exact", "x")),
                            chance.oneOf(List.of(
                                    "1", "\"x\"", "[[]]", "{\"kind\":1}", "1e999999999", "-0.0", "nul", "\"\\ud800\"")))
                    .getBytes(StandardCharsets.UTF_8);
            for (int i = chance.between(0, 3); i > 0; i--) {
                claims[chance.between(0, claims.length - 1)] = (byte) chance.between(0, 255);
            }
            TokenVerdict verdict = verifier.verify(signed(claims));
            if (verdict instanceof TokenVerdict.Valid(RoomToken token)) {
                assertThat(token.issuer()).isEqualTo(Forge.INSTANCE);
                assertThat(token.issuedAt()).isBeforeOrEqualTo(HandClock.START);
                assertThat(token.expiresAt())
                        .isAfter(HandClock.START.minus(RoomToken.CLOCK_SKEW))
                        .isBeforeOrEqualTo(
                                HandClock.START.plus(RoomToken.MAX_TTL).plus(RoomToken.CLOCK_SKEW));
            }
        });
    }

    private void assertRefused(String token) {
        TokenVerdict.Refused refused = Forge.refused(verifier.verify(token));
        assertThat(refused.message()).matches("[a-zA-Z0-9 '(),.:_-]{10,120}");
        if (token.length() > 20) {
            assertThat(refused.message()).doesNotContain(token);
        }
    }

    private static String changed(String token, Chance chance) {
        StringBuilder changed = new StringBuilder(token);
        for (int i = chance.between(1, 3); i > 0 && !changed.isEmpty(); i--) {
            int at = chance.between(0, changed.length() - 1);
            switch (chance.between(0, 4)) {
                case 0 ->
                    changed.setCharAt(
                            at, Forge.part(new byte[] {(byte) chance.any()}).charAt(0));
                case 1 -> changed.deleteCharAt(at);
                case 2 -> changed.insert(at, chance.text(3));
                case 3 -> changed.setLength(at + 1);
                default -> {
                    // A bit of what the token holds, behind its spelling.
                    String[] parts = changed.toString().split("\\.", -1);
                    int part = chance.between(0, parts.length - 1);
                    parts[part] = flipped(parts[part], chance);
                    changed = new StringBuilder(String.join(".", parts));
                }
            }
        }
        return changed.toString();
    }

    private static String flipped(String part, Chance chance) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(part);
            if (bytes.length > 0) {
                bytes[chance.between(0, bytes.length - 1)] ^= (byte) (1 << chance.between(0, 7));
            }
            return Forge.part(bytes);
        } catch (IllegalArgumentException notEncoded) {
            return part;
        }
    }

    private static String signed(byte[] claims) throws GeneralSecurityException {
        String signed = Forge.part("{\"alg\":\"HS256\",\"kid\":\"h\"}") + "." + Forge.part(claims);
        var mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(Forge.SECRET, "HmacSHA256"));
        return signed + "." + Forge.part(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }
}
