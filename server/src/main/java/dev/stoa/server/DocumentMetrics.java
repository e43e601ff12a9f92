package dev.stoa.server;

import dev.stoa.server.document.DocumentCounters;
import dev.stoa.server.document.Documents;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/// The figures of an instance of documents under their public names. Documents and clients are never
/// labels: there may be any number of them.
final class DocumentMetrics {
    private static final String INSTANCE = "instance";

    private DocumentMetrics() {}

    static void bind(MeterRegistry registry, Documents documents) {
        gauge(registry, documents, "stoa.documents", "Documents in memory", Documents::active);
        gauge(registry, documents, "stoa.documents.sessions", "Sockets in documents", Documents::connections);
        gauge(
                registry,
                documents,
                "stoa.documents.subscriptions",
                "Those who follow documents from within, streams over HTTP among them",
                Documents::subscriptions);
        Counting counting = new Counting(registry, documents);
        counting.of(
                "stoa.documents.edits",
                "Messages of writers that were applied, the application's included",
                DocumentCounters::edits);
        counting.of(
                "stoa.documents.edits.dropped",
                "Of those, the ones of which something was dropped because its record was deleted",
                DocumentCounters::droppedEdits);
        counting.of(
                "stoa.documents.edits.readonly",
                "Messages of sessions that may only read, acknowledged and not applied",
                DocumentCounters::readersEdits);
        counting.of(
                "stoa.documents.ephemeral",
                "Messages with ephemeral data that were passed on",
                DocumentCounters::ephemeral);
        counting.of(
                "stoa.documents.refused",
                "What was asked of documents and refused: malformed, or beyond a limit",
                DocumentCounters::refused);
        counting.of(
                "stoa.documents.resyncs",
                "Clients that had seen more than the document, and were asked for it",
                DocumentCounters::resyncs);
        counting.of(
                "stoa.documents.mismatches",
                "Clients told to stay away: of another version, or away for longer than tombstones are kept",
                DocumentCounters::mismatches);
        counting.of("stoa.documents.saves", "Snapshots brought to the storage", DocumentCounters::saves);
        counting.of(
                "stoa.documents.saves.failed",
                "Attempts to bring a snapshot to the storage that failed",
                DocumentCounters::failedSaves);
        counting.of(
                "stoa.documents.hooks.missed",
                "Calls of hooks that were left out because too many waited",
                DocumentCounters::missedHooks);
    }

    private static void gauge(
            MeterRegistry registry,
            Documents documents,
            String name,
            String description,
            ToDoubleFunction<Documents> figure) {
        Gauge.builder(name, documents, figure)
                .tag(INSTANCE, documents.options().name())
                .description(description)
                .register(registry);
    }

    /// Registers what the documents of one instance have done.
    private record Counting(MeterRegistry registry, Documents documents) {
        void of(String name, String description, ToDoubleFunction<DocumentCounters> figure) {
            FunctionCounter.builder(name, documents.counters(), figure)
                    .tag(INSTANCE, documents.options().name())
                    .description(description)
                    .register(registry);
        }
    }
}
