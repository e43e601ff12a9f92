package dev.stoa.yjs.store;

import dev.stoa.yjs.Limits;
import dev.stoa.yjs.wire.DeleteSet;
import dev.stoa.yjs.wire.Format;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs transactions on a store, one at a time. Confined to its document.
public final class Change {
    private final Store store;
    private final Phases phases;
    private @Nullable Transaction current;
    private boolean closing;

    /// Who looks at a transaction before it is over.
    public interface Phases {
        /// All changes are made; what was deleted is still there.
        void changed(Transaction transaction);

        /// Everything is tidied up; the update can be encoded.
        void tidied(Transaction transaction);
    }

    public Change(Store store, Phases phases) {
        this.store = store;
        this.phases = phases;
    }

    /// Runs a body in the transaction that is open, or in one of its own.
    public void run(@Nullable Object origin, Consumer<Transaction> body) {
        Transaction open = current;
        if (open != null) {
            if (closing) {
                throw new IllegalStateException("a listener changes the document that it listens to");
            }
            body.accept(open);
            return;
        }
        run(new Transaction(store, origin, true), body);
    }

    private void run(Transaction transaction, Consumer<Transaction> body) {
        current = transaction;
        try {
            body.accept(transaction);
        } finally {
            closing = true;
            try {
                close(transaction);
            } finally {
                checkOwnId(transaction);
                transaction.end();
                current = null;
                closing = false;
            }
        }
    }

    private void checkOwnId(Transaction transaction) {
        if (!transaction.local()) {
            for (Client client : transaction.grown) {
                if (client.id == store.ownId()) {
                    store.changeOwnId();
                }
            }
        }
    }

    private void close(Transaction transaction) {
        try {
            if (store.observed()) {
                phases.changed(transaction);
            }
        } finally {
            if (transaction.hasEffect() || !transaction.splits.isEmpty()) {
                Closing.tidy(transaction);
            }
            if (transaction.hasEffect()) {
                phases.tidied(transaction);
            }
        }
    }

    /// What became of an update.
    ///
    /// @param waiting whether parts of it, and nothing else, wait now
    public record Outcome(boolean waiting, long scanned) {}

    /// Applies an update: read, planned, and only then carried out.
    ///
    /// @param limits of this update; those of the document say how much may wait in it
    public Outcome apply(Format format, byte[] update, Limits limits, @Nullable Object origin) {
        if (current != null) {
            throw new IllegalStateException("an update is applied inside a transaction");
        }
        Arrivals arrivals = Arrivals.read(store, format, update, limits);
        arrivals.checkRoom();
        Outcome[] outcome = new Outcome[1];
        run(new Transaction(store, origin, false), transaction -> outcome[0] = carryOut(arrivals, transaction));
        return outcome[0];
    }

    private Outcome carryOut(Arrivals arrivals, Transaction transaction) {
        Integrator integrator = new Integrator(transaction);
        arrivals.carryOut(integrator, 1);
        boolean waiting = arrivals.hasRest();
        DeleteSet waitingDeletes = DeleteSet.EMPTY;
        if (!arrivals.deletes().isEmpty()) {
            waitingDeletes = Deletions.apply(transaction, arrivals.deletes());
        }
        retry(integrator);
        if (!waitingDeletes.isEmpty()) {
            waitingDeletes = Deletions.apply(transaction, waitingDeletes);
        }
        DeleteSet older = store.pending.takeDeletes();
        if (!older.isEmpty()) {
            store.pending.addDeletes(Deletions.apply(transaction, older));
        }
        store.pending.addDeletes(waitingDeletes);
        return new Outcome(
                (waiting && store.pending.structs() != null) || !waitingDeletes.isEmpty(), integrator.scanned());
    }

    /// Tries again what has waited, as long as something comes of it.
    private void retry(Integrator integrator) {
        while (store.pending.isDue(store)) {
            int updates = store.pending.updates();
            byte[] waiting = store.pending.takeStructs();
            if (waiting == null) {
                return;
            }
            Arrivals.read(store, Format.V1, waiting, Limits.ofOwnBytes()).carryOut(integrator, updates);
        }
    }
}
