package dev.stoa.server.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// A self-signed certificate of `localhost` and its key, made for a test by the JDK's own tool.
///
/// @param certificate the certificate as PEM
/// @param key its private key as PEM (PKCS#8)
record Pem(X509Certificate x509, String certificate, String key) {
    private static final String PASSWORD = "changeit";

    /// @param directory where the tool may leave its files
    /// @param name the certificate's organisation, to tell it from others
    /// @param algorithm `EC` or `RSA`
    static Pem make(Path directory, String name, String algorithm) {
        Path store = directory.resolve(name + ".p12");
        try {
            Process tool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-keyalg",
                            algorithm,
                            "-alias",
                            "stoa",
                            "-dname",
                            "CN=localhost, O=" + name,
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD,
                            "-keystore",
                            store.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve(name + ".log").toFile())
                    .start();
            if (!tool.waitFor(30, TimeUnit.SECONDS) || tool.exitValue() != 0) {
                throw new AssertionError("keytool failed: " + Files.readString(directory.resolve(name + ".log")));
            }
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            X509Certificate x509 = (X509Certificate) keys.getCertificate("stoa");
            return new Pem(
                    x509,
                    armoured("CERTIFICATE", x509.getEncoded()),
                    armoured(
                            "PRIVATE KEY",
                            keys.getKey("stoa", PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException | GeneralSecurityException | InterruptedException error) {
            throw new AssertionError("no certificate", error);
        }
    }

    private static String armoured(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }
}
