package dev.stoa.server.document.lww;

import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What clients show of themselves while they are there: cursors, selections (documents protocol,
/// section 8).
///
/// Merged as a document is, for each client apart, without a counter and without tombstones: what is
/// deleted is gone. Confined to one thread.
public final class EphemeralState {
    private final Shapes shapes = new Shapes();
    /// In the order in which they first showed something.
    private final Map<String, Client> clients = new LinkedHashMap<>();

    private static final class Client {
        final Map<String, LwwRecord> records = new LinkedHashMap<>();
        long bytes;
    }

    /// A change that was checked and not made yet.
    public final class Change {
        private final String clientId;
        private final Map<String, @Nullable LwwRecord> changed;
        private final byte[] kept;
        private final long bytes;

        private Change(String clientId, Map<String, @Nullable LwwRecord> changed, byte[] kept, long bytes) {
            this.clientId = clientId;
            this.changed = changed;
            this.kept = kept;
            this.bytes = bytes;
        }

        /// The text of the patches without the entries that were dropped.
        public byte[] kept() {
            return kept;
        }

        /// Makes it. Only if no other was made since it was checked.
        public void make() {
            Client client = clients.computeIfAbsent(clientId, _ -> new Client());
            changed.forEach((key, record) -> {
                if (record == null) {
                    client.records.remove(key);
                } else {
                    client.records.put(key, record);
                }
            });
            client.bytes = bytes;
            if (client.records.isEmpty()) {
                clients.remove(clientId);
            }
        }
    }

    /// Checks what a client sends.
    ///
    /// @throws ProtocolException `FAILED_PRECONDITION` when the client would show too much
    public Change check(String clientId, Patches patches, LwwLimits limits) {
        Client client = clients.getOrDefault(clientId, new Client());
        Map<String, @Nullable LwwRecord> changed = new HashMap<>();
        Set<Patches.Entry> dropped = new HashSet<>();
        for (Patches.Patch patch : patches.patches()) {
            for (Patches.Entry entry : patch.entries()) {
                LwwRecord current =
                        changed.containsKey(entry.key()) ? changed.get(entry.key()) : client.records.get(entry.key());
                LwwRecord next = LwwRecord.apply(current, patches.json(), entry.fields(), 0, shapes);
                if (next == null) {
                    dropped.add(entry);
                } else {
                    changed.put(entry.key(), next.isTombstone() ? null : next);
                }
            }
        }
        long bytes = client.bytes;
        for (Map.Entry<String, @Nullable LwwRecord> change : changed.entrySet()) {
            bytes += size(change.getKey(), change.getValue())
                    - size(change.getKey(), client.records.get(change.getKey()));
        }
        if (bytes > limits.maxEphemeralBytes() && bytes > client.bytes) {
            throw ProtocolException.of(
                    ErrorCode.FAILED_PRECONDITION,
                    "ephemeral data of " + bytes + " bytes of one client exceeds " + limits.maxEphemeralBytes());
        }
        return new Change(clientId, changed, dropped.isEmpty() ? patches.json() : patches.without(dropped), bytes);
    }

    private static long size(String key, @Nullable LwwRecord record) {
        return record == null ? 0 : LwwDocument.keyBytes(key) + record.bytes();
    }

    /// Forgets a client.
    ///
    /// @return a patch that deletes everything it showed; null when it showed nothing
    public byte @Nullable [] remove(String clientId) {
        Client client = clients.remove(clientId);
        if (client == null) {
            return null;
        }
        LwwRecord tombstone = LwwRecord.tombstone(0);
        Map<String, LwwRecord> gone = new LinkedHashMap<>();
        client.records.keySet().forEach(key -> gone.put(key, tombstone));
        return patch(gone);
    }

    /// Forgets every client that is not among those.
    public void retain(Set<String> clientIds) {
        clients.keySet().retainAll(clientIds);
    }

    /// A patch of what all clients show but one; of a key that several use, what the last one shows.
    ///
    /// @return null when there is nothing
    public byte @Nullable [] others(String clientId) {
        Map<String, LwwRecord> shown = new LinkedHashMap<>();
        clients.forEach((id, client) -> {
            if (!id.equals(clientId)) {
                shown.putAll(client.records);
            }
        });
        return shown.isEmpty() ? null : patch(shown);
    }

    private static byte[] patch(Map<String, LwwRecord> records) {
        ByteBuilder out = new ByteBuilder(0, 256);
        LwwDocument.writeRecords(records, out);
        return out.toByteArray();
    }
}
