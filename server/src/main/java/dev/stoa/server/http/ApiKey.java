package dev.stoa.server.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// An API key as the server knows it: by its hash. Immutable.
///
/// The hash is a plain SHA-256, because keys are random: 256 bits cannot be guessed, so there is nothing for a slow
/// hash to slow down.
///
/// @param name tells keys apart in logs and configurations
/// @param mayNameActors whether it may say in whose name it acts
/// @param hash `sha256:` and 64 hexadecimal digits
public record ApiKey(String name, Set<Scope> scopes, boolean mayNameActors, String hash) {
    private static final String PREFIX = "sha256:";
    private static final Pattern HASH = Pattern.compile(PREFIX + "[0-9a-f]{64}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public ApiKey {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "an API key's name is 1 to 64 letters, digits, '.', '_' or '-': " + name);
        }
        if (scopes.isEmpty()) {
            throw new IllegalArgumentException("API key " + name + " has no scopes: give it read, publish or admin");
        }
        if (!HASH.matcher(hash).matches()) {
            // The value is not shown: it might be the key itself.
            throw new IllegalArgumentException("the hash of API key " + name
                    + " must be sha256: and 64 small hexadecimal digits, as the command 'key' prints it");
        }
        scopes = Set.copyOf(scopes);
    }

    /// A new key's secret, to be shown once: `stoa_` and 256 random bits.
    public static String newSecret(RandomGenerator random) {
        byte[] bits = new byte[32];
        random.nextBytes(bits);
        return "stoa_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /// The hash of a secret, as a configuration keeps it.
    public static String hashOf(String secret) {
        return PREFIX + HexFormat.of().formatHex(sha256(secret));
    }

    /// Whether a secret is this key's; takes as long for any.
    boolean matches(String secret) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII), hashOf(secret).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return "ApiKey[" + name + "]";
    }
}
