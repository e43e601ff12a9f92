package dev.stoa.server.document;

import static java.lang.System.Logger.Level.WARNING;

import dev.stoa.server.store.EntityId;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Brings changed documents to their storage: the first change after a save starts a timer, and when it
/// rings the whole document is saved. What fails is tried again after the same time.
///
/// Thread-safe. A document is saved by one thread at a time, so that an older state never replaces a
/// newer.
final class Saver {
    private static final System.Logger LOG = System.getLogger(Saver.class.getName());
    private static final int LOCKS = 64;

    private final Documents documents;
    private final DocumentStorage storage;
    private final Duration throttle;
    /// Documents that have changed since they were last saved; each has a timer.
    private final Set<EntityId> changed = ConcurrentHashMap.newKeySet();

    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    Saver(Documents documents, DocumentStorage storage, Duration throttle) {
        this.documents = documents;
        this.storage = storage;
        this.throttle = throttle;
        Arrays.setAll(locks, _ -> new ReentrantLock());
    }

    DocumentStorage storage() {
        return storage;
    }

    /// A change of a document has been kept.
    void changed(EntityId document) {
        if (changed.add(document)) {
            later(document);
        }
    }

    private void later(EntityId document) {
        DocumentsRuntime runtime = documents.runtime();
        runtime.timers().schedule(throttle, () -> runtime.threads().execute(() -> saveQuietly(document)));
    }

    private void saveQuietly(EntityId document) {
        if (!documents.isRun()) {
            return;
        }
        try {
            save(document);
        } catch (IOException | RuntimeException failed) {
            LOG.log(WARNING, "document " + document.name() + " was not saved", failed);
        }
    }

    /// Saves a document now, if it has changed. Returns when it is saved. If that fails, it will be
    /// tried again.
    void save(EntityId document) throws IOException {
        ReentrantLock lock = locks[Math.floorMod(document.hashCode(), LOCKS)];
        lock.lock();
        try {
            if (!changed.remove(document)) {
                return;
            }
            try {
                byte[] snapshot = documents.document(document.name()).snapshot().utf8();
                storage.save(document.name(), snapshot);
                documents.counters().saved();
            } catch (IOException | RuntimeException failed) {
                documents.counters().saveFailed();
                changed(document);
                throw failed;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Saves everything that has changed; what fails does not stop the others.
    void saveAll() {
        List.copyOf(changed).forEach(this::saveQuietly);
    }
}
