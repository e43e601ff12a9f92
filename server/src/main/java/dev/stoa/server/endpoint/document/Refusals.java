package dev.stoa.server.endpoint.document;

import dev.stoa.server.limit.ReconnectDamper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;

/// Who was refused a moment ago with the same token for the same document. The client retries twice a
/// second for ever: after the first few refusals it is refused for a while without asking anybody.
///
/// The same client with another token, or for another document, is somebody else here, and whoever is let
/// in after all waits for no longer than a pause. Thread-safe; remembers at most so many peers as a
/// [ReconnectDamper] does, in a few bytes each.
final class Refusals {
    private static final int TOLERATED = 2;
    private static final Duration PAUSE = Duration.ofMillis(1500);
    private static final Duration QUIET = Duration.ofSeconds(30);

    private final ReconnectDamper damper;

    Refusals(InstantSource clock) {
        this.damper = new ReconnectDamper(
                new ReconnectDamper.Pace(TOLERATED, PAUSE, PAUSE, QUIET), clock, ReconnectDamper.DEFAULT_MAX_KEYS);
    }

    /// Whether somebody is refused without being looked at.
    ///
    /// @param who as [#key] gives it
    boolean isFresh(String who) {
        return damper.delayFor(who).isPositive();
    }

    void note(String who) {
        damper.punish(who);
    }

    /// A short name for somebody who wants to come in. It holds nothing of the token.
    static String key(String documentId, String clientId, String token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {documentId, clientId, token}) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                // no UTF-8 has this byte: parts cannot be mistaken for other parts
                digest.update((byte) 0xFF);
            }
            return Base64.getEncoder().encodeToString(digest.digest()).substring(0, 24);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
