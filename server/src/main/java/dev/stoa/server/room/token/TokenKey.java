package dev.stoa.server.room.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.utils.ECChecks;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A named key that tokens are verified, and perhaps signed, with. It knows its one algorithm, so that a
/// token cannot choose. Thread-safe; its text form holds nothing secret.
///
/// Two sorts: a secret for HS256 of 256 bits or more, and a P-256 key for ES256, which without its private
/// half verifies only: the way to let a backend sign and a server only check.
public final class TokenKey {
    /// The weakest secret for HS256.
    public static final int MIN_SECRET_BITS = 256;

    static final Set<String> ALGORITHMS = Set.of(JWSAlgorithm.HS256.getName(), JWSAlgorithm.ES256.getName());

    private static final int MAX_KID = 128;

    private final String kid;
    private final JWSAlgorithm algorithm;
    private final @Nullable JWSSigner signer;
    private final JWSVerifier verifier;

    private TokenKey(String kid, JWSAlgorithm algorithm, @Nullable JWSSigner signer, JWSVerifier verifier) {
        this.kid = kid;
        this.algorithm = algorithm;
        this.signer = signer;
        this.verifier = verifier;
    }

    /// A secret for HS256.
    ///
    /// @param kid the key's name in token headers: 1 to 128 visible ASCII characters
    /// @throws IllegalArgumentException when it is shorter than 256 bits, or one byte repeated
    public static TokenKey ofSecret(String kid, byte[] secret) {
        checkKid(kid);
        int bits = secret.length * 8;
        if (bits < MIN_SECRET_BITS) {
            throw new IllegalArgumentException("the secret of token key " + kid + " has " + bits
                    + " bits; HS256 needs at least " + MIN_SECRET_BITS);
        }
        if (isOneByteRepeated(secret)) {
            throw new IllegalArgumentException("the secret of token key " + kid + " is one byte repeated");
        }
        try {
            return new TokenKey(kid, JWSAlgorithm.HS256, new MACSigner(secret), new MACVerifier(secret));
        } catch (JOSEException unfit) {
            throw new IllegalArgumentException("the secret of token key " + kid + " is unfit", unfit);
        }
    }

    /// A secret for HS256 as it stands in a configuration: base64 or base64url, padded or not.
    ///
    /// @throws IllegalArgumentException when it is not base64, or too weak
    public static TokenKey ofBase64(String kid, String secret) {
        return ofSecret(kid, decoded(kid, secret));
    }

    /// A P-256 key for ES256 that verifies only.
    public static TokenKey of(String kid, ECPublicKey key) {
        return of(kid, key, null);
    }

    /// A P-256 key for ES256.
    ///
    /// @param privateKey null for a key that verifies only
    /// @throws IllegalArgumentException when it is on another curve, or the two are no pair
    public static TokenKey of(String kid, ECPublicKey publicKey, @Nullable ECPrivateKey privateKey) {
        checkKid(kid);
        checkCurve("token key " + kid, publicKey);
        if (!ECChecks.isPointOnCurve(publicKey, Curve.P_256.toECParameterSpec())) {
            throw new IllegalArgumentException("token key " + kid + " is not a point of its curve");
        }
        try {
            var verifier = new ECDSAVerifier(publicKey);
            if (privateKey == null) {
                return new TokenKey(kid, JWSAlgorithm.ES256, null, verifier);
            }
            checkCurve("token key " + kid, privateKey);
            var key = new TokenKey(kid, JWSAlgorithm.ES256, new ECDSASigner(privateKey), verifier);
            key.checkPair();
            return key;
        } catch (JOSEException unfit) {
            throw new IllegalArgumentException("token key " + kid + " is unfit for ES256", unfit);
        }
    }

    /// A P-256 key for ES256 from PEM text: a private key, a public key (then it verifies only), or both.
    ///
    /// Private keys as `openssl` writes them bring their public half along (`PRIVATE KEY`, that is PKCS#8, or
    /// `EC PRIVATE KEY`); others need the public key beside them.
    ///
    /// @throws IllegalArgumentException when it holds no usable key
    public static TokenKey ofPem(String kid, String pem) {
        checkKid(kid);
        PemKey key = PemKey.parse("token key " + kid, pem);
        return of(kid, key.publicKey(), key.privateKey());
    }

    /// As [#ofPem(String, String)], of a file.
    ///
    /// @throws IOException when it cannot be read
    public static TokenKey ofPem(String kid, Path file) throws IOException {
        return ofPem(kid, Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    /// A new secret of 256 bits, for development: tokens die with the process.
    public static TokenKey generated(String kid, SecureRandom random) {
        byte[] secret = new byte[MIN_SECRET_BITS / 8];
        random.nextBytes(secret);
        return ofSecret(kid, secret);
    }

    public String kid() {
        return kid;
    }

    /// `HS256` or `ES256`.
    public String algorithm() {
        return algorithm.getName();
    }

    public boolean canSign() {
        return signer != null;
    }

    /// The compact signed form of `payload`.
    String sign(byte[] payload) {
        if (signer == null) {
            throw new IllegalStateException("token key " + kid + " verifies only");
        }
        JWSHeader header = new JWSHeader.Builder(algorithm)
                .type(JOSEObjectType.JWT)
                .keyID(kid)
                .build();
        String signed = header.toBase64URL() + "." + Base64URL.encode(payload);
        try {
            return signed + "." + signer.sign(header, signed.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException impossible) {
            throw new IllegalStateException("token key " + kid + " does not sign", impossible);
        }
    }

    /// Whether `signature` is this key's over `signed`. Nothing of the token but these counts.
    boolean verifies(String signed, Base64URL signature) {
        try {
            return verifier.verify(new JWSHeader(algorithm), signed.getBytes(StandardCharsets.US_ASCII), signature);
        } catch (JOSEException impossible) {
            throw new IllegalStateException("token key " + kid + " does not verify", impossible);
        }
    }

    @Override
    public String toString() {
        return "TokenKey[" + kid + ", " + algorithm + (canSign() ? "" : ", verifies only") + "]";
    }

    private void checkPair() throws JOSEException {
        JWSHeader header = new JWSHeader(algorithm);
        byte[] sample = kid.getBytes(StandardCharsets.US_ASCII);
        if (signer != null && !verifier.verify(header, sample, signer.sign(header, sample))) {
            throw new IllegalArgumentException("private and public half of token key " + kid + " are no pair");
        }
    }

    private static void checkKid(String kid) {
        boolean visible = kid.chars().allMatch(c -> c > 0x20 && c < 0x7F);
        if (kid.isEmpty() || kid.length() > MAX_KID || !visible) {
            throw new IllegalArgumentException(
                    "a token key's kid is 1 to " + MAX_KID + " visible ASCII characters: \"" + kid + "\"");
        }
    }

    private static byte[] decoded(String kid, String secret) {
        try {
            return Base64.getUrlDecoder()
                    .decode(secret.strip().replace('+', '-').replace('/', '_'));
        } catch (IllegalArgumentException unspoken) {
            // What the decoder says quotes the secret.
            throw new IllegalArgumentException("the secret of token key " + kid + " is not base64");
        }
    }

    /// @param what whose key it is, for the error message
    static void checkCurve(String what, ECKey key) {
        if (!Curve.P_256.equals(Curve.forECParameterSpec(key.getParams()))) {
            int bits = key.getParams().getCurve().getField().getFieldSize();
            throw new IllegalArgumentException(
                    what + " is on a curve of " + bits + " bits; ES256 needs P-256, of 256 bits");
        }
    }

    private static boolean isOneByteRepeated(byte[] secret) {
        for (byte b : secret) {
            if (b != secret[0]) {
                return false;
            }
        }
        return true;
    }
}
