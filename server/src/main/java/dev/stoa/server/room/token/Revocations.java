package dev.stoa.server.room.token;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.RoomKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The revocations of an instance: the state that an entity folds and that each node asks. Immutable; in
/// JSON the list of its revocations.
///
/// Asking costs four look-ups at most. Adding copies a thousandth of the map, so that folding a full log
/// stays quick. Two are equal when they hold the same revocations.
public final class Revocations {
    /// How many are held. A revocation is forgotten after [Revocation#KEPT_FOR], about a day.
    public static final int MAX = 100_000;

    private static final int BUCKET_BITS = 10;
    private static final int BUCKETS = 1 << BUCKET_BITS;

    private static final Comparator<Map.Entry<Target, Revocation>> IN_ORDER = Comparator.comparing(
                    (Map.Entry<Target, Revocation> entry) -> entry.getValue().at())
            .thenComparing(entry -> entry.getKey().id())
            .thenComparing(entry -> entry.getKey().what())
            .thenComparing(entry -> entry.getKey().room());

    public static final Revocations NONE = new Revocations(Collections.nCopies(BUCKETS, Map.of()), 0);

    private final List<Map<Target, Revocation>> buckets;
    private final int size;

    private Revocations(List<Map<Target, Revocation>> buckets, int size) {
        this.buckets = buckets;
        this.size = size;
    }

    /// @throws ProtocolException `RESOURCE_EXHAUSTED` when they are more than [#MAX]
    @JsonCreator
    public static Revocations of(List<Revocation> revocations) {
        List<Map<Target, Revocation>> buckets = new ArrayList<>(BUCKETS);
        for (int i = 0; i < BUCKETS; i++) {
            buckets.add(new HashMap<>());
        }
        for (Revocation revocation : revocations) {
            Target target = Target.of(revocation);
            buckets.get(target.bucket()).merge(target, revocation, Revocations::later);
        }
        int size = buckets.stream().mapToInt(Map::size).sum();
        checkSize(size);
        return new Revocations(List.copyOf(buckets), size);
    }

    /// All, in the order they were said.
    @JsonValue
    public List<Revocation> all() {
        return buckets.stream()
                .flatMap(bucket -> bucket.entrySet().stream())
                .sorted(IN_ORDER)
                .map(Map.Entry::getValue)
                .toList();
    }

    public int size() {
        return size;
    }

    /// These and one more; the same object when nothing changes. Of two that concern the same the later counts.
    ///
    /// @throws ProtocolException `RESOURCE_EXHAUSTED` when it would be more than [#MAX]; those that are over
    ///     count until [#withoutExpired] has dropped them
    public Revocations with(Revocation revocation) {
        Target target = Target.of(revocation);
        Revocation known = at(target);
        if (known != null && !revocation.at().isAfter(known.at())) {
            return this;
        }
        int newSize = known == null ? size + 1 : size;
        checkSize(newSize);
        Map<Target, Revocation> bucket = new HashMap<>(buckets.get(target.bucket()));
        bucket.put(target, revocation);
        List<Map<Target, Revocation>> changed = new ArrayList<>(buckets);
        changed.set(target.bucket(), bucket);
        return new Revocations(Collections.unmodifiableList(changed), newSize);
    }

    /// These without the ones that no token is left for.
    public Revocations withoutExpired(Instant now) {
        List<Map<Target, Revocation>> left = new ArrayList<>(BUCKETS);
        int newSize = 0;
        for (Map<Target, Revocation> bucket : buckets) {
            Map<Target, Revocation> kept = bucket;
            if (bucket.values().stream().anyMatch(revocation -> revocation.isOver(now))) {
                kept = new HashMap<>(bucket);
                kept.values().removeIf(revocation -> revocation.isOver(now));
            }
            left.add(kept);
            newSize += kept.size();
        }
        return newSize == size ? this : new Revocations(Collections.unmodifiableList(left), newSize);
    }

    /// The one that was said first; empty when there is none.
    Optional<Revocation> first() {
        return buckets.stream().flatMap(bucket -> bucket.values().stream()).min(Comparator.comparing(Revocation::at));
    }

    /// Whether a token is revoked, for use in a room.
    public boolean refuses(RoomToken token, RoomKind kind, String name) {
        return at(Target.token(token.jti())) != null
                || refusesUserOf(token)
                || token.member()
                        .map(member -> concerns(token, Target.member(kind, name, member)))
                        .orElse(false);
    }

    private boolean refusesUserOf(RoomToken token) {
        String userId = token.actor().userId();
        return userId != null && concerns(token, Target.user(userId))
                || token.isOf(token.subject()) && concerns(token, Target.user(token.subject()));
    }

    private boolean concerns(RoomToken token, Target target) {
        Revocation revocation = at(target);
        return revocation != null && !token.issuedAt().isAfter(revocation.at());
    }

    private @Nullable Revocation at(Target target) {
        return buckets.get(target.bucket()).get(target);
    }

    private static Revocation later(Revocation one, Revocation other) {
        return one.at().isAfter(other.at()) ? one : other;
    }

    private static void checkSize(int size) {
        if (size > MAX) {
            throw ProtocolException.of(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    size + " revocations of tokens exceed " + MAX
                            + ": wait until older ones are over, or retire the key");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Revocations those && those.buckets.equals(buckets);
    }

    @Override
    public int hashCode() {
        return buckets.hashCode();
    }

    @Override
    public String toString() {
        return "Revocations[" + size + "]";
    }

    /// What a revocation concerns.
    ///
    /// @param room of a member: kind and name of the room; else empty
    private record Target(String what, String room, String id) {
        static Target of(Revocation revocation) {
            return switch (revocation) {
                case Revocation.OfToken of -> token(of.jti());
                case Revocation.OfUser of -> user(of.userId());
                case Revocation.OfMember of -> member(of.kind(), of.room(), of.memberId());
            };
        }

        static Target token(String jti) {
            return new Target("token", "", jti);
        }

        static Target user(String userId) {
            return new Target("user", "", userId);
        }

        static Target member(RoomKind kind, String room, String memberId) {
            return new Target("member", kind.text() + ":" + room, memberId);
        }

        /// Not by the bits that a hash map goes by: those are left to tell apart what is in one bucket.
        int bucket() {
            return hashCode() * 0x9E3779B9 >>> Integer.SIZE - BUCKET_BITS;
        }
    }
}
