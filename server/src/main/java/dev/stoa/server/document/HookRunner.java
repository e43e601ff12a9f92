package dev.stoa.server.document;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Calls the application's hooks, for each document one after the other. Thread-safe.
final class HookRunner {
    static final int MAX_WAITING = 10_000;

    private static final System.Logger LOG = System.getLogger(HookRunner.class.getName());

    private final Documents documents;
    private final DocumentHooks hooks;
    /// By document, while calls wait or run; changed within the map's own steps.
    private final Map<String, Line> lines = new ConcurrentHashMap<>();

    private static final class Line {
        final Deque<BiConsumer<DocumentHooks, DocumentRoom>> waiting = new ArrayDeque<>();
        long missed;
    }

    HookRunner(Documents documents, DocumentHooks hooks) {
        this.documents = documents;
        this.hooks = hooks;
    }

    /// Calls later, behind what waits for the same document.
    void call(String documentId, BiConsumer<DocumentHooks, DocumentRoom> hook) {
        lines.compute(documentId, (_, known) -> {
            Line line = known == null ? new Line() : known;
            if (line.waiting.size() >= MAX_WAITING) {
                line.missed++;
                documents.counters().hookMissed();
            } else {
                line.waiting.add(hook);
            }
            if (known == null) {
                documents.runtime().threads().execute(() -> run(documentId));
            }
            return line;
        });
    }

    private void run(String documentId) {
        DocumentRoom document = documents.document(documentId);
        for (var next = next(documentId); next != null; next = next(documentId)) {
            try {
                next.accept(hooks, document);
            } catch (RuntimeException failed) {
                LOG.log(System.Logger.Level.ERROR, "a hook of document " + documentId + " failed", failed);
            }
        }
    }

    private @Nullable BiConsumer<DocumentHooks, DocumentRoom> next(String documentId) {
        AtomicReference<@Nullable BiConsumer<DocumentHooks, DocumentRoom>> next = new AtomicReference<>();
        lines.computeIfPresent(documentId, (_, line) -> {
            BiConsumer<DocumentHooks, DocumentRoom> first = line.waiting.poll();
            if (first == null && line.missed > 0) {
                long missed = line.missed;
                line.missed = 0;
                first = (called, document) -> called.missed(document, missed);
            }
            next.set(first);
            return first == null ? null : line;
        });
        return next.get();
    }
}
