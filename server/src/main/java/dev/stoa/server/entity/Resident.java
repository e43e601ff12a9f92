package dev.stoa.server.entity;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.port.Timers;
import dev.stoa.server.store.Change;
import dev.stoa.server.store.Checkpoint;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Once;
import dev.stoa.server.store.Opened;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.Scan;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.Write;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An entity in memory: its mailbox, and the thread of turns and commits.
///
/// [#offer] may be called from any thread; everything else is confined to the drain, which one virtual thread at
/// a time runs. In a drain, turns are taken until enough share a write; the write is handed to the store, and
/// the next turns go on at once with the state as it will be. Outcomes come back through the mailbox.
///
/// After a write has failed, or an entity has thrown, nothing more is handled until every write handed in has an
/// outcome; then the state is read again.
final class Resident {
    private static final System.Logger LOG = System.getLogger(Resident.class.getName());
    private static final int REPLAY_PAGE = 1000;

    /// What all residents of a node share.
    record Surroundings(
            Store store,
            Timers timers,
            Executor threads,
            Supplier<String> epochs,
            EntitySettings settings,
            House house) {}

    /// Where residents live.
    interface House {
        /// It is gone for good.
        void left(Resident resident);

        /// Makes it go, while nobody can be given it or another of its id, if [Resident#tryToGo] lets it.
        void hibernate(Resident resident);
    }

    /// What became of an offer.
    enum Offer {
        TAKEN,
        FULL,
        GONE
    }

    private final EntityId id;
    private final Entity entity;
    private final String initialStatus;
    private final Duration hibernateAfter;
    private final Surroundings around;

    private final Queue<Asked> mailbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger work = new AtomicInteger();
    private volatile boolean gone;
    private volatile boolean stopping;
    private volatile Timers.@Nullable Timeout idleTimer;

    private @Nullable Ledger ledger;
    private final Deque<Batch> inFlight = new ArrayDeque<>();
    private long inFlightBytes;
    private Batch batch = new Batch();
    private boolean settling;
    private boolean fenced;
    private long lastCommandNanos;
    private long checkpointOffset;
    private @Nullable List<Checkpoint> kept;
    private long trimUpTo;
    private long alarmAt = Header.NEVER;
    private Timers.@Nullable Timeout alarm;

    Resident(EntityId id, EntityType type, EntityRef self, Surroundings around) {
        this.id = id;
        this.initialStatus = type.initialStatus();
        Duration ofType = type.hibernateAfter();
        this.hibernateAfter = ofType != null ? ofType : around.settings.hibernateAfter();
        this.around = around;
        this.entity = type.factory().create(id, self);
        this.lastCommandNanos = around.timers.nanoTime();
    }

    EntityId id() {
        return id;
    }

    /// Puts a command into the mailbox.
    ///
    /// @param bounded whether a full mailbox refuses it
    Offer offer(Asked asked, boolean bounded) {
        if (gone) {
            return Offer.GONE;
        }
        if (waiting.incrementAndGet() > around.settings.mailboxCapacity() && bounded) {
            waiting.decrementAndGet();
            return Offer.FULL;
        }
        mailbox.add(asked);
        if (gone && mailbox.remove(asked)) {
            waiting.decrementAndGet();
            return Offer.GONE;
        }
        schedule();
        return Offer.TAKEN;
    }

    /// Asks it to finish what is in the mailbox and go.
    void stop() {
        stopping = true;
        schedule();
    }

    private void schedule() {
        if (work.getAndIncrement() == 0) {
            around.threads.execute(this::drain);
        }
    }

    private void drain() {
        int seen = work.get();
        while (seen != 0) {
            try {
                drainOnce();
            } catch (RuntimeException | Error bug) {
                LOG.log(System.Logger.Level.ERROR, "the mailbox of " + id + " failed", bug);
                leave("internal failure");
            }
            seen = work.addAndGet(-seen);
        }
    }

    private void drainOnce() {
        do {
            takeOutcomes();
            if (gone) {
                refuseWaiting();
                return;
            }
            if (settling || inFlightBytes > around.settings.maxUncommittedBytes()) {
                return;
            }
        } while (takeTurns());
        if (inFlight.isEmpty()) {
            rest();
        }
    }

    // Turns

    private boolean takeTurns() {
        int turns = 0;
        while (turns < around.settings.turnsPerWrite() && !settling) {
            Asked asked = mailbox.poll();
            if (asked == null) {
                break;
            }
            waiting.decrementAndGet();
            turns++;
            if (!asked.isOver()) {
                lastCommandNanos = around.timers.nanoTime();
                handle(asked);
            }
            if (ledger != null && ledger.isDeleted()) {
                break;
            }
        }
        if (turns > 0) {
            handIn();
        }
        return turns > 0;
    }

    private void handle(Asked asked) {
        try {
            if (ledger == null) {
                load();
            }
        } catch (RuntimeException broken) {
            LOG.log(System.Logger.Level.WARNING, "entity " + id + " cannot be loaded", broken);
            ledger = null;
            batch.release(asked, () -> asked.unavailable("cannot be loaded at the moment"));
            return;
        }
        step(asked, turn -> {
            Command<?> command = asked.command();
            if (command == null) {
                entity.wake(turn);
            } else {
                entity.handle(command, turn);
            }
        });
    }

    private void step(Asked asked, Consumer<Turn> action) {
        Ledger here = ledger();
        long mark = here.mark();
        int released = batch.size();
        Step step = new Step(here, asked);
        batch.turn(asked);
        try {
            action.accept(step);
        } catch (RuntimeException | Error failure) {
            batch.cutBack(released);
            if (failure instanceof ProtocolException refusal && here.mark() == mark) {
                batch.release(asked, () -> asked.refuse(refusal));
                return;
            }
            LOG.log(System.Logger.Level.ERROR, "entity " + id + " failed at a command", failure);
            abandon(asked);
        }
    }

    /// The state cannot be trusted any more: the turns that share the write did not happen.
    private void abandon(Asked culprit) {
        culprit.refuse(ProtocolException.of(ErrorCode.INTERNAL, "the command failed"));
        fail(batch);
        batch = new Batch();
        settling = true;
        settleIfDone();
    }

    private void handIn() {
        Ledger here = ledger;
        if (here == null || settling) {
            follow();
            return;
        }
        boolean checkpointed = false;
        if (here.isDirty() && !here.isDeleted()) {
            trim(here);
            checkpointed = checkpoint(here, around.settings.checkpointEvery());
        }
        if (!here.isDirty()) {
            follow();
            return;
        }
        write(here, checkpointed);
    }

    private void write(Ledger here, boolean checkpointed) {
        Batch handed = batch;
        batch = new Batch();
        Write write = here.write();
        handed.written(write.size(), here.lastOffset(), checkpointed);
        inFlight.add(handed);
        inFlightBytes += handed.bytes();
        if (here.isDeleted()) {
            settling = true;
        }
        armAlarm(here);
        around.store.write(write, outcome -> {
            handed.came(outcome);
            schedule();
        });
    }

    /// Nothing to keep: what the turns asked for follows what is being kept already.
    private void follow() {
        Batch reads = batch;
        batch = new Batch();
        if (reads.isEmpty()) {
            return;
        }
        if (inFlight.isEmpty()) {
            release(reads);
        } else {
            inFlight.getLast().absorb(reads);
        }
    }

    // Outcomes

    private void takeOutcomes() {
        Batch first = inFlight.peek();
        while (first != null && first.outcome() != null) {
            inFlight.remove();
            inFlightBytes -= first.bytes();
            switch (java.util.Objects.requireNonNull(first.outcome())) {
                case Outcome.Committed _ -> committed(first);
                case Outcome.Fenced _ -> {
                    fenced |= !settling;
                    settling = true;
                    fail(first);
                }
                case Outcome.Failed(StoreException cause) -> {
                    LOG.log(System.Logger.Level.WARNING, "a write of " + id + " failed", cause);
                    settling = true;
                    fail(first);
                }
            }
            first = inFlight.peek();
        }
        if (settling) {
            settleIfDone();
        }
    }

    private void committed(Batch done) {
        if (done.isCheckpointed()) {
            kept = null;
        }
        if (ledger != null) {
            ledger.committed(done.lastOffset(), inFlight.isEmpty());
        }
        release(done);
    }

    private void settleIfDone() {
        if (!inFlight.isEmpty()) {
            return;
        }
        settling = false;
        if (fenced || ledger == null || ledger.isDeleted()) {
            leave("has moved");
        } else {
            ledger = null;
            kept = null;
            cancelAlarm();
            reload();
        }
    }

    /// Reads the state again at once, for those who are connected; if the store cannot, the next command tries.
    private void reload() {
        try {
            load();
            handIn();
        } catch (RuntimeException broken) {
            LOG.log(System.Logger.Level.WARNING, "entity " + id + " cannot be loaded again", broken);
            ledger = null;
        }
    }

    private void release(Batch done) {
        for (Batch.Release release : done.releases()) {
            try {
                release.action().run();
            } catch (RuntimeException | Error broken) {
                LOG.log(System.Logger.Level.ERROR, "an effect of " + id + " failed", broken);
            }
        }
        for (Asked asked : done.turns()) {
            if (!asked.isOver()) {
                asked.refuse(ProtocolException.of(ErrorCode.INTERNAL, "the command was not answered"));
            }
        }
    }

    private static void fail(Batch lost) {
        lost.turns().forEach(asked -> asked.unavailable("could not be kept; nothing of it happened"));
    }

    // Loading

    private void load() {
        Optional<Opened> found = around.store.open(id);
        Header header = found.map(Opened::header).orElse(null);
        Map<String, byte[]> rows = found.map(Opened::rows).orElse(Map.of());
        Ledger loaded = found.map(opened -> Ledger.of(id, around.store, around.epochs, opened.header(), opened.fence()))
                .orElseGet(() -> Ledger.fresh(id, around.store, around.epochs, initialStatus));
        checkpointOffset = restore(header, found.map(Opened::checkpoints).orElse(List.of()), rows);
        if (header != null) {
            replay(header);
        }
        ledger = loaded;
        step(Asked.alarm(), entity::loaded);
        armAlarm(loaded);
    }

    /// Takes the newest checkpoint that makes sense and still has all its records behind it.
    private long restore(@Nullable Header header, List<Checkpoint> checkpoints, Map<String, byte[]> rows) {
        for (Checkpoint checkpoint : checkpoints) {
            try {
                entity.load(header, checkpoint.body(), rows);
                return checkpoint.offset();
            } catch (RuntimeException unusable) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "checkpoint of " + id + " at " + checkpoint.offset() + " is unusable",
                        unusable);
            }
        }
        if (header != null && header.firstOffset() > 1 && !entity.folds().isEmpty()) {
            throw new StoreException(
                    "entity " + id + " has no usable checkpoint, and its log starts at " + header.firstOffset());
        }
        entity.load(header, null, rows);
        return 0;
    }

    private void replay(Header header) {
        if (entity.folds().isEmpty()) {
            return;
        }
        long next = checkpointOffset + 1;
        while (next <= header.lastOffset()) {
            List<LogRecord> page = around.store.read(
                    header.log(),
                    Scan.ascending(next, header.lastOffset(), REPLAY_PAGE).ofTypes(entity.folds()));
            if (page.isEmpty()) {
                return;
            }
            page.forEach(entity::replay);
            next = page.getLast().offset() + 1;
        }
    }

    // Checkpoints and trimming

    private boolean checkpoint(Ledger here, long atLeast) {
        if (here.lastOffset() - checkpointOffset < atLeast || here.lastOffset() == checkpointOffset) {
            return false;
        }
        byte[] state = entity.checkpoint();
        if (state == null) {
            return false;
        }
        here.change(new Change.PutCheckpoint(new Checkpoint(here.lastOffset(), state)));
        checkpointOffset = here.lastOffset();
        return true;
    }

    /// Lets go of records that two checkpoints stand for, which were read back whole.
    private void trim(Ledger here) {
        if (trimUpTo < here.firstOffset()) {
            return;
        }
        long covered = entity.folds().isEmpty() ? trimUpTo : coveredTwice(here);
        long to = Math.min(trimUpTo, covered);
        if (to >= here.firstOffset()) {
            step(Asked.alarm(), turn -> entity.trimming(here.firstOffset(), to, turn));
            here.trimTo(to + 1);
        }
        if (to < trimUpTo) {
            checkpoint(here, 1);
        }
    }

    private long coveredTwice(Ledger here) {
        List<Checkpoint> known = kept;
        if (known == null) {
            known = here.exists() ? around.store.checkpoints(here.log()) : List.of();
            kept = known;
        }
        return known.size() < 2 ? 0 : known.get(1).offset();
    }

    // Alarm, rest and leaving

    private void armAlarm(Ledger here) {
        if (here.wakeAt() == alarmAt) {
            return;
        }
        cancelAlarm();
        alarmAt = here.wakeAt();
        if (alarmAt != Header.NEVER) {
            long delay = Math.max(0, alarmAt - around.timers.millis());
            alarm = around.timers.schedule(Duration.ofMillis(delay), () -> offer(Asked.alarm(), false));
        }
    }

    private void cancelAlarm() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
        alarmAt = Header.NEVER;
    }

    private void rest() {
        Ledger here = ledger;
        if (stopping) {
            if (here != null && here.exists() && checkpoint(here, around.settings.checkpointEvery() / 10 + 1)) {
                write(here, true);
            } else {
                leave("is stopping");
            }
            return;
        }
        if (here != null && !entity.mayHibernate()) {
            return;
        }
        long idle = around.timers.nanoTime() - lastCommandNanos;
        long wanted = here == null || !here.exists() ? 0 : hibernateAfter.toNanos();
        if (idle < wanted) {
            wakeToRest(wanted - idle);
        } else if (here != null && here.exists() && checkpoint(here, around.settings.checkpointEvery() / 10 + 1)) {
            write(here, true);
        } else {
            hibernate();
        }
    }

    private void wakeToRest(long nanos) {
        if (idleTimer == null) {
            idleTimer = around.timers.schedule(Duration.ofNanos(nanos), () -> {
                idleTimer = null;
                schedule();
            });
        }
    }

    private void hibernate() {
        around.house.hibernate(this);
        if (gone) {
            cancelAlarm();
        }
    }

    /// Takes nothing more, unless a command came meanwhile.
    boolean tryToGo() {
        gone = true;
        if (mailbox.isEmpty()) {
            return true;
        }
        gone = false;
        schedule();
        return false;
    }

    private void leave(String why) {
        gone = true;
        around.house.left(this);
        cancelAlarm();
        inFlight.forEach(Resident::fail);
        inFlight.clear();
        fail(batch);
        batch = new Batch();
        try {
            entity.dropped();
        } catch (RuntimeException broken) {
            LOG.log(System.Logger.Level.ERROR, "entity " + id + " failed when it was dropped", broken);
        }
        LOG.log(System.Logger.Level.DEBUG, "entity {0} {1}", id, why);
        refuseWaiting();
    }

    private void refuseWaiting() {
        for (Asked asked = mailbox.poll(); asked != null; asked = mailbox.poll()) {
            waiting.decrementAndGet();
            asked.unavailable("the entity is moving");
        }
    }

    private Ledger ledger() {
        return java.util.Objects.requireNonNull(ledger);
    }

    /// The turn of one command.
    private final class Step implements Turn {
        private final Ledger here;
        private final Asked asked;
        private final long now;

        Step(Ledger here, Asked asked) {
            this.here = here;
            this.asked = asked;
            this.now = Math.max(here.lastAt(), around.timers.millis());
        }

        @Override
        public long now() {
            return now;
        }

        @Override
        public String epoch() {
            return here.epoch();
        }

        @Override
        public long log() {
            return here.log();
        }

        @Override
        public long firstOffset() {
            return here.firstOffset();
        }

        @Override
        public long lastOffset() {
            return here.lastOffset();
        }

        @Override
        public long counter(String name) {
            return here.counter(name);
        }

        @Override
        public LogRecord append(String type, @Nullable String label, byte[] body) {
            return here.append(type, label, now, body);
        }

        @Override
        public void change(Change change) {
            here.change(change);
        }

        @Override
        public void count(String counter, long delta) {
            here.count(counter, delta);
        }

        @Override
        public void status(String status) {
            here.status(status);
        }

        @Override
        public void wakeAt(long millis) {
            here.wakeAt(millis);
        }

        @Override
        public boolean exists() {
            return here.exists() || here.isDirty();
        }

        @Override
        public List<LogRecord> read(Scan scan) {
            return here.read(scan);
        }

        @Override
        public Optional<Once> once(String key) {
            return here.once(key, now);
        }

        @Override
        public void trim(long upTo) {
            trimUpTo = Math.max(trimUpTo, upTo);
        }

        @Override
        public void beginAnew() {
            here.beginAnew();
            checkpointOffset = 0;
            kept = null;
            trimUpTo = 0;
        }

        @Override
        public void renewEpoch() {
            here.renewEpoch();
        }

        @Override
        public void delete() {
            here.delete();
        }

        @Override
        public void answer(Record result) {
            batch.release(asked, () -> asked.answer(result));
        }

        @Override
        public void refuse(RuntimeException reason) {
            batch.release(asked, () -> asked.refuse(reason));
        }

        @Override
        public void then(Runnable effect) {
            batch.release(null, effect);
        }
    }
}
