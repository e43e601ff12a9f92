package dev.stoa.server.room.token;

import java.security.SecureRandom;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The keys of an instance: several verify, at most one signs. They change while the server runs.
///
/// A rotation that no client notices: [#add] the new key on every node, [#signWith] it, and [#retire] the
/// old one when its last tokens have run out ([RoomToken#MAX_TTL] and [RoomToken#CLOCK_SKEW] later at the
/// latest). Retiring it at once refuses all its tokens at once, which is what a stolen key calls for.
///
/// Thread-safe. A change counts for every verification and signature that begins after it.
public final class TokenKeys {
    /// How many keys there may be at a time.
    public static final int MAX_KEYS = 32;

    private volatile Ring ring;

    private TokenKeys(Ring ring) {
        this.ring = ring;
    }

    /// Keys of which the first signs.
    ///
    /// @throws IllegalArgumentException when the first cannot sign, or two have the same kid
    public static TokenKeys of(TokenKey signing, TokenKey... others) {
        TokenKeys keys = verifying(others);
        keys.add(signing);
        keys.signWith(signing.kid());
        return keys;
    }

    /// Keys that only verify: tokens are made elsewhere.
    public static TokenKeys verifying(TokenKey... keys) {
        var all = new TokenKeys(new Ring(Map.of(), null));
        List.of(keys).forEach(all::add);
        return all;
    }

    /// One new key for development: its tokens die with the process.
    public static TokenKeys generated(SecureRandom random) {
        byte[] name = new byte[8];
        random.nextBytes(name);
        // A name of its own, so that a token of an earlier run is told apart from a forged one.
        return of(TokenKey.generated("dev-" + HexFormat.of().formatHex(name), random));
    }

    /// Adds a key that verifies from now on.
    ///
    /// @throws IllegalArgumentException when there is a key of that kid, or there are too many
    public void add(TokenKey key) {
        change(old -> {
            if (old.keys.containsKey(key.kid())) {
                throw new IllegalArgumentException("there is a token key " + key.kid() + " already");
            }
            if (old.keys.size() == MAX_KEYS) {
                throw new IllegalArgumentException(
                        "token key " + key.kid() + " would be one more than " + MAX_KEYS + " keys");
            }
            Map<String, TokenKey> keys = new LinkedHashMap<>(old.keys);
            keys.put(key.kid(), key);
            return new Ring(keys, old.signing);
        });
    }

    /// Makes a key the one that signs.
    ///
    /// @throws IllegalArgumentException when it is not there, or verifies only
    public void signWith(String kid) {
        change(old -> {
            TokenKey key = old.present(kid);
            if (!key.canSign()) {
                throw new IllegalArgumentException("token key " + kid + " verifies only and cannot sign");
            }
            return new Ring(old.keys, key);
        });
    }

    /// Takes a key away: its tokens are refused from now on.
    ///
    /// @throws IllegalArgumentException when it is not there, or is the one that signs
    public void retire(String kid) {
        change(old -> {
            if (old.present(kid) == old.signing) {
                throw new IllegalArgumentException("token key " + kid + " signs: make another one sign first");
            }
            Map<String, TokenKey> keys = new LinkedHashMap<>(old.keys);
            keys.remove(kid);
            return new Ring(keys, old.signing);
        });
    }

    /// The kids of all keys, in the order they were added.
    public SequencedSet<String> kids() {
        return Collections.unmodifiableSequencedSet(new LinkedHashSet<>(ring.keys.keySet()));
    }

    /// The kid of the key that signs; empty when all only verify.
    public Optional<String> signingKid() {
        return Optional.ofNullable(ring.signing).map(TokenKey::kid);
    }

    @Nullable
    TokenKey signing() {
        return ring.signing;
    }

    @Nullable
    TokenKey find(String kid) {
        return ring.keys.get(kid);
    }

    @Override
    public String toString() {
        return "TokenKeys" + kids();
    }

    private synchronized void change(UnaryOperator<Ring> change) {
        ring = change.apply(ring);
    }

    private record Ring(
            Map<String, TokenKey> keys, @Nullable TokenKey signing) {
        TokenKey present(String kid) {
            TokenKey key = keys.get(kid);
            if (key == null) {
                throw new IllegalArgumentException("there is no token key " + kid);
            }
            return key;
        }
    }
}
