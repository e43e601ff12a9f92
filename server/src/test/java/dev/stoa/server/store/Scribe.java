package dev.stoa.server.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// An entity's owner, as far as a store sees it: collects what the next write holds, and keeps count of
/// sequence and offsets. Confined to one thread.
public final class Scribe {
    private final Store store;
    private final EntityId id;
    private Owner owner;
    private Header header;
    private long now;
    private List<LogRecord> records = new ArrayList<>();
    private List<Change> changes = new ArrayList<>();
    private Map<String, Long> counted = new TreeMap<>();

    private Scribe(Store store, EntityId id, Owner owner, Header header) {
        this.store = store;
        this.id = id;
        this.owner = owner;
        this.header = header;
        this.now = header.lastAt();
    }

    /// Of an entity that is not there yet.
    public static Scribe creating(Store store, EntityId id) {
        Header header = Header.fresh(store.nextLog(), UUID.randomUUID().toString(), "active");
        return new Scribe(store, id, new Owner(0, 1), header);
    }

    /// Of an entity that was opened.
    public static Scribe opening(Store store, EntityId id) {
        return of(store, id, store.open(id).orElseThrow());
    }

    public static Scribe of(Store store, EntityId id, Opened opened) {
        return new Scribe(store, id, new Owner(opened.fence(), 1), opened.header());
    }

    public EntityId id() {
        return id;
    }

    public long log() {
        return header.log();
    }

    public Header header() {
        return header;
    }

    public Owner owner() {
        return owner;
    }

    /// A second owner's view that knows what this one knows, like a process that was copied.
    public Scribe twin() {
        return new Scribe(store, id, owner, header);
    }

    public Scribe at(long time) {
        now = time;
        return this;
    }

    /// One record of type `message` for each body, one millisecond apart.
    public Scribe append(String... bodies) {
        for (String body : bodies) {
            append("message", null, body.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    public Scribe append(String type, String label, byte[] body) {
        return append(new LogRecord(header.lastOffset() + 1, type, ++now, label, body));
    }

    public Scribe append(LogRecord record) {
        records.add(record);
        return header(h -> new Header(
                h.log(),
                h.epoch(),
                h.status(),
                h.firstOffset(),
                record.offset(),
                record.at(),
                h.wakeAt(),
                h.counters()));
    }

    public Scribe change(Change... more) {
        changes.addAll(Arrays.asList(more));
        return this;
    }

    public Scribe count(String name, long more) {
        counted.merge(name, more, Long::sum);
        return this;
    }

    public Scribe header(UnaryOperator<Header> change) {
        header = change.apply(header);
        return this;
    }

    public Scribe status(String status) {
        return header(h -> new Header(
                h.log(), h.epoch(), status, h.firstOffset(), h.lastOffset(), h.lastAt(), h.wakeAt(), h.counters()));
    }

    public Scribe wakeAt(long time) {
        return header(h -> new Header(
                h.log(), h.epoch(), h.status(), h.firstOffset(), h.lastOffset(), h.lastAt(), time, h.counters()));
    }

    public Scribe trimBefore(long firstOffset) {
        return header(h -> new Header(
                h.log(), h.epoch(), h.status(), firstOffset, h.lastOffset(), h.lastAt(), h.wakeAt(), h.counters()));
    }

    /// Lets go of the log and begins a new one.
    public Scribe beginLog() {
        change(new Change.DropLog(header.log()));
        return header(_ -> Header.fresh(store.nextLog(), UUID.randomUUID().toString(), "active"));
    }

    /// Pretends that a write was handed in which never was.
    public Scribe skipWrite() {
        owner = owner.next();
        return this;
    }

    /// What was collected, as a write; the next one follows it.
    public Write draft() {
        Write write = new Write(id, owner, header, records, changes, counted);
        owner = owner.next();
        records = new ArrayList<>();
        changes = new ArrayList<>();
        counted = new TreeMap<>();
        return write;
    }

    public CompletableFuture<Outcome> send() {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        store.write(draft(), outcome::complete);
        return outcome;
    }

    /// Hands in what was collected and waits for the outcome.
    public Outcome write() {
        return send().orTimeout(30, TimeUnit.SECONDS).join();
    }

    /// Hands in what was collected, which must be committed.
    public Scribe commit() {
        Outcome outcome = write();
        if (!(outcome instanceof Outcome.Committed)) {
            throw new AssertionError("a write of " + id + " is " + outcome);
        }
        return this;
    }

    public List<String> bodies(Scan scan) {
        return bodies(store.read(log(), scan));
    }

    public List<String> allBodies() {
        return bodies(Scan.ascending(1, Long.MAX_VALUE, Scan.MAX_LIMIT));
    }

    public static List<String> bodies(List<LogRecord> records) {
        return records.stream()
                .map(record -> new String(record.body(), StandardCharsets.UTF_8))
                .toList();
    }
}
