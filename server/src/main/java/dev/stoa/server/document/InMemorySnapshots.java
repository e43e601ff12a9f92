package dev.stoa.server.document;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Snapshots in memory, for tests. Thread-safe; bounded by the documents that there are.
public final class InMemorySnapshots implements DocumentStorage {
    private final Map<String, byte[]> byId = new ConcurrentHashMap<>();

    @Override
    public Optional<byte[]> load(String documentId) {
        return Optional.ofNullable(byId.get(documentId));
    }

    @Override
    public void save(String documentId, byte[] snapshot) {
        byId.put(documentId, snapshot);
    }
}
