package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.Write;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// What waits for the writer.
sealed interface Item {
    /// Gives up, because of a failure that concerns all.
    void fail(StoreException cause);

    record Writing(Write write, long size, Consumer<Outcome> done) implements Item {
        @Override
        public void fail(StoreException cause) {
            done.accept(new Outcome.Failed(cause));
        }
    }

    /// A write that was not taken: it waits only to be told after those before it.
    record Refused(EntityId id, StoreException cause, Consumer<Outcome> done) implements Item {
        void tell() {
            done.accept(new Outcome.Failed(cause));
        }

        @Override
        public void fail(StoreException other) {
            tell();
        }
    }

    /// Takes ownership; answers the new fence, or nothing when there is no such entity.
    record Claim(EntityId id, CompletableFuture<OptionalLong> fence) implements Item {
        @Override
        public void fail(StoreException cause) {
            fence.completeExceptionally(cause);
        }
    }

    /// Something rare, in a transaction of its own.
    record Task<T>(Work<T> work, CompletableFuture<T> result) implements Item {
        @Override
        public void fail(StoreException cause) {
            result.completeExceptionally(cause);
        }
    }

    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }
}
