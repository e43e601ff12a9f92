package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.StoreException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A real backend whose writer's connection does what a test wants: fails at a commit, after it, at a
/// statement, on connecting, or holds commits back. Thread-safe.
final class FaultyBackend implements Backend {
    enum Fault {
        NONE,
        AT_COMMIT,
        AFTER_COMMIT,
        AT_STATEMENT,
        ON_CONNECTING
    }

    private static final Set<String> WRITES = Set.of("executeBatch", "executeQuery");

    final AtomicInteger commits = new AtomicInteger();
    private final Backend real;
    private volatile Fault fault = Fault.NONE;
    private volatile boolean once;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch atGate = new CountDownLatch(0);
    private volatile Connection current;

    FaultyBackend(Backend real) {
        this.real = real;
    }

    void failOnce(Fault next) {
        once = true;
        fault = next;
    }

    void failAlways(Fault next) {
        once = false;
        fault = next;
    }

    void heal() {
        fault = Fault.NONE;
    }

    /// Holds the next commit until [#release].
    void hold() {
        atGate = new CountDownLatch(1);
        gate = new CountDownLatch(1);
    }

    /// Waits until a commit is held.
    void awaitHeld() throws InterruptedException {
        if (!atGate.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("no commit came");
        }
    }

    void release() {
        gate.countDown();
    }

    /// Closes the writer's connection behind its back.
    void breakConnection() throws SQLException {
        current.close();
    }

    private boolean meddlesWithCommits() {
        return gate.getCount() > 0 || fault == Fault.AT_COMMIT || fault == Fault.AFTER_COMMIT;
    }

    private boolean strikes(Fault here) {
        if (fault != here) {
            return false;
        }
        if (once) {
            fault = Fault.NONE;
        }
        return true;
    }

    @Override
    public Connection connectWriter() throws SQLException {
        if (strikes(Fault.ON_CONNECTING)) {
            throw new SQLException("made to fail on connecting");
        }
        Connection connection = real.connectWriter();
        current = connection;
        return proxy(Connection.class, (_, method, arguments) -> {
            if (method.getName().equals("commit")) {
                commit(connection);
                return null;
            }
            Object result = invoke(connection, method, arguments);
            return result instanceof PreparedStatement statement ? faulty(statement) : result;
        });
    }

    private void commit(Connection connection) throws SQLException, InterruptedException {
        atGate.countDown();
        if (!gate.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("a held commit was not released");
        }
        if (strikes(Fault.AT_COMMIT)) {
            throw new SQLException("made to fail at the commit");
        }
        connection.commit();
        commits.incrementAndGet();
        if (strikes(Fault.AFTER_COMMIT)) {
            throw new SQLException("made to fail after the commit");
        }
    }

    private PreparedStatement faulty(PreparedStatement statement) {
        return proxy(PreparedStatement.class, (_, method, arguments) -> {
            if (WRITES.contains(method.getName()) && strikes(Fault.AT_STATEMENT)) {
                throw new SQLException("made to fail at a statement");
            }
            return invoke(statement, method, arguments);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public Appends appends(Connection writer, BatchedAppends batched, String node) {
        Appends appends = real.appends(writer, batched, node);
        return new Appends() {
            @Override
            public Set<Run> append(List<Run> runs) throws SQLException {
                return appends.append(runs);
            }

            @Override
            public boolean isOneStatement() {
                return appends.isOneStatement() && !meddlesWithCommits();
            }
        };
    }

    @Override
    public Reads reads() {
        return real.reads();
    }

    @Override
    public StoreException failure(String doing, Throwable cause) {
        return real.failure(doing, cause);
    }

    @Override
    public void close() {
        real.close();
    }
}
