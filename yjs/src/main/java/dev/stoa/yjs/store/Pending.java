package dev.stoa.yjs.store;

import dev.stoa.yjs.Limits;
import dev.stoa.yjs.UpdateException;
import dev.stoa.yjs.wire.DeleteSet;
import dev.stoa.yjs.wire.Format;
import dev.stoa.yjs.wire.UpdateMerge;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What has arrived before something it needs: structs as one update, and deletions. Confined to its
/// document.
///
/// It is bounded. Before an update is taken that might make more wait than is allowed, the update is
/// refused; the peer has it still, and a step 1 brings it back together with what it needs.
public final class Pending {
    private final Limits limits;
    private byte @Nullable [] structs;
    private final Map<Long, Long> missing = new HashMap<>();
    private int updates;
    private DeleteSet deletes = DeleteSet.EMPTY;

    Pending(Limits limits) {
        this.limits = limits;
    }

    public boolean isEmpty() {
        return structs == null && deletes.isEmpty();
    }

    /// Waiting structs in v1, without deletions.
    public byte @Nullable [] structs() {
        return structs;
    }

    public DeleteSet deletes() {
        return deletes;
    }

    /// For each client that is waited for, the clock it must get beyond.
    public Map<Long, Long> missing() {
        return missing;
    }

    /// Whether something that was waited for has come.
    boolean isDue(Store store) {
        for (Map.Entry<Long, Long> entry : missing.entrySet()) {
            if (store.end(entry.getKey()) > entry.getValue()) {
                return true;
            }
        }
        return false;
    }

    byte @Nullable [] takeStructs() {
        byte[] taken = structs;
        structs = null;
        missing.clear();
        return taken;
    }

    DeleteSet takeDeletes() {
        DeleteSet taken = deletes;
        deletes = DeleteSet.EMPTY;
        return taken;
    }

    /// Refuses an update whose structs might all have to wait, if there is no room for them.
    void checkRoom(int waitingBytes) {
        if (waitingBytes == 0) {
            return;
        }
        int held = structs == null ? 0 : structs.length;
        if ((long) held + waitingBytes > limits.pendingBytes()) {
            throw UpdateException.overLimit(
                    "pendingBytes", "bytes of waiting structs", (long) held + waitingBytes, limits.pendingBytes());
        }
        if (structs != null && updates >= limits.pendingUpdates()) {
            throw UpdateException.overLimit(
                    "pendingUpdates", "updates with waiting structs", updates + 1L, limits.pendingUpdates());
        }
    }

    void checkRoom(DeleteSet waiting) {
        int ranges = waiting.rangeCount() + (waiting.isEmpty() ? 0 : deletes.rangeCount());
        if (ranges > limits.pendingRanges()) {
            throw UpdateException.overLimit("pendingRanges", "waiting deleted ranges", ranges, limits.pendingRanges());
        }
    }

    void addStructs(byte[] more, Map<Long, Long> needed, int fromUpdates) {
        byte[] held = structs;
        structs = held == null ? more : UpdateMerge.merge(Format.V1, List.of(held, more), Limits.ofOwnBytes());
        updates = held == null ? fromUpdates : updates + fromUpdates;
        needed.forEach((client, clock) -> missing.merge(client, clock, Math::min));
    }

    void addDeletes(DeleteSet more) {
        if (!more.isEmpty()) {
            deletes = DeleteSet.union(List.of(deletes, more));
        }
    }

    int updates() {
        return updates;
    }
}
