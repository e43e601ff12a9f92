package dev.stoa.server.room.token;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An elliptic-curve key as PEM blocks hold it (RFC 7468). Immutable.
record PemKey(ECPublicKey publicKey, @Nullable ECPrivateKey privateKey) {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

    /// In PKCS#8, what says "a P-256 key" before the octets of an `EC PRIVATE KEY` (RFC 5915).
    private static final byte[] P256 = HexFormat.of().parseHex("020100" + "301306072a8648ce3d020106082a8648ce3d030107");

    /// What stands before the public point where a private key of P-256 brings it along: element [1], a bit
    /// string, an uncompressed point.
    private static final byte[] POINT = HexFormat.of().parseHex("a144034200" + "04");

    private static final int COORDINATE = 32;

    /// @param what whose key it is, for error messages
    /// @throws IllegalArgumentException when there is no usable key
    static PemKey parse(String what, String pem) {
        byte[] pkcs8 = null;
        byte[] spki = null;
        for (Matcher block = BLOCK.matcher(pem); block.find(); ) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> pkcs8 = decoded(what, block);
                case "EC PRIVATE KEY" -> pkcs8 = wrapped(decoded(what, block));
                case "PUBLIC KEY" -> spki = decoded(what, block);
                // openssl writes the curve's name before the key.
                case "EC PARAMETERS" -> {}
                default ->
                    throw new IllegalArgumentException("PEM of " + what + " holds " + block.group(1)
                            + "; it must hold PRIVATE KEY (not encrypted), EC PRIVATE KEY or PUBLIC KEY");
            }
        }
        if (pkcs8 == null && spki == null) {
            throw new IllegalArgumentException("PEM of " + what + " holds no key");
        }
        try {
            return of(what, pkcs8, spki);
        } catch (GeneralSecurityException unfit) {
            throw new IllegalArgumentException(
                    "PEM of " + what + " holds no elliptic-curve key; ES256 needs one on P-256, of 256 bits", unfit);
        }
    }

    private static PemKey of(String what, byte @Nullable [] pkcs8, byte @Nullable [] spki)
            throws GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance("EC");
        ECPrivateKey privateKey =
                pkcs8 == null ? null : (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        if (spki != null) {
            return new PemKey((ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(spki)), privateKey);
        }
        if (privateKey != null) {
            TokenKey.checkCurve(what, privateKey);
        }
        ECPoint point = pkcs8 == null ? null : pointAtEnd(pkcs8);
        if (point == null || privateKey == null) {
            throw new IllegalArgumentException("PEM of " + what
                    + " holds a private key without its public half: put the PUBLIC KEY block beside it");
        }
        var spec = new ECPublicKeySpec(point, privateKey.getParams());
        return new PemKey((ECPublicKey) factory.generatePublic(spec), privateKey);
    }

    /// The public point that a private key brings along as its last element. That it is the key's own is
    /// for the caller to check.
    private static @Nullable ECPoint pointAtEnd(byte[] pkcs8) {
        int start = pkcs8.length - POINT.length - 2 * COORDINATE;
        if (start < 0 || !Arrays.equals(pkcs8, start, start + POINT.length, POINT, 0, POINT.length)) {
            return null;
        }
        int x = start + POINT.length;
        return new ECPoint(
                new BigInteger(1, pkcs8, x, COORDINATE), new BigInteger(1, pkcs8, x + COORDINATE, COORDINATE));
    }

    private static byte[] wrapped(byte[] sec1) {
        byte[] octets = element(0x04, sec1);
        byte[] content = Arrays.copyOf(P256, P256.length + octets.length);
        System.arraycopy(octets, 0, content, P256.length, octets.length);
        return element(0x30, content);
    }

    /// One DER element, of at most 65,535 bytes.
    private static byte[] element(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length > 0x7F) {
            out.write(0x82);
            out.write(content.length >> 8);
        }
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] decoded(String what, Matcher block) {
        try {
            return Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("PEM of " + what + " is not base64");
        }
    }
}
