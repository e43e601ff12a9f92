package dev.stoa.server.document;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.store.EntityId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Who follows an instance's documents on this node from within. A document does not know them, so one
/// that is followed leaves memory like any other.
///
/// Thread-safe. A document tells from its own thread, in the order of its edits, once they are kept.
final class DocumentWatchers {
    private static final Duration LAST_EVENTS = Duration.ofSeconds(1);

    private final int maxPerDocument;
    private final Map<EntityId, Set<DocumentEvents>> byDocument = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    DocumentWatchers(int maxPerDocument) {
        this.maxPerDocument = maxPerDocument;
    }

    /// @throws ProtocolException `RESOURCE_EXHAUSTED` when too many follow the document
    void join(EntityId document, DocumentEvents events) {
        byDocument.compute(document, (_, known) -> {
            Set<DocumentEvents> here = known == null ? ConcurrentHashMap.newKeySet(2) : known;
            if (here.size() >= maxPerDocument) {
                throw ProtocolException.of(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "document " + document.name() + " has " + maxPerDocument
                                + " subscriptions, the most there may be");
            }
            here.add(events);
            return here;
        });
        if (stopped) {
            events.stop();
        }
    }

    void leave(EntityId document, DocumentEvents events) {
        byDocument.computeIfPresent(document, (_, here) -> {
            here.remove(events);
            return here.isEmpty() ? null : here;
        });
    }

    /// Whether anybody follows a document. Who begins to asks the document afterwards: an edit that this
    /// was asked for before is in the answer.
    boolean follow(EntityId document) {
        return byDocument.containsKey(document);
    }

    /// An edit is kept.
    void changed(EntityId document, DocumentEvent.Changed edit) {
        for (DocumentEvents events : byDocument.getOrDefault(document, Set.of())) {
            events.offer(edit);
        }
    }

    /// A document was read anew, and found at a position.
    void loaded(EntityId document, DocumentPosition position) {
        for (DocumentEvents events : byDocument.getOrDefault(document, Set.of())) {
            events.check(position);
        }
    }

    /// What was told of a document may not be all that happened.
    void doubt(EntityId document) {
        byDocument.getOrDefault(document, Set.of()).forEach(DocumentEvents::doubt);
    }

    int count() {
        return byDocument.values().stream().mapToInt(Set::size).sum();
    }

    /// Ends all of them, and waits for a moment until what is kept has been taken.
    void stop() {
        stopped = true;
        List<DocumentEvents> all =
                byDocument.values().stream().flatMap(Collection::stream).toList();
        all.forEach(DocumentEvents::stop);
        long deadline = System.nanoTime() + LAST_EVENTS.toNanos();
        for (DocumentEvents events : all) {
            events.awaitOver(deadline - System.nanoTime());
        }
        byDocument.clear();
    }
}
