package dev.stoa.server.store;

/// What was done under a key, so that it is not done again. Immutable; the body is not to be changed.
///
/// @param key 1 to 512 characters
/// @param expiresAt wall-clock milliseconds after which it may be forgotten; [Header#NEVER] to live as
///     long as the log
public record Once(String key, long expiresAt, byte[] body) {
    public Once {
        StoredText.check("a once key", key, 512);
    }
}
