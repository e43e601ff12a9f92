package dev.stoa.server.entity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.simulation.Connection;
import dev.stoa.server.simulation.Disk;
import dev.stoa.server.simulation.Faults;
import dev.stoa.server.simulation.Journal;
import dev.stoa.server.simulation.Process;
import dev.stoa.server.simulation.World;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.EntityQuery;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Store;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One history of tallies: nodes that are asked, die and come back, on a disk that misbehaves, and what must hold
/// of it all. Confined to one thread.
final class TallyHistory {
    private static final Duration LONG = Duration.ofMinutes(10);

    /// Longer than any wait of the runtime: the longest pause before it loads or wakes again, and an alarm.
    private static final Duration CALM = Duration.ofSeconds(70);
    private static final long BROKEN = 1_000_000;

    private final Chance chance;
    private final World world;
    private final Disk disk;
    private final EntitySettings settings;
    private final List<EntityId> ids = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Claims claims;
    private final boolean wiping;
    private final List<Throwable> failures = new ArrayList<>();
    private long epochs;
    private long amounts;
    private long asks;

    /// A keyed operation that is asked for until it is acknowledged.
    private final Map<Long, EntityId> unconfirmed = new LinkedHashMap<>();

    /// One life of a node.
    private final class Node {
        final Process process = world.process();
        final Connection store = disk.connect(process);
        final Tally.Diary diary = new Tally.Diary();
        final LocalPlacement placement =
                new LocalPlacement(store, process, process, () -> "epoch-" + epochs++, settings);
        final Map<EntityId, Long> lastAcked = new HashMap<>();
        final Map<Long, Long> lastTold = new HashMap<>();
        final Map<String, EntityId> attached = new HashMap<>();

        Node() {
            diary.told = (id, log, offset) -> check(this, () -> {
                claims.told(id, log, offset);
                assertThat(lastTold.merge(log, offset, Math::max))
                        .as("effects of a node keep the order of the log")
                        .isEqualTo(offset);
            });
            placement.register(Tally.type(diary));
            placement.start();
        }
    }

    TallyHistory(Chance chance) {
        this.chance = chance;
        this.world = new World(chance);
        this.disk = new Disk(world, faults());
        this.claims = new Claims(disk.journal());
        this.wiping = chance.onceIn(2);
        this.settings = new EntitySettings(
                chance.between(1, 4),
                chance.between(1, 12),
                chance.oneOf(List.of(1L, 2_000L, 1_000_000L)),
                chance.between(1, 5),
                chance.between(1, 8),
                Duration.ofMillis(chance.oneOf(List.of(0, 200, 5_000))),
                Duration.ofSeconds(chance.between(1, 2)));
        for (int i = chance.between(1, 3); i > 0; i--) {
            ids.add(new EntityId(Tally.KIND, "tally " + i));
        }
        for (int i = chance.between(1, 2); i > 0; i--) {
            nodes.add(new Node());
        }
    }

    private Faults faults() {
        return switch (chance.between(0, 3)) {
            case 0 -> Faults.NONE;
            case 1 -> new Faults(15, 0, 30, 3);
            case 2 -> new Faults(0, 10, 0, 3);
            default -> new Faults(10, 10, 10, 2);
        };
    }

    void play(int steps) {
        boolean deadly = chance.onceIn(2);
        world.intruder(this::act);
        for (int i = 0; i < steps; i++) {
            switch (chance.between(0, 9)) {
                case 0, 1, 2, 3 -> world.runOne();
                case 4, 5, 6, 7 -> act();
                case 8 -> world.advance(Duration.ofMillis(chance.oneOf(List.of(10, 1_000, 60_000))));
                default -> {
                    if (deadly && chance.onceIn(4)) {
                        restart(chance.between(0, nodes.size() - 1));
                    }
                }
            }
            nothingHasFailed();
        }
        end();
    }

    private void restart(int node) {
        nodes.get(node).process.kill();
        nodes.set(node, new Node());
    }

    // What clients do

    private void act() {
        Node node = chance.oneOf(nodes);
        EntityId id = chance.oneOf(ids);
        switch (chance.between(0, 23)) {
            case 0, 1, 2, 3, 4, 5 -> addOnce(node, id);
            case 6, 7, 8, 9 -> addKeyed(node, id, ++amounts);
            case 10, 11 -> retry(node);
            case 12, 13, 14 -> ask(node, id, new TallyCommand.Look(), 0);
            case 15 -> ask(node, id, new TallyCommand.Refuse(), 0);
            case 16 -> attach(node, id);
            case 17 -> detachSome(node);
            case 18 -> ask(node, id, new TallyCommand.WakeAt(node.process.millis() + chance.between(0, 20_000)), 0);
            case 19, 20 -> ask(node, id, new TallyCommand.Trim(chance.between(1, 30)), 0);
            default -> actRarely(node, id);
        }
    }

    private void actRarely(Node node, EntityId id) {
        switch (chance.between(0, 11)) {
            case 0, 1, 2 -> ask(node, id, new TallyCommand.Break(), 0);
            case 3 -> ask(node, id, new TallyCommand.RefuseLate(), 0);
            case 4, 5 -> wipe(node, id, new TallyCommand.BeginAnew());
            case 6 -> ask(node, id, new TallyCommand.RenewEpoch(), 0);
            case 7, 8 -> wipe(node, id, new TallyCommand.Delete());
            case 9 -> ask(node, id, new TallyCommand.SetStatus(chance.oneOf(List.of("open", "closed"))), 0);
            case 10 -> ask(node, id, new TallyCommand.SayNothing(), 0);
            default -> node.placement.ref(id).tell(new TallyCommand.Add(++amounts, null));
        }
    }

    private void wipe(Node node, EntityId id, Command<?> command) {
        if (wiping) {
            claims.mayBeWiped(id);
            ask(node, id, command, 0);
        }
    }

    private void addOnce(Node node, EntityId id) {
        long amount = ++amounts;
        ask(node, id, new TallyCommand.Add(amount, null), amount);
    }

    private void addKeyed(Node node, EntityId id, long amount) {
        unconfirmed.put(amount, id);
        ask(node, id, new TallyCommand.Add(amount, "key " + amount), amount);
    }

    private void retry(Node node) {
        if (!unconfirmed.isEmpty()) {
            long amount = chance.oneOf(List.copyOf(unconfirmed.keySet()));
            addKeyed(node, unconfirmed.get(amount), amount);
        }
    }

    private void attach(Node node, EntityId id) {
        String who = "client " + ++asks;
        node.attached.put(who, id);
        ask(node, id, new TallyCommand.Attach(who), 0);
    }

    private void detachSome(Node node) {
        Map.copyOf(node.attached).forEach((who, id) -> ask(node, id, new TallyCommand.Detach(who), 0));
    }

    /// @param amount of an addition
    private void ask(Node node, EntityId id, Command<?> command, long amount) {
        long number = ++asks;
        Claims.Position floor = nodes.size() == 1 ? claims.floor(id) : Claims.Position.NONE;
        Duration deadline = chance.onceIn(10) ? Duration.ofMillis(chance.between(0, 2_000)) : LONG;
        node.placement
                .ref(id)
                .ask(command, deadline)
                .whenComplete((result, failure) -> check(node, () -> {
                    if (failure instanceof ProtocolException refusal) {
                        refused(command, amount, refusal.code());
                    } else if (failure != null) {
                        throw new AssertionError("an ask fails with a ProtocolException", failure);
                    } else {
                        assertThat(node.lastAcked.getOrDefault(id, 0L))
                                .as("answers keep the order of their commands")
                                .isLessThan(number);
                        node.lastAcked.put(id, number);
                        answered(node, id, command, amount, result, floor);
                    }
                }));
    }

    /// Looks at what a node has said, unless it is dead. What is thrown here would not come further than to the
    /// runtime, so it is kept.
    private void check(Node node, Runnable look) {
        if (!node.process.isDead()) {
            try {
                look.run();
            } catch (RuntimeException | AssertionError failure) {
                failures.add(failure);
            }
        }
    }

    private void nothingHasFailed() {
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.getFirst().getMessage(), failures.getFirst());
        }
    }

    private void refused(Command<?> command, long amount, String code) {
        boolean certainly = !code.equals("UNAVAILABLE") && !code.equals("DEADLINE_EXCEEDED");
        if (certainly && command instanceof TallyCommand.Add add && add.key() == null) {
            claims.neverHappens(amount);
        }
        if (command instanceof TallyCommand.Break) {
            assertThat(code).isNotEqualTo("INVALID_ARGUMENT");
        }
    }

    private void answered(
            Node node, EntityId id, Command<?> command, long amount, Record result, Claims.Position floor) {
        switch (result) {
            case TallyCommand.Added added -> {
                claims.added(id, amount, added, floor);
                unconfirmed.remove(amount);
            }
            case TallyCommand.View view -> claims.seen(id, view, floor);
            default -> {
                assertThat(command)
                        .isNotInstanceOfAny(
                                TallyCommand.Break.class, TallyCommand.Refuse.class, TallyCommand.RefuseLate.class);
                if (command instanceof TallyCommand.Detach(String who)) {
                    node.attached.remove(who);
                }
            }
        }
    }

    // The end

    private void end() {
        heldAreActive();
        world.intruder(() -> {});
        disk.faults(Faults.NONE);
        world.settle(CALM);
        heldAreActive();
        letGo();
        confirmAll();
        everybodyRests();
        nothingHasFailed();
        claims.everythingHolds();
        storeAgrees();
    }

    private void heldAreActive() {
        for (Node node : nodes) {
            for (Tally tally : node.diary.made) {
                assertThat(!tally.isHeld() || node.placement.isActive(tally.id()))
                        .as("whoever is connected is told when the entity goes")
                        .isTrue();
            }
        }
    }

    private void confirmAll() {
        Node node = nodes.getFirst();
        ids.forEach(id -> addKeyed(node, id, ++amounts));
        for (int i = 0; !unconfirmed.isEmpty() && i < 200; i++) {
            retry(node);
            world.settle(Duration.ofSeconds(1));
        }
        assertThat(unconfirmed).as("operations that no retry could confirm").isEmpty();
        ids.forEach(id -> ask(node, id, new TallyCommand.Look(), 0));
        world.settle(Duration.ofSeconds(1));
    }

    private void letGo() {
        for (Node node : nodes) {
            for (int i = 0; !node.attached.isEmpty() && i < 200; i++) {
                detachSome(node);
                world.settle(Duration.ofSeconds(1));
            }
            assertThat(node.attached).isEmpty();
        }
    }

    private void everybodyRests() {
        world.settle(CALM);
        for (Node node : nodes) {
            assertThat(node.placement.active()).as("entities in memory").isZero();
            assertThat(world.waiting(node.process))
                    .as("timers but for the poll")
                    .isEqualTo(1);
            assertThat(node.placement.counters().waiting()).isZero();
        }
    }

    private void storeAgrees() {
        List<Store.Entry> entries = disk.memory().entities(new EntityQuery(Tally.KIND, "", null, null, 100));
        Map<String, Long> sums = new HashMap<>();
        for (Store.Entry entry : entries) {
            Header header = entry.header();
            assertThat(header.wakeAt()).as("alarms that never rang").isEqualTo(Header.NEVER);
            sums.merge("entities", 1L, Long::sum);
            sums.merge("entities." + header.status(), 1L, Long::sum);
            sums.merge("adds", header.counter("adds"), Long::sum);
        }
        sums.values().removeIf(sum -> sum == 0);
        assertThat(disk.memory().totals(Tally.KIND)).isEqualTo(sums);
    }

    /// What clients were told, held against what was committed.
    private static final class Claims {
        private final Journal journal;
        private final Map<EntityId, Position> floors = new HashMap<>();
        private final Set<Position> told = new HashSet<>();
        private final Set<Position> acked = new HashSet<>();
        private final Set<Long> never = new HashSet<>();
        private final Set<EntityId> wiped = new HashSet<>();

        /// A place in the life of an entity; logs are numbered upwards.
        record Position(long log, long offset) {
            static final Position NONE = new Position(0, 0);

            boolean isBefore(Position other) {
                return log < other.log || log == other.log && offset < other.offset;
            }
        }

        Claims(Journal journal) {
            this.journal = journal;
        }

        /// What an answer to a later question cannot be older than.
        Position floor(EntityId id) {
            return floors.getOrDefault(id, Position.NONE);
        }

        private void raise(EntityId id, Position to) {
            floors.merge(id, to, (was, now) -> was.isBefore(now) ? now : was);
        }

        /// What is wiped in the write that would have kept it is never seen in a log.
        void mayBeWiped(EntityId id) {
            wiped.add(id);
        }

        void neverHappens(long amount) {
            never.add(amount);
        }

        void added(EntityId id, long amount, TallyCommand.Added added, Position floor) {
            Journal.@Nullable Log log = journal.log(added.log());
            if (wiped.contains(id) && (log == null || log.lastOffset() < added.offset())) {
                return;
            }
            Position at = new Position(added.log(), added.offset());
            assertThat(log).as("the log of an acknowledged addition").isNotNull();
            assertThat(log.entity()).isEqualTo(id);
            assertThat(amount(log.records().get((int) added.offset() - 1)))
                    .as("what was acknowledged is in the log")
                    .isEqualTo(amount);
            assertThat(added.sum()).as("the sum up to there").isEqualTo(sum(log, added.offset()));
            if (!added.again()) {
                assertThat(acked.add(at)).as("a place is given once").isTrue();
                assertThat(at.isBefore(floor)).as("an answer goes back in time").isFalse();
                raise(id, at);
            }
        }

        void seen(EntityId id, TallyCommand.View view, Position floor) {
            Position at = new Position(view.log(), view.lastOffset());
            assertThat(at.isBefore(floor)).as("an answer goes back in time").isFalse();
            Journal.@Nullable Log log = journal.log(view.log());
            if (wiped.contains(id) && (log == null || view.lastOffset() > log.lastOffset())) {
                return;
            }
            if (log == null) {
                assertThat(view.lastOffset())
                        .as("seen of a log that is not there")
                        .isZero();
                assertThat(view.sum()).isZero();
                return;
            }
            assertThat(view.lastOffset()).as("only what is kept is seen").isLessThanOrEqualTo(log.lastOffset());
            assertThat(view.sum()).as("the state is the fold of the log").isEqualTo(sum(log, view.lastOffset()));
            assertThat(view.row()).as("the row").isEqualTo(view.sum());
            assertThat(view.counted()).as("the count of records").isEqualTo(view.lastOffset() - view.firstOffset() + 1);
            raise(id, at);
        }

        void told(EntityId id, long log, long offset) {
            assertThat(wiped.contains(id)
                            || journal.has(log) && journal.log(log).lastOffset() >= offset)
                    .as("effects follow the commit")
                    .isTrue();
            assertThat(told.add(new Position(log, offset)))
                    .as("effects happen once")
                    .isTrue();
        }

        void everythingHolds() {
            for (Journal.Log log : journal.logs()) {
                Set<Long> seen = new HashSet<>();
                for (LogRecord record : log.records()) {
                    long amount = amount(record);
                    assertThat(amount).as("what threw is kept").isNotEqualTo(BROKEN);
                    assertThat(never).as("what was refused is kept").doesNotContain(amount);
                    assertThat(seen.add(amount))
                            .as("an operation is kept once in a life")
                            .isTrue();
                }
            }
        }

        private static long sum(Journal.Log log, long upTo) {
            return log.records().stream().limit(upTo).mapToLong(Claims::amount).sum();
        }

        private static long amount(LogRecord record) {
            return ByteBuffer.wrap(record.body()).getLong();
        }
    }
}
