package dev.stoa.server.room.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.SplittableRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes tokens with the JDK alone, genuine and forged: a second opinion about what a token is.
final class Forge {
    static final String INSTANCE = "default";
    static final byte[] SECRET = secret(1);
    static final KeyPair PAIR = pair("secp256r1");

    private Forge() {}

    static byte[] secret(long seed) {
        byte[] secret = new byte[32];
        new SplittableRandom(seed).nextBytes(secret);
        return secret;
    }

    static KeyPair pair(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// The keys that tests verify with: the secret as `h` and the pair as `e`.
    static TokenKeys keys() {
        return TokenKeys.of(
                TokenKey.ofSecret("h", SECRET),
                TokenKey.of("e", (ECPublicKey) PAIR.getPublic(), (ECPrivateKey) PAIR.getPrivate()));
    }

    static String hs256(String header, String claims, byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            String signed = part(header) + "." + part(claims);
            return signed + "." + part(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static String es256(String header, String claims, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key);
            String signed = part(header) + "." + part(claims);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + part(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Claims as a backend would write them, good at [HandClock#START].
    static String claims() {
        long now = HandClock.START.getEpochSecond();
        return """
                {"iss":"default","aud":"room:chat","sub":"ada","iat":%d,"exp":%d,"jti":"t1"}""".formatted(now, now + 300);
    }

    /// The same with `claim` written anew, or added.
    static String claimsWith(String claim, String json) {
        String without = claimsWithout(claim);
        return without.substring(0, without.length() - 1) + ",\"" + claim + "\":" + json + "}";
    }

    static String claimsWithout(String claim) {
        return claims().replaceFirst("\"" + claim + "\":(\"[^\"]*\"|\\d+),?", "")
                .replace(",}", "}");
    }

    /// A genuine token with those claims.
    static String signed(String claims) {
        return hs256("{\"alg\":\"HS256\",\"kid\":\"h\"}", claims, SECRET);
    }

    static String part(String text) {
        return part(text.getBytes(StandardCharsets.UTF_8));
    }

    static String part(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static RoomToken valid(TokenVerdict verdict) {
        assertThat(verdict).isInstanceOf(TokenVerdict.Valid.class);
        return ((TokenVerdict.Valid) verdict).token();
    }

    static RefusalReason reason(TokenVerdict verdict) {
        return refused(verdict).reason();
    }

    static TokenVerdict.Refused refused(TokenVerdict verdict) {
        assertThat(verdict).isInstanceOf(TokenVerdict.Refused.class);
        return (TokenVerdict.Refused) verdict;
    }
}
