package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AwarenessResult;
import dev.stoa.protocol.room.DiffResult;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.DocumentResult;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.HistoryResult;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.StateResult;
import dev.stoa.server.room.RoomCommand.LogView;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Scan;
import dev.stoa.server.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads a room's log, beside the room: what is read was committed before the view of the log was given.
/// Thread-safe; blocks, so call it on a virtual thread.
final class Readings {
    private static final String HISTORY = "history";
    /// In a cursor of history that goes on to newer messages.
    private static final String ONWARDS = "on";
    private static final String DOCUMENT = "document";
    private static final int PAGE = 1000;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final Store store;
    private final RoomsOptions options;
    private final RoomKind kind;
    private final String name;

    Readings(Store store, RoomsOptions options, RoomKind kind, String name) {
        this.store = store;
        this.options = options;
        this.kind = kind;
        this.name = name;
    }

    // Messages

    HistoryResult history(LogView view, HistoryOptions asked) {
        int limit = Checks.page(asked.limit(), options.historyLimit());
        if (asked.after() != null && asked.cursor() != null) {
            throw Checks.invalid("history is read from a cursor or after a position, not both");
        }
        Range range = view.historyDeleted() ? new Range(1, 0) : within(view, asked.from(), asked.to());
        Cursors.Content cursor = asked.cursor() == null ? null : Cursors.parse(HISTORY, asked.cursor());
        LogPosition after = cursor != null && cursor.text().equals(ONWARDS)
                ? new LogPosition(cursor.epoch(), cursor.number())
                : asked.after();
        return after != null
                ? following(view, after, range, asked, limit)
                : preceding(view, cursor, range, asked, limit);
    }

    private record Range(long from, long to) {}

    private Range within(LogView view, @Nullable Instant from, @Nullable Instant to) {
        long first = view.firstOffset();
        long last = view.lastOffset();
        if (from != null) {
            first = Math.max(first, lastBefore(view, from) + 1);
        }
        if (to != null) {
            last = Math.min(last, lastBefore(view, to));
        }
        return new Range(first, last);
    }

    /// The last record written before an instant; 0 when there is none.
    private long lastBefore(LogView view, Instant instant) {
        // Records have milliseconds; one in the same millisecond as a later instant lies before it.
        long before = millis(instant) - (instant.getNano() % 1_000_000 == 0 ? 1 : 0);
        return store.lastAt(view.log(), before).map(LogRecord::offset).orElse(0L);
    }

    /// Wall-clock milliseconds; instants beyond the year 9999 or before 1970 are as good as these.
    private static long millis(Instant instant) {
        if (instant.isBefore(Instant.EPOCH)) {
            return 0;
        }
        return instant.isAfter(LATEST) ? LATEST.toEpochMilli() : instant.toEpochMilli();
    }

    private HistoryResult following(LogView view, LogPosition after, Range range, HistoryOptions asked, int limit) {
        if (after.offset() < 0) {
            throw Checks.invalid("after.offset must not be negative: " + after.offset());
        }
        boolean known = after.epoch().equals(view.epoch())
                && after.offset() >= view.firstOffset() - 1
                && after.offset() <= view.lastOffset();
        long from = Math.max(range.from, known ? after.offset() + 1 : view.firstOffset());
        List<LogRecord> records = messages(view, Scan.ascending(from, range.to, limit + 1), asked);
        String next = null;
        if (records.size() > limit) {
            records = records.subList(0, limit);
            next = Cursors.of(HISTORY, view.epoch(), records.getLast().offset(), ONWARDS);
        }
        return result(view, records, next, !known);
    }

    private HistoryResult preceding(
            LogView view, Cursors.@Nullable Content cursor, Range range, HistoryOptions asked, int limit) {
        long to = range.to;
        boolean gap = false;
        if (cursor != null) {
            gap = !cursor.epoch().equals(view.epoch());
            to = gap ? 0 : Math.min(to, cursor.number() - 1);
        }
        List<LogRecord> records = messages(view, Scan.descending(range.from, to, limit + 1), asked);
        String next = null;
        if (records.size() > limit) {
            records = records.subList(0, limit);
            next = Cursors.of(HISTORY, view.epoch(), records.getLast().offset(), "");
        }
        return result(view, records, next, gap);
    }

    private List<LogRecord> messages(LogView view, Scan scan, HistoryOptions asked) {
        return filled(view, scan.ofTypes(Set.of(Records.MESSAGE)).labelled(Checks.types(asked.types())));
    }

    /// Reads until the limit is reached or nothing is left: a store may stop a read early at its size.
    private List<LogRecord> filled(LogView view, Scan scan) {
        List<LogRecord> records = new ArrayList<>();
        long from = scan.from();
        long to = scan.to();
        while (from <= to && records.size() < scan.limit()) {
            List<LogRecord> page = store.read(
                    view.log(),
                    new Scan(
                            from,
                            to,
                            scan.descending(),
                            scan.types(),
                            scan.labels(),
                            scan.limit() - records.size(),
                            scan.maxBytes()));
            if (page.isEmpty()) {
                break;
            }
            records.addAll(page);
            if (scan.descending()) {
                to = page.getLast().offset() - 1;
            } else {
                from = page.getLast().offset() + 1;
            }
        }
        return records;
    }

    private HistoryResult result(LogView view, List<LogRecord> records, @Nullable String next, boolean gap) {
        List<HistoryMessage> items = records.stream()
                .map(record -> Records.message(record, view.epoch()))
                .toList();
        return new HistoryResult(name, kind, items, next, view.epoch(), view.lastOffset(), gap);
    }

    // Documents

    /// @param offset the document as it was there; its end for as it is
    DocumentResult document(LogView view, long offset, DocumentOptions asked, List<AwarenessResult> awareness) {
        int limit = Checks.page(asked.limit(), options.historyLimit());
        long behindClock = -1;
        long behindOffset = 0;
        if (asked.cursor() != null) {
            Cursors.Content cursor = Cursors.parse(DOCUMENT, asked.cursor());
            if (!cursor.epoch().equals(view.epoch())) {
                throw Checks.invalid("the cursor belongs to another life of the room");
            }
            behindClock = cursor.number();
            behindOffset = Cursors.parseNumber(cursor.text());
        }
        List<DocumentUpdate> page = new ArrayList<>();
        for (DocumentUpdate update : ordered(view, offset, asked.sinceClock())) {
            long clock = clockOf(update);
            if (clock > behindClock || clock == behindClock && update.offset() > behindOffset) {
                page.add(update);
            }
        }
        String next = null;
        if (page.size() > limit) {
            DocumentUpdate last = page.get(limit - 1);
            next = Cursors.of(DOCUMENT, view.epoch(), clockOf(last), Long.toString(last.offset()));
            page = page.subList(0, limit);
        }
        return new DocumentResult(name, kind, page, awareness, next);
    }

    /// All updates of the document at an offset, by clock where given, then by offset. Those without a clock
    /// come first.
    private List<DocumentUpdate> ordered(LogView view, long offset, @Nullable Integer sinceClock) {
        List<DocumentUpdate> updates = new ArrayList<>();
        for (DocumentUpdate update : offset == view.lastOffset() ? updates(view) : updatesAt(view, offset)) {
            Integer clock = update.clock();
            if (sinceClock == null || clock != null && clock > sinceClock) {
                updates.add(update);
            }
        }
        updates.sort(Comparator.comparingLong(Readings::clockOf).thenComparingLong(DocumentUpdate::offset));
        return updates;
    }

    private static long clockOf(DocumentUpdate update) {
        Integer clock = update.clock();
        return clock == null ? 0 : clock + 1L;
    }

    /// The updates of the present document.
    List<DocumentUpdate> updates(LogView view) {
        return updates(view, view.documentStart() + 1, view.lastOffset());
    }

    /// The updates of the document as it was.
    private List<DocumentUpdate> updatesAt(LogView view, long offset) {
        requireKept(view, offset);
        Kept trimmed = trimmed(view);
        RoomState then = state(view, offset);
        if (then.documentStart() == trimmed.state().documentStart() && trimmed.updates() > 0 && offset > 0) {
            throw gone(view, "offset " + offset);
        }
        return updates(view, then.documentStart() + 1, offset);
    }

    private List<DocumentUpdate> updates(LogView view, long from, long to) {
        if (view.updatesDeleted()) {
            return List.of();
        }
        List<DocumentUpdate> updates = new ArrayList<>();
        long next = Math.max(from, view.keptFrom());
        long bytes = 0;
        while (next <= to) {
            List<LogRecord> page =
                    store.read(view.log(), Scan.ascending(next, to, PAGE).ofTypes(Set.of(Records.UPDATE)));
            if (page.isEmpty()) {
                break;
            }
            for (LogRecord record : page) {
                updates.add(Records.update(record));
                bytes += record.body().length;
            }
            if (bytes > options.limits().maxSnapshotBytes()) {
                throw ProtocolException.of(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "the document has more than " + options.limits().maxSnapshotBytes() + " bytes of updates");
            }
            next = page.getLast().offset() + 1;
        }
        return updates;
    }

    // Time travel

    /// The state as of an offset: what a replay up to there gives.
    StateResult at(LogView view, long offset) {
        requireKept(view, offset);
        RoomState then = state(view, offset);
        long updates =
                view.updatesDeleted() || offset == 0 ? 0 : trimmed(view).updatesAt(offset, then, store, view.log());
        return new StateResult(name, kind, view.epoch(), offset, time(view, offset), then.metadata(), updates);
    }

    private @Nullable Instant time(LogView view, long offset) {
        return store.read(view.log(), Scan.descending(offset, offset, 1)).stream()
                .findFirst()
                .map(record -> Instant.ofEpochMilli(record.at()))
                .orElse(null);
    }

    private void requireKept(LogView view, long offset) {
        if (offset < 0 || offset > view.lastOffset()) {
            throw Checks.invalid("offset is 0 to " + view.lastOffset() + ", not " + offset);
        }
        if (offset > 0 && offset < view.firstOffset() - 1) {
            throw gone(view, "offset " + offset);
        }
    }

    private RoomState state(LogView view, long offset) {
        return offset == 0 ? RoomState.EMPTY : trimmed(view).stateAt(offset, store, view.log());
    }

    private static Kept trimmed(LogView view) {
        return Objects.requireNonNull(view.trimmed());
    }

    /// The last offset at an instant.
    long offsetAt(LogView view, Instant instant) {
        Optional<LogRecord> last = store.lastAt(view.log(), millis(instant));
        if (last.isEmpty() && view.firstOffset() > 1) {
            throw gone(view, instant.toString());
        }
        return last.map(LogRecord::offset).orElse(0L);
    }

    private static ProtocolException gone(LogView view, String point) {
        return ProtocolException.of(
                ErrorCode.FAILED_PRECONDITION,
                "the log up to offset " + (view.firstOffset() - 1) + " is no longer kept, and " + point
                        + " lies in front of it");
    }

    DiffResult diff(LogView view, long from, long to) {
        if (from > to) {
            throw Checks.invalid(
                    "a difference is from an earlier offset to a later one, not from " + from + " to " + to);
        }
        requireKept(view, from);
        requireKept(view, to);
        Map<String, JsonNode> before = fields(state(view, from));
        Map<String, JsonNode> after = fields(state(view, to));
        Map<String, JsonNode> removed = new TreeMap<>(before);
        removed.keySet().removeAll(after.keySet());
        Map<String, JsonNode> added = new TreeMap<>(after);
        added.keySet().removeAll(before.keySet());
        Map<String, JsonNode> changed = new TreeMap<>(after);
        changed.keySet().retainAll(before.keySet());
        changed.entrySet().removeIf(entry -> entry.getValue().equals(before.get(entry.getKey())));
        return new DiffResult(
                name,
                kind,
                from,
                to,
                RawJson.of(added),
                RawJson.of(removed),
                RawJson.of(changed),
                store.count(view.log(), Records.MESSAGE, from + 1, to),
                store.count(view.log(), Records.UPDATE, from + 1, to));
    }

    private static Map<String, JsonNode> fields(RoomState state) {
        Map<String, JsonNode> fields = new TreeMap<>();
        state.metadata().tree().properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
        return fields;
    }

    /// What a branch at an offset starts with.
    RoomCommand.Plant plant(LogView view, long offset) {
        List<DocumentUpdate> updates = offset == view.lastOffset() ? updates(view) : updatesAt(view, offset);
        return new RoomCommand.Plant(name, offset, state(view, offset).metadata(), updates);
    }
}
