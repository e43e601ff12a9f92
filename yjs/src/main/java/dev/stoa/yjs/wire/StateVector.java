package dev.stoa.yjs.wire;

import dev.stoa.yjs.UpdateException;
import dev.stoa.yjs.lib0.ByteReader;
import dev.stoa.yjs.lib0.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/// For each client the next clock that is expected of it; clients descending, zero left out. Immutable.
///
/// ```
/// varUint n, n × (varUint client, varUint clock)
/// ```
public final class StateVector implements LongUnaryOperator {
    public static final StateVector EMPTY = new StateVector(new long[0], new long[0]);

    private final long[] clients;
    private final long[] clocks;

    /// @param clients descending
    private StateVector(long[] clients, long[] clocks) {
        this.clients = clients;
        this.clocks = clocks;
    }

    public static StateVector of(Map<Long, Long> clockOf) {
        List<Map.Entry<Long, Long>> entries = new ArrayList<>(clockOf.size());
        for (Map.Entry<Long, Long> entry : clockOf.entrySet()) {
            if (entry.getValue() > 0) {
                entries.add(entry);
            }
        }
        entries.sort(Map.Entry.<Long, Long>comparingByKey().reversed());
        return new StateVector(
                entries.stream().mapToLong(Map.Entry::getKey).toArray(),
                entries.stream().mapToLong(Map.Entry::getValue).toArray());
    }

    /// @param clients descending, each with a clock above 0
    public static StateVector ofSorted(long[] clients, long[] clocks) {
        return new StateVector(clients, clocks);
    }

    public static StateVector decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        StateVector vector = read(in);
        in.expectEnd();
        return vector;
    }

    public static StateVector read(ByteReader in) {
        int count = in.size("a count of clients");
        if (count == 0) {
            return EMPTY;
        }
        if (count > in.remaining() / 2) {
            throw UpdateException.malformed("a vector of " + count + " clients in " + in.remaining() + " bytes");
        }
        long[] clients = new long[count];
        long[] clocks = new long[count];
        boolean descending = true;
        for (int i = 0; i < count; i++) {
            clients[i] = in.varUint();
            clocks[i] = in.varUint();
            descending &= clocks[i] > 0 && (i == 0 || clients[i] < clients[i - 1]);
        }
        return descending ? new StateVector(clients, clocks) : of(lastOfEach(clients, clocks));
    }

    private static Map<Long, Long> lastOfEach(long[] clients, long[] clocks) {
        Map<Long, Long> map = HashMap.newHashMap(clients.length);
        for (int i = 0; i < clients.length; i++) {
            map.put(clients[i], clocks[i]);
        }
        return map;
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter(clients.length * 8 + 8);
        write(out);
        return out.toBytes();
    }

    public void write(ByteWriter out) {
        out.varUint(clients.length);
        for (int i = 0; i < clients.length; i++) {
            out.varUint(clients[i]);
            out.varUint(clocks[i]);
        }
    }

    /// The clock of a client, 0 for one that is not here.
    public long clock(long client) {
        int low = 0;
        int high = clients.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (clients[middle] == client) {
                return clocks[middle];
            }
            if (clients[middle] > client) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return 0;
    }

    @Override
    public long applyAsLong(long client) {
        return clock(client);
    }

    public int size() {
        return clients.length;
    }

    public long clientAt(int index) {
        return clients[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StateVector that
                && Arrays.equals(clients, that.clients)
                && Arrays.equals(clocks, that.clocks);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(clients) * 31 + Arrays.hashCode(clocks);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < clients.length; i++) {
            text.append(i == 0 ? "" : ", ").append(clients[i]).append('=').append(clocks[i]);
        }
        return text.append('}').toString();
    }
}
