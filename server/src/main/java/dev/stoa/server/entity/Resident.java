package dev.stoa.server.entity;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.port.Timers;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.Opened;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.Write;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An entity in memory: its mailbox, and the thread of turns and commits.
///
/// [#offer], [#ring] and [#stop] may be called from any thread; everything else is confined to the drain, which
/// one virtual thread at a time runs. In a drain, turns are taken until enough share a write; the write is handed
/// to the store, and the next turns go on at once with the state as it will be. An outcome wakes the drain.
///
/// ```
///            ┌──────────────────────────── outcome ───────────────────────────┐
///            ▼                                                                │
///  mailbox ─► turns ─► batch ─► write ─► in flight (oldest first) ─► Store ───┘
///                                           │
///                  kept: answers, effects ◄─┴─► not kept: everybody is told, and then
///                                               *settling*: no turn until nothing is in flight,
///                                               then the state is read again
/// ```
final class Resident {
    private static final System.Logger LOG = System.getLogger(Resident.class.getName());
    private static final Duration WAKE_AGAIN = Duration.ofSeconds(30);
    private static final int MAX_BACKOFF_DOUBLINGS = 5;

    /// What all residents of a node share.
    record Surroundings(
            Store store,
            Timers timers,
            Executor threads,
            Supplier<String> epochs,
            EntitySettings settings,
            Residents residents,
            EntityCounters counters) {}

    private final EntityId id;
    private final EntityType type;
    private final EntityRef self;
    private final Surroundings around;

    private final Mailbox mailbox;
    private final AtomicInteger work = new AtomicInteger();
    private final AtomicBoolean alarmRings = new AtomicBoolean();
    private volatile boolean gone;
    private volatile boolean hibernated;
    private volatile boolean stopping;
    private volatile boolean reloadDue;
    private volatile Timers.@Nullable Timeout restTimer;

    private @Nullable Entity entity;
    private @Nullable Ledger ledger;
    private boolean wasLoaded;
    private final InFlight inFlight = new InFlight();
    private Batch batch = new Batch();
    private final Checkpoints checkpoints;
    private final Alarm alarm;
    private boolean settling;
    private boolean broken;
    private boolean fenced;
    private boolean ended;
    private boolean wakeFailed;
    private int failures;
    private Timers.@Nullable Timeout reloadTimer;
    private boolean wasAsked;
    private long lastCommandNanos;

    Resident(EntityId id, EntityType type, EntityRef self, Surroundings around) {
        this.id = id;
        this.type = type;
        this.self = self;
        this.around = around;
        this.mailbox = new Mailbox(around.settings.mailboxCapacity());
        this.checkpoints =
                new Checkpoints(id, around.store, around.settings.checkpointEvery(), around.threads, this::schedule);
        this.alarm = new Alarm(around.timers, this::ring);
    }

    EntityId id() {
        return id;
    }

    /// Puts a command into the mailbox.
    Mailbox.Offer offer(Asked asked) {
        Mailbox.Offer offer = mailbox.offer(asked);
        if (offer == Mailbox.Offer.TAKEN) {
            schedule();
        }
        return offer;
    }

    /// The alarm's time has come, or may have. Lost if it goes at this moment: the store knows of it too.
    void ring() {
        alarmRings.set(true);
        schedule();
    }

    /// Asks it to finish what is in the mailbox and go.
    void stop() {
        stopping = true;
        schedule();
    }

    /// Whether it has gone for good.
    boolean isGone() {
        return gone;
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
                LOG.log(ERROR, "the mailbox of " + id + " failed", bug);
                leave("has failed");
            }
            seen = work.addAndGet(-seen);
        }
    }

    private void drainOnce() {
        do {
            takeOutcomes();
            if (gone) {
                // After hibernation, what is in the mailbox is being taken back by whoever put it there.
                if (!hibernated) {
                    refuseWaiting("the entity is moving");
                }
                return;
            }
            if (settling
                    || inFlight.exceeds(around.settings.maxUncommittedBytes(), around.settings.mailboxCapacity())) {
                return;
            }
            if (reloadDue) {
                reload();
            }
        } while (takeTurns());
        if (inFlight.isEmpty() && !settling) {
            rest();
        }
    }

    // Turns

    private boolean takeTurns() {
        int turns = 0;
        if (alarmRings.getAndSet(false)) {
            turns++;
            if (ledger != null || load()) {
                wake();
            }
        }
        while (turns < around.settings.turnsPerWrite() && !settling && !isDeleted()) {
            Asked asked = mailbox.poll();
            if (asked == null) {
                break;
            }
            turns++;
            take(asked);
        }
        if (turns == 0 && !hasPartOfCheckpoint()) {
            return false;
        }
        handIn();
        if (turns == around.settings.turnsPerWrite()) {
            Thread.yield();
        }
        return true;
    }

    private boolean hasPartOfCheckpoint() {
        return ledger != null && !settling && !isDeleted() && checkpoints.hasPart();
    }

    private void take(Asked asked) {
        around.counters.commandTaken();
        if (asked.isOver()) {
            return;
        }
        wasAsked = true;
        lastCommandNanos = around.timers.nanoTime();
        if (ledger != null || load()) {
            step(asked, turn -> entity().handle(asked.command(), turn));
        } else {
            asked.unavailable("cannot be loaded at the moment");
            refuseWaiting("cannot be loaded at the moment");
        }
    }

    private void wake() {
        Ledger here = ledger();
        alarm.cancel();
        if (here.wakeAt() > around.timers.millis()) {
            alarm.set(here.wakeAt());
            return;
        }
        wakeFailed = !step(Asked.nobody(), turn -> {
            turn.wakeAt(Header.NEVER);
            entity().wake(turn);
        });
    }

    /// @return whether it went well, which a refusal does too
    private boolean step(Asked asked, Consumer<Turn> action) {
        Ledger here = ledger();
        long touches = here.touches();
        int releases = batch.releases();
        Step step = new Step(here, batch, checkpoints, asked, around.timers.millis());
        batch.turn(asked);
        try {
            action.accept(step);
            step.complete();
            return true;
        } catch (ProtocolException refusal) {
            if (here.touches() != touches) {
                LOG.log(ERROR, "entity " + id + " refused what it had begun", refusal);
                abandon(asked, refusal);
                return false;
            }
            batch.cutBack(releases);
            batch.release(() -> asked.refuse(refusal));
            return true;
        } catch (RuntimeException | Error failure) {
            LOG.log(ERROR, "entity " + id + " failed at a command", failure);
            abandon(asked, ProtocolException.of(ErrorCode.INTERNAL, "the command failed"));
            return false;
        } finally {
            step.end();
        }
    }

    /// The state cannot be trusted any more: the turns that share the write will not have happened.
    private void abandon(@Nullable Asked culprit, ProtocolException why) {
        around.counters.turnFailed();
        Batch lost = batch;
        batch = new Batch();
        lost.blame(culprit, why);
        inFlight.add(lost);
        settling = true;
        schedule();
    }

    private boolean isDeleted() {
        return ledger != null && ledger.isDeleted();
    }

    // Writes

    private void handIn() {
        Ledger here = ledger;
        if (here == null || settling) {
            return;
        }
        boolean checkpointed = false;
        if (!here.isDeleted()) {
            trim(here);
            if (here.isDirty()) {
                checkpoints.beginWhenDue(entity(), here);
            }
            checkpointed = !settling && checkpoints.addPart(here);
        }
        if (settling) {
            return;
        }
        if (here.isDirty()) {
            write(here, checkpointed);
        } else {
            follow();
        }
        if (here.isDeleted()) {
            settling = true;
            ended = !here.exists();
            schedule();
        }
    }

    private void trim(Ledger here) {
        long to = checkpoints.trimmable(entity(), here);
        long from = here.firstOffset();
        if (to >= from && step(Asked.nobody(), turn -> entity().trimming(from, to, turn))) {
            here.trimTo(to + 1);
        }
    }

    private void write(Ledger here, boolean checkpointed) {
        Write write;
        try {
            write = here.write();
        } catch (RuntimeException bug) {
            LOG.log(ERROR, "entity " + id + " cannot write what its turns ask for", bug);
            abandon(null, ProtocolException.of(ErrorCode.INTERNAL, "the command failed"));
            return;
        }
        Batch handed = batch;
        batch = new Batch();
        handed.handedIn(new Batch.Handed(
                write.owner().sequence(),
                write.header().log(),
                write.header().lastOffset(),
                write.size(),
                checkpointed,
                write.deletesEntity()));
        inFlight.add(handed);
        alarm.set(here.isDeleted() ? Header.NEVER : here.wakeAt());
        around.counters.written();
        around.store.write(write, outcome -> {
            handed.came(outcome);
            schedule();
        });
    }

    /// Nothing to keep: what the turns asked for follows what is being kept already.
    private void follow() {
        if (batch.isEmpty()) {
            return;
        }
        Batch reads = batch;
        batch = new Batch();
        if (!inFlight.follow(reads)) {
            reads.succeed();
        }
    }

    // Outcomes

    private void takeOutcomes() {
        for (Batch done = inFlight.pollDone(); done != null; done = inFlight.pollDone()) {
            Outcome outcome = done.outcome();
            if (outcome instanceof Outcome.Committed) {
                committed(done);
            } else {
                lost(done, outcome);
            }
        }
        if (settling && inFlight.isEmpty()) {
            settle();
        }
    }

    private void committed(Batch done) {
        failures = 0;
        Batch.Handed write = Objects.requireNonNull(done.handed());
        if (ledger != null) {
            ledger.committed(write);
            checkpoints.committed(write, ledger);
        }
        ended |= write.deletes();
        done.succeed();
    }

    /// @param outcome null when it was never handed in
    private void lost(Batch done, @Nullable Outcome outcome) {
        if (outcome instanceof Outcome.Fenced) {
            around.counters.writeFenced();
            fenced |= !broken;
        } else if (outcome instanceof Outcome.Failed(StoreException cause)) {
            around.counters.writeFailed();
            LOG.log(WARNING, "a write of {0} failed: {1}", id, cause.getMessage());
        }
        broken = true;
        settling = true;
        done.fail();
    }

    private void settle() {
        settling = false;
        if (fenced || ended) {
            leave(fenced ? "has moved" : "is deleted");
            return;
        }
        broken = false;
        ledger = null;
        alarm.cancel();
        failures++;
        if (failures == 1) {
            reload();
        } else if (stopping) {
            leave("is stopping");
        } else {
            reloadLater();
        }
    }

    // Loading

    /// Reads the state again for those who are connected, without waiting for a command.
    private void reload() {
        reloadDue = false;
        if (ledger == null && load()) {
            handIn();
        }
    }

    /// Reads the state. Nothing is in flight, and no turn waits for a write.
    ///
    /// @return whether it is ready for turns
    private boolean load() {
        try {
            Ledger loaded = recover();
            ledger = loaded;
            tellLoaded(loaded);
            if (wakeFailed) {
                loaded.wakeAt(around.timers.millis() + WAKE_AGAIN.toMillis());
                wakeFailed = false;
            }
            alarm.set(loaded.wakeAt());
            wasLoaded = true;
            around.counters.loaded();
            return true;
        } catch (StoreException unreadable) {
            LOG.log(WARNING, "entity {0} cannot be loaded: {1}", id, unreadable.getMessage());
            loadFailed();
            return false;
        } catch (RuntimeException | Error bug) {
            LOG.log(ERROR, "entity " + id + " fails to load", bug);
            loadFailed();
            return false;
        }
    }

    private void loadFailed() {
        around.counters.loadFailed();
        ledger = null;
        batch = new Batch();
        failures++;
        if (wasLoaded) {
            reloadLater();
        }
    }

    private void tellLoaded(Ledger loaded) {
        Asked nobody = Asked.nobody();
        Step step = new Step(loaded, batch, checkpoints, nobody, around.timers.millis());
        batch.turn(nobody);
        try {
            entity().loaded(step);
            step.complete();
        } finally {
            step.end();
        }
    }

    private Ledger recover() {
        Entity here = entity;
        if (here == null) {
            here = type.factory().create(id, self);
            entity = here;
        }
        Recovery recovery = new Recovery(id, here, around.store);
        Optional<Opened> found = around.store.open(id);
        if (found.isEmpty()) {
            recovery.begin();
            checkpoints.beginAnew();
            return Ledger.fresh(id, around.store, around.epochs, type.initialStatus());
        }
        Opened opened = found.get();
        checkpoints.loaded(recovery.recover(opened), opened);
        return Ledger.of(id, around.store, around.epochs, opened.header(), opened.fence());
    }

    private void reloadLater() {
        if (reloadTimer != null) {
            reloadTimer.cancel();
        }
        int doublings = Math.clamp(failures - 1, 0, MAX_BACKOFF_DOUBLINGS);
        reloadTimer = around.timers.schedule(around.settings.pollEvery().multipliedBy(1L << doublings), () -> {
            reloadDue = true;
            schedule();
        });
    }

    // Rest and leaving

    private void rest() {
        Ledger here = ledger;
        if (stopping) {
            if (here == null || !checkpointForRest(here)) {
                leave("is stopping");
            }
        } else if (here == null) {
            if (!wasLoaded) {
                hibernate();
            }
        } else if (entity().mayHibernate()) {
            restOrWait(here);
        }
    }

    private void restOrWait(Ledger here) {
        long idle = around.timers.nanoTime() - lastCommandNanos;
        long wanted = here.exists() && wasAsked ? hibernateAfter().toNanos() : 0;
        if (idle < wanted) {
            restLater(wanted - idle);
        } else if (!checkpointForRest(here)) {
            hibernate();
        }
    }

    private Duration hibernateAfter() {
        Duration ofType = type.hibernateAfter();
        return ofType != null ? ofType : around.settings.hibernateAfter();
    }

    /// @return whether it has to wait for a write
    private boolean checkpointForRest(Ledger here) {
        if (failures > 0 || !checkpoints.beginForRest(entity(), here)) {
            return false;
        }
        handIn();
        return true;
    }

    private void restLater(long nanos) {
        if (restTimer == null) {
            restTimer = around.timers.schedule(Duration.ofNanos(nanos), () -> {
                restTimer = null;
                schedule();
            });
        }
    }

    private void hibernate() {
        around.residents.hibernate(this);
        if (gone) {
            cancelTimers();
            around.counters.hibernated();
            part(Entity::hibernated);
        }
    }

    private void part(Consumer<Entity> parting) {
        Entity here = entity;
        if (here != null) {
            try {
                parting.accept(here);
            } catch (RuntimeException failure) {
                LOG.log(ERROR, "entity " + id + " failed when it left memory", failure);
            }
        }
    }

    /// Takes nothing more, unless a command came meanwhile.
    boolean tryToGo() {
        hibernated = !alarmRings.get() && mailbox.shutIfEmpty();
        gone = hibernated;
        return gone;
    }

    private void leave(String why) {
        if (!gone) {
            around.residents.leaving(() -> farewell(why));
        }
    }

    private void farewell(String why) {
        LOG.log(DEBUG, "entity {0} {1}", id, why);
        gone = true;
        mailbox.shut();
        around.residents.forget(this);
        cancelTimers();
        for (Batch lost = inFlight.poll(); lost != null; lost = inFlight.poll()) {
            lost.fail();
        }
        batch.fail();
        batch = new Batch();
        if (wasLoaded) {
            part(Entity::dropped);
        }
        refuseWaiting("the entity is moving");
    }

    private void cancelTimers() {
        alarm.cancel();
        if (reloadTimer != null) {
            reloadTimer.cancel();
        }
        Timers.Timeout rest = restTimer;
        if (rest != null) {
            rest.cancel();
        }
    }

    private void refuseWaiting(String why) {
        for (Asked asked = mailbox.poll(); asked != null; asked = mailbox.poll()) {
            around.counters.commandTaken();
            asked.unavailable(why);
        }
    }

    private Ledger ledger() {
        return Objects.requireNonNull(ledger);
    }

    private Entity entity() {
        return Objects.requireNonNull(entity);
    }
}
