package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.jdbc.BatchWriter.Written;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Commits batches and tells the outcomes, and keeps the writer's connection. Confined to the writer.
///
/// When a statement of a batch fails, nothing of it has happened, and its parts are tried one by one, so that
/// what cannot be done fails alone. When the commit itself fails, nobody can tell whether it happened: then
/// everything in it fails, and owners find out by opening their entities.
final class Committer {
    private static final System.Logger LOG = System.getLogger(Committer.class.getName());
    private static final int VALIDITY_SECONDS = 2;

    private final Backend backend;
    private final String node;
    private @Nullable BatchWriter writer;

    Committer(Backend backend, String node) {
        this.backend = backend;
        this.node = node;
    }

    void commit(Batch batch) {
        if (!batch.runs().isEmpty() || !batch.claims().isEmpty()) {
            attempt(batch.runs(), batch.claims());
        }
        batch.refused().forEach(refused -> tell(refused::tell));
    }

    private void attempt(List<Run> runs, List<Item.Claim> claims) {
        Written written;
        try {
            written = writer().write(runs, claims);
        } catch (SQLException | RuntimeException | Error e) {
            boolean usable = rollback();
            int parts = runs.size() + claims.size();
            if (usable && parts > 1) {
                runs.forEach(run -> attempt(List.of(run), List.of()));
                claims.forEach(claim -> attempt(List.of(), List.of(claim)));
            } else if (usable
                    && parts == runs.size()
                    && runs.getFirst().writes().size() > 1) {
                writeByWrite(runs.getFirst());
            } else {
                fail(runs, claims, backend.failure("cannot write " + names(runs, claims), e));
            }
            return;
        }
        try {
            writer().connection().commit();
        } catch (SQLException | RuntimeException | Error e) {
            rollback();
            disconnect();
            fail(runs, claims, backend.failure("cannot tell whether a commit happened", e));
            return;
        }
        for (Run run : runs) {
            tell(run, written.outcomeOf(run));
        }
        claims.forEach(
                claim -> tell(() -> claim.fence().complete(written.fences().get(claim))));
    }

    private static String names(List<Run> runs, List<Item.Claim> claims) {
        List<String> names = new ArrayList<>();
        runs.forEach(run -> names.add(run.id().toString()));
        claims.forEach(claim -> names.add(claim.id().toString()));
        return names.size() == 1 ? names.getFirst() : names.size() + " entities";
    }

    private void fail(List<Run> runs, List<Item.Claim> claims, StoreException cause) {
        LOG.log(System.Logger.Level.WARNING, cause.getMessage());
        runs.forEach(run -> run.writes().forEach(writing -> tell(() -> writing.fail(cause))));
        claims.forEach(claim -> tell(() -> claim.fail(cause)));
    }

    <T> void run(Item.Task<T> task) {
        T result;
        try {
            Connection connection = writer().connection();
            result = task.work().run(connection);
            connection.commit();
        } catch (SQLException | RuntimeException | Error e) {
            rollback();
            StoreException failure = backend.failure("cannot write", e);
            tell(() -> task.fail(failure));
            return;
        }
        tell(() -> task.result().complete(result));
    }

    private void tell(Run run, Outcome outcome) {
        if (outcome instanceof Outcome.Committed || run.writes().size() == 1) {
            run.writes().forEach(writing -> tell(() -> writing.done().accept(outcome)));
        } else {
            // what is refused as a whole may hold writes that are right, like one behind a repeated one
            writeByWrite(run);
        }
    }

    private void writeByWrite(Run run) {
        run.writes().forEach(writing -> attempt(List.of(new Run(writing)), List.of()));
    }

    private static void tell(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "an outcome's receiver failed", e);
        }
    }

    private BatchWriter writer() throws SQLException {
        if (writer == null) {
            Connection connection = backend.connectWriter();
            Statements statements = new Statements(connection);
            BatchedAppends batched = new BatchedAppends(statements, node);
            writer = new BatchWriter(statements, backend.appends(connection, batched, node), batched);
        }
        return writer;
    }

    /// Undoes what is not committed.
    ///
    /// @return whether the connection can be used on; it is dropped otherwise
    private boolean rollback() {
        if (writer == null) {
            return false;
        }
        try {
            writer.clear();
            writer.connection().rollback();
            boolean valid = writer.connection().isValid(VALIDITY_SECONDS);
            writer.connection().rollback();
            if (valid) {
                return true;
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "a rollback failed", e);
        }
        disconnect();
        return false;
    }

    private void disconnect() {
        if (writer != null) {
            try {
                writer.close();
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.DEBUG, "a connection was closed with an error", e);
            }
            writer = null;
        }
    }

    void close() {
        disconnect();
    }
}
