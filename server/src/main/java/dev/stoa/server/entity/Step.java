package dev.stoa.server.entity;

import dev.stoa.server.store.Change;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Once;
import dev.stoa.server.store.Scan;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The turn of one command. Confined to the mailbox; refuses everything once it is over.
final class Step implements Turn {
    private final Ledger ledger;
    private final Batch batch;
    private final Checkpoints checkpoints;
    private final Asked asked;
    private final long now;
    private long trimUpTo;
    private boolean over;

    /// @param millis the wall clock
    Step(Ledger ledger, Batch batch, Checkpoints checkpoints, Asked asked, long millis) {
        this.ledger = ledger;
        this.batch = batch;
        this.checkpoints = checkpoints;
        this.asked = asked;
        this.now = Math.max(ledger.lastAt(), millis);
    }

    /// It has gone well.
    void complete() {
        checkpoints.wantTrim(trimUpTo);
    }

    void end() {
        over = true;
    }

    private Ledger ledger() {
        if (over) {
            throw new IllegalStateException("the turn is over");
        }
        return ledger;
    }

    private Batch batch() {
        if (over) {
            throw new IllegalStateException("the turn is over");
        }
        return batch;
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public String epoch() {
        return ledger().epoch();
    }

    @Override
    public long log() {
        return ledger().log();
    }

    @Override
    public long firstOffset() {
        return ledger().firstOffset();
    }

    @Override
    public long lastOffset() {
        return ledger().lastOffset();
    }

    @Override
    public long counter(String name) {
        return ledger().counter(name);
    }

    @Override
    public LogRecord append(String type, @Nullable String label, byte[] body) {
        return ledger().append(type, label, now, body);
    }

    @Override
    public void change(Change change) {
        ledger().change(change);
    }

    @Override
    public void count(String counter, long delta) {
        ledger().count(counter, delta);
    }

    @Override
    public void status(String status) {
        ledger().status(status);
    }

    @Override
    public void wakeAt(long millis) {
        ledger().wakeAt(millis);
    }

    @Override
    public boolean exists() {
        return ledger().exists() || ledger.isDirty();
    }

    @Override
    public List<LogRecord> read(Scan scan) {
        return ledger().read(scan);
    }

    @Override
    public Optional<Once> once(String key) {
        return ledger().once(key, now);
    }

    @Override
    public void trim(long upTo) {
        trimUpTo = Math.max(trimUpTo, Math.min(upTo, ledger().lastOffset()));
    }

    @Override
    public void beginAnew() {
        ledger().beginAnew();
        checkpoints.beginAnew();
        trimUpTo = 0;
    }

    @Override
    public void renewEpoch() {
        ledger().renewEpoch();
    }

    @Override
    public void delete() {
        ledger().delete();
    }

    @Override
    public void answer(Record result) {
        batch().release(() -> asked.answer(result));
    }

    @Override
    public void refuse(RuntimeException reason) {
        batch().release(() -> asked.refuse(reason));
    }

    @Override
    public void then(Runnable effect) {
        batch().release(effect);
    }
}
