package dev.stoa.server.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts open connections, in all and by address, and refuses those beyond a maximum.
///
/// The table of addresses cannot outgrow the total maximum: an address is kept only while it holds a
/// lease.
///
/// Thread-safe; taking and giving back costs one atomic step on the total and one on the address.
public final class ConnectionLimits {
    private final int maxTotal;
    private final int maxPerAddress;
    private final AtomicInteger total = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> byAddress = new ConcurrentHashMap<>();

    /// @param maxTotal connections at a time in all, at least 1
    /// @param maxPerAddress connections at a time from one address, at least 1
    public ConnectionLimits(int maxTotal, int maxPerAddress) {
        if (maxTotal < 1 || maxPerAddress < 1) {
            throw new IllegalArgumentException(
                    "connection limits must be at least 1: " + maxTotal + " in all, " + maxPerAddress + " per address");
        }
        this.maxTotal = maxTotal;
        this.maxPerAddress = maxPerAddress;
    }

    /// Asks for one more connection from `address`, usually [PeerAddress#groupOf].
    public Admission acquire(String address) {
        if (total.incrementAndGet() > maxTotal) {
            total.decrementAndGet();
            return new Admission.Refused(Admission.Limit.TOTAL, maxTotal);
        }
        int[] before = new int[1];
        byAddress.compute(address, (_, count) -> {
            before[0] = count == null ? 0 : count;
            return Math.min(before[0] + 1, maxPerAddress);
        });
        if (before[0] >= maxPerAddress) {
            total.decrementAndGet();
            return new Admission.Refused(Admission.Limit.ADDRESS, maxPerAddress);
        }
        return new Admission.Granted(new Lease(address));
    }

    /// Connections open now.
    public int total() {
        return total.get();
    }

    /// Connections open now from `address`.
    public int from(String address) {
        return byAddress.getOrDefault(address, 0);
    }

    /// Addresses with an open connection.
    public int addresses() {
        return byAddress.size();
    }

    /// The answer to [#acquire].
    public sealed interface Admission {
        /// The connection may open; close the lease when it ends.
        record Granted(Lease lease) implements Admission {}

        /// The connection must not open.
        ///
        /// @param limit which maximum is reached
        /// @param maximum its value
        record Refused(Limit limit, int maximum) implements Admission {}

        /// The two maxima.
        enum Limit {
            TOTAL,
            ADDRESS
        }
    }

    /// One connection's place. Thread-safe; closing it again does nothing.
    public final class Lease implements AutoCloseable {
        private final String address;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Lease(String address) {
            this.address = address;
        }

        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
                total.decrementAndGet();
            }
        }
    }
}
