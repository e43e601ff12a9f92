package dev.stoa.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Random histories of owners that come, overtake each other, write twice, crash and sweep, against a
/// plain model. A failing seed is in the message; run it with `-Dstoa.seed=`.
public abstract class StoreHistories {
    private static final int ENTITIES = 5;
    private static final int STEPS = 250;

    /// A store that nobody has used.
    protected abstract Store fresh();

    /// What is there after a crash of that store: as if its process had been killed now.
    protected abstract Store afterCrash(Store store);

    protected int histories() {
        return 3;
    }

    @Test
    void everyHistoryEndsAsTheModelSays() {
        Long given = Long.getLong("stoa.seed");
        long first = given == null ? System.nanoTime() : given;
        for (int i = 0; i < (given == null ? histories() : 1); i++) {
            long seed = first + i;
            try {
                new History(new Random(seed)).run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("the history of seed " + seed + " goes wrong", e);
            }
        }
    }

    private final class History {
        private final Random random;
        private final ModelOfStore model = new ModelOfStore();
        private final List<Scribe> owners = new ArrayList<>();
        private final List<CompletableFuture<Outcome>> told = new ArrayList<>();
        private final List<Class<? extends Outcome>> expected = new ArrayList<>();
        private final List<Write> written = new ArrayList<>();
        /// By owner and log: the part of a checkpoint that was put last.
        private final Map<Scribe, Map<Long, Change.PutCheckpoint>> parts = new IdentityHashMap<>();

        private Store store = fresh();

        History(Random random) {
            this.random = random;
        }

        void run() {
            try {
                for (int step = 0; step < STEPS; step++) {
                    step();
                }
                compare();
            } finally {
                store.close();
            }
        }

        private void step() {
            int dice = random.nextInt(100);
            if (dice < 8) {
                owners.add(Scribe.creating(store, anyId()));
            } else if (dice < 18) {
                open(anyId());
            } else if (dice < 20) {
                settle();
                store.sweep(random.nextInt(100));
            } else if (dice < 22) {
                compare();
                if (dice == 21) {
                    crash();
                }
            } else if (!owners.isEmpty()) {
                write(owners.get(random.nextInt(owners.size())));
            }
            if (owners.size() > 12) {
                owners.remove(random.nextInt(owners.size()));
            }
        }

        private EntityId anyId() {
            return new EntityId("model", "room " + random.nextInt(ENTITIES));
        }

        private void open(EntityId id) {
            long fence = model.open(id);
            var opened = store.open(id);
            assertThat(opened.map(Opened::fence).orElse(0L)).isEqualTo(fence);
            opened.ifPresent(found -> owners.add(Scribe.of(store, id, found)));
        }

        private void crash() {
            store = afterCrash(store);
            owners.clear();
        }

        private void write(Scribe owner) {
            fill(owner);
            Write write = owner.draft();
            handIn(write);
            // a creation has a log number that is never used again
            if (random.nextInt(12) == 0 && !write.owner().equals(new Owner(0, 1))) {
                handIn(write);
            }
            if (random.nextInt(4) == 0) {
                settle();
            }
        }

        private void handIn(Write write) {
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            expected.add(model.write(write));
            written.add(write);
            told.add(outcome);
            store.write(write, outcome::complete);
        }

        private void fill(Scribe owner) {
            if (random.nextInt(30) == 0) {
                owner.beginLog();
            }
            if (random.nextInt(60) == 0) {
                owner.header(History::ahead);
            }
            for (int i = random.nextInt(4); i > 0; i--) {
                owner.append(random.nextBoolean() ? "a" : "b", random.nextBoolean() ? "l" : null, body());
            }
            if (random.nextInt(6) == 0) {
                Header header = owner.header();
                owner.trimBefore(
                        header.firstOffset() + random.nextLong(header.lastOffset() - header.firstOffset() + 2));
            }
            for (int i = random.nextInt(4); i > 0; i--) {
                owner.change(anyChange(owner));
            }
            if (random.nextInt(3) == 0) {
                owner.count("count " + random.nextInt(3), random.nextInt(5) - 2);
            }
            if (random.nextInt(50) == 0) {
                owner.change(new Change.DeleteEntity());
            }
            if (random.nextInt(40) == 0) {
                owner.skipWrite();
            }
        }

        /// As if a record had been forgotten.
        private static Header ahead(Header header) {
            return new Header(
                    header.log(),
                    header.epoch(),
                    header.status(),
                    header.firstOffset(),
                    header.lastOffset() + 1,
                    header.lastAt(),
                    header.wakeAt(),
                    header.counters());
        }

        private Change anyChange(Scribe owner) {
            String key = "key " + random.nextInt(6);
            return switch (random.nextInt(12)) {
                case 0, 1 -> new Change.PutRow(key, body());
                case 2 -> new Change.DeleteRow(key);
                case 3, 4, 5 -> new Change.PutOnce(new Once(key, random.nextInt(100), body()));
                case 6 -> new Change.DeleteOnces(random.nextBoolean() ? "key" : key);
                case 7, 8 -> checkpoint(owner);
                case 9 -> new Change.PutSnapshot(new Snapshot("snapshot " + random.nextInt(5), 0, 1, body()));
                case 10 -> new Change.DeleteSnapshots();
                default -> new Change.DeleteRecords(random.nextBoolean() ? "a" : "b");
            };
        }

        /// An owner goes on with the checkpoint that it is writing in parts, or begins such a one ahead of all
        /// others, or puts a whole one anywhere.
        private Change checkpoint(Scribe owner) {
            var writing = parts.computeIfAbsent(owner, _ -> new HashMap<>());
            Change.PutCheckpoint last = writing.get(owner.log());
            long offset = owner.header().lastOffset();
            Change.PutCheckpoint next;
            if (last != null && !last.isLast()) {
                next = new Change.PutCheckpoint(last.offset(), last.part() + 1, random.nextBoolean(), body());
            } else if (random.nextBoolean() && offset > model.newestCheckpoint(owner.id())) {
                next = new Change.PutCheckpoint(offset, 0, false, body());
            } else {
                next = new Change.PutCheckpoint(new Checkpoint(random.nextLong(offset + 1), body()));
            }
            writing.put(owner.log(), next);
            return next;
        }

        private byte[] body() {
            return ("body " + random.nextInt(1000)).getBytes(StandardCharsets.UTF_8);
        }

        private void settle() {
            for (int i = 0; i < told.size(); i++) {
                assertThat(told.get(i).orTimeout(30, TimeUnit.SECONDS).join())
                        .as("outcome of the last of %s", written.subList(0, i + 1))
                        .isInstanceOf(expected.get(i));
            }
            told.clear();
            expected.clear();
            written.clear();
        }

        private void compare() {
            settle();
            for (int i = 0; i < ENTITIES; i++) {
                EntityId id = new EntityId("model", "room " + i);
                ModelOfStore.Room room = model.rooms.get(id);
                assertThat(store.header(id).isPresent()).as(id.toString()).isEqualTo(room != null);
                if (room != null) {
                    compare(id, room);
                }
            }
            assertThat(store.totals("model")).isEqualTo(model.totals);
            assertThat(store.entities(new EntityQuery("model", "", null, null, 100)))
                    .hasSize(model.rooms.size());
        }

        private void compare(EntityId id, ModelOfStore.Room room) {
            long log = room.header.log();
            assertThat(store.header(id)).contains(room.header);
            assertThat(store.read(log, Scan.ascending(1, Long.MAX_VALUE, Scan.MAX_LIMIT)))
                    .usingRecursiveComparison()
                    .isEqualTo(room.records);
            assertThat(store.read(
                            log,
                            Scan.descending(1, Long.MAX_VALUE, Scan.MAX_LIMIT)
                                    .ofTypes(Set.of("a"))
                                    .labelled(Set.of("l"))))
                    .usingRecursiveComparison()
                    .isEqualTo(room.records.reversed().stream()
                            .filter(record -> record.type().equals("a") && record.label() != null)
                            .toList());
            assertThat(store.count(log, "b", 1, Long.MAX_VALUE))
                    .isEqualTo(room.records.stream()
                            .filter(record -> record.type().equals("b"))
                            .count());
            long moment = random.nextLong(room.header.lastAt() + 2);
            assertThat(store.lastAt(log, moment).map(LogRecord::offset).orElse(0L))
                    .as("last record at %d", moment)
                    .isEqualTo(room.records.stream()
                            .filter(record -> record.at() <= moment)
                            .mapToLong(LogRecord::offset)
                            .max()
                            .orElse(0));
            assertThat(store.checkpoints(log)).usingRecursiveComparison().isEqualTo(room.checkpoints);
            assertThat(store.wholeCheckpoints(log))
                    .isEqualTo(room.checkpoints.stream().map(Checkpoint::offset).toList());
            for (Once once : room.onces.values()) {
                // a sweep may have taken those that expired before 100
                assertThat(store.once(log, once.key(), once.expiresAt() + 1)).isEmpty();
            }
            assertThat(store.snapshots(id, "", 100))
                    .extracting(Snapshot::id)
                    .isEqualTo(room.snapshots.stream().map(Snapshot::id).toList());
            for (Snapshot snapshot : room.snapshots) {
                assertThat(store.snapshot(id, snapshot.id()).orElseThrow().body())
                        .isEqualTo(snapshot.body());
            }
            Opened opened = store.open(id).orElseThrow();
            assertThat(opened.fence()).isEqualTo(model.open(id));
            assertThat(texts(opened.rows())).isEqualTo(texts(room.rows));
        }

        private static Map<String, String> texts(Map<String, byte[]> rows) {
            Map<String, String> texts = new TreeMap<>();
            rows.forEach((key, body) -> texts.put(key, new String(body, StandardCharsets.UTF_8)));
            return texts;
        }
    }
}
