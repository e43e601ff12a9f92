package dev.stoa.server.net;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A certificate chain and the private key of its first certificate, as PEM files hold them.
///
/// That the two fit each other is checked, since a renewal replaces one file after the other and may be
/// read in between: a server with a wrong key would fail every handshake.
record KeyPairFiles(List<X509Certificate> chain, PrivateKey key) {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----");
    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    /// @throws IOException when a file cannot be read
    /// @throws GeneralSecurityException when one does not hold what it must, or they do not fit each
    ///     other
    static KeyPairFiles read(Path certificateFile, Path keyFile) throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = chain(Files.readString(certificateFile, StandardCharsets.ISO_8859_1));
        PublicKey known = chain.getFirst().getPublicKey();
        PrivateKey key = key(Files.readString(keyFile, StandardCharsets.ISO_8859_1), known.getAlgorithm());
        checkFit(known, key);
        return new KeyPairFiles(chain, key);
    }

    SslContext serverContext() throws IOException {
        return SslContextBuilder.forServer(key, chain).build();
    }

    private static List<X509Certificate> chain(String pem) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> chain = new ArrayList<>();
        for (Matcher block = CERTIFICATE.matcher(pem); block.find(); ) {
            chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(decoded(block))));
        }
        if (chain.isEmpty()) {
            throw new CertificateException("no certificate in PEM");
        }
        return chain;
    }

    private static PrivateKey key(String pem, String algorithm) throws GeneralSecurityException {
        Matcher block = KEY.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeyException("no unencrypted private key in PEM (PKCS#8)");
        }
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(decoded(block)));
    }

    private static byte[] decoded(Matcher block) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(block.group(1));
        } catch (IllegalArgumentException malformed) {
            throw new GeneralSecurityException("PEM is not base64", malformed);
        }
    }

    /// Signs something with one and verifies it with the other.
    private static void checkFit(PublicKey known, PrivateKey key) throws GeneralSecurityException {
        String algorithm = switch (known.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> known.getAlgorithm();
        };
        byte[] sample = known.getEncoded();
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(sample);
        byte[] signature = signing.sign();
        Signature verifying = Signature.getInstance(algorithm);
        verifying.initVerify(known);
        verifying.update(sample);
        if (!verifying.verify(signature)) {
            throw new InvalidKeyException("the key is not the certificate's");
        }
    }
}
