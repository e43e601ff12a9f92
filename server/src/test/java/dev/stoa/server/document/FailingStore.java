package dev.stoa.server.document;

import dev.stoa.server.simulation.ForwardingStore;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.Write;
import java.util.function.Consumer;

/// A store that loses writes when the test says so. Thread-safe.
final class FailingStore extends ForwardingStore {
    private final Store behind;
    private volatile boolean failing;

    FailingStore(Store behind) {
        super(behind);
        this.behind = behind;
    }

    void failing(boolean now) {
        failing = now;
    }

    @Override
    public void write(Write write, Consumer<Outcome> done) {
        if (failing) {
            done.accept(new Outcome.Failed(new StoreException("as the test wants it")));
        } else {
            behind.write(write, done);
        }
    }
}
