package dev.stoa.server.entity;

import dev.stoa.server.store.Once;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// What happened to once keys and is not committed yet: it hides what the store knows. As large as the writes
/// in flight. Confined to the mailbox.
final class PendingOnces {
    private final Map<String, Put> puts = new HashMap<>();
    private final Queue<Put> putsInOrder = new ArrayDeque<>(0);
    private final Queue<Forgotten> forgotten = new ArrayDeque<>(0);

    /// Known by identity: the same key may be put by several writes.
    private static final class Put {
        final Once once;
        final long sequence;

        Put(Once once, long sequence) {
            this.once = once;
            this.sequence = sequence;
        }
    }

    private record Forgotten(String prefix, long sequence) {}

    /// @param sequence the write that it is part of
    void put(Once once, long sequence) {
        Put put = new Put(once, sequence);
        puts.put(once.key(), put);
        putsInOrder.add(put);
    }

    void forget(String prefix, long sequence) {
        puts.keySet().removeIf(key -> key.startsWith(prefix));
        forgotten.add(new Forgotten(prefix, sequence));
    }

    /// Another life of the log knows nothing of them.
    void clear() {
        puts.clear();
        putsInOrder.clear();
        forgotten.clear();
    }

    /// The store knows what was handed in up to this write.
    void committed(long sequence) {
        for (Put put = putsInOrder.peek(); put != null && put.sequence <= sequence; put = putsInOrder.peek()) {
            putsInOrder.remove();
            puts.remove(put.once.key(), put);
        }
        forgotten.removeIf(one -> one.sequence <= sequence);
    }

    /// Whether the store need not be asked about a key.
    boolean decides(String key) {
        return puts.containsKey(key) || forgotten.stream().anyMatch(one -> key.startsWith(one.prefix));
    }

    /// What is known of a key that this [#decides].
    Optional<Once> find(String key, long now) {
        @Nullable Put put = puts.get(key);
        return put == null || put.once.expiresAt() < now ? Optional.empty() : Optional.of(put.once);
    }
}
