package dev.stoa.yjs.wire;

import dev.stoa.yjs.Limits;
import dev.stoa.yjs.UpdateException;
import dev.stoa.yjs.lib0.ByteReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Which clocks are deleted: for each client, largest first, its ranges, ascending and joined. Immutable.
///
/// ```
/// varUint clients, (varUint client, varUint ranges, (clock, length)*)*
/// v1: clock and length as they are   v2: distance from the range before, length - 1
/// ```
public final class DeleteSet {
    public static final DeleteSet EMPTY = new DeleteSet(List.of());

    /// The ranges of one client: clock, length, clock, length …
    public record Ranges(long client, long[] pairs) {
        public int count() {
            return pairs.length / 2;
        }

        public long clock(int index) {
            return pairs[2 * index];
        }

        public long length(int index) {
            return pairs[2 * index + 1];
        }

        public long end(int index) {
            return pairs[2 * index] + pairs[2 * index + 1];
        }

        /// Whether all of [clock, end) is in these ranges.
        boolean covers(long clock, long end) {
            int low = 0;
            int high = count() - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                if (clock < clock(middle)) {
                    high = middle - 1;
                } else if (clock >= end(middle)) {
                    low = middle + 1;
                } else {
                    return end <= end(middle);
                }
            }
            return false;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Ranges that && client == that.client && Arrays.equals(pairs, that.pairs);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(client) * 31 + Arrays.hashCode(pairs);
        }
    }

    private final List<Ranges> clients;

    private DeleteSet(List<Ranges> clients) {
        this.clients = clients;
    }

    /// Any ranges of any clients, in any order, overlapping or not.
    public static DeleteSet of(Collection<Ranges> parts) {
        if (parts.isEmpty()) {
            return EMPTY;
        }
        List<Ranges> sorted = new ArrayList<>(parts);
        sorted.sort(Comparator.comparingLong(Ranges::client).reversed());
        List<Ranges> joined = new ArrayList<>(sorted.size());
        for (int i = 0; i < sorted.size(); ) {
            int next = i + 1;
            while (next < sorted.size() && sorted.get(next).client == sorted.get(i).client) {
                next++;
            }
            long[] pairs = normal(concatenated(sorted.subList(i, next)));
            if (pairs.length > 0) {
                joined.add(new Ranges(sorted.get(i).client, pairs));
            }
            i = next;
        }
        return joined.isEmpty() ? EMPTY : new DeleteSet(joined);
    }

    private static long[] concatenated(List<Ranges> parts) {
        if (parts.size() == 1) {
            return parts.get(0).pairs;
        }
        int total = 0;
        for (Ranges part : parts) {
            total += part.pairs.length;
        }
        long[] all = new long[total];
        int at = 0;
        for (Ranges part : parts) {
            System.arraycopy(part.pairs, 0, all, at, part.pairs.length);
            at += part.pairs.length;
        }
        return all;
    }

    /// Ranges sorted, touching ones joined, empty ones dropped.
    private static long[] normal(long[] pairs) {
        if (isNormal(pairs)) {
            return pairs;
        }
        long[] sorted = sorted(pairs);
        int size = 0;
        for (int i = 0; i < sorted.length; i += 2) {
            long clock = sorted[i];
            long end = clock + sorted[i + 1];
            if (end == clock) {
                continue;
            }
            if (size > 0 && clock <= sorted[size - 2] + sorted[size - 1]) {
                sorted[size - 1] = Math.max(sorted[size - 1], end - sorted[size - 2]);
            } else {
                sorted[size++] = clock;
                sorted[size++] = end - clock;
            }
        }
        return Arrays.copyOf(sorted, size);
    }

    private static boolean isNormal(long[] pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i + 1] == 0 || (i > 0 && pairs[i] <= pairs[i - 2] + pairs[i - 1])) {
                return false;
            }
        }
        return true;
    }

    private static long[] sorted(long[] pairs) {
        for (int i = 2; i < pairs.length; i += 2) {
            if (pairs[i] < pairs[i - 2]) {
                Integer[] order = new Integer[pairs.length / 2];
                Arrays.setAll(order, k -> k);
                Arrays.sort(order, Comparator.comparingLong(k -> pairs[2 * k]));
                long[] sorted = new long[pairs.length];
                for (int k = 0; k < order.length; k++) {
                    sorted[2 * k] = pairs[2 * order[k]];
                    sorted[2 * k + 1] = pairs[2 * order[k] + 1];
                }
                return sorted;
            }
        }
        return pairs.clone();
    }

    public static DeleteSet union(Collection<DeleteSet> sets) {
        List<Ranges> all = new ArrayList<>();
        for (DeleteSet set : sets) {
            all.addAll(set.clients);
        }
        return of(all);
    }

    public static DeleteSet read(UpdateReader in, Limits limits) {
        ByteReader rest = in.rest();
        int count = rest.size("a count of clients");
        if (count == 0) {
            return EMPTY;
        }
        if (count > rest.remaining() / 2) {
            throw UpdateException.malformed(count + " clients with deletions in " + rest.remaining() + " bytes");
        }
        List<Ranges> parts = new ArrayList<>(Math.min(count, 16));
        long total = 0;
        for (int i = 0; i < count; i++) {
            in.beginRanges();
            long client = rest.varUint();
            int ranges = rest.size("a count of ranges");
            total += ranges;
            if (total > limits.deleteRanges()) {
                throw UpdateException.overLimit(
                        "deleteRanges", "an update's number of deleted ranges", total, limits.deleteRanges());
            }
            if (ranges > rest.remaining() / 2) {
                throw UpdateException.malformed(ranges + " ranges in " + rest.remaining() + " bytes");
            }
            if (ranges > 0) {
                parts.add(readRanges(in, client, ranges));
            }
        }
        return of(parts);
    }

    private static Ranges readRanges(UpdateReader in, long client, int count) {
        long[] pairs = new long[2 * count];
        for (int i = 0; i < pairs.length; i += 2) {
            pairs[i] = in.rangeClock();
            pairs[i + 1] = in.rangeLength();
            if (pairs[i + 1] > ByteReader.MAX_SAFE - pairs[i]) {
                throw UpdateException.malformed("a deleted range at clock " + pairs[i] + " exceeds 2^53-1");
            }
        }
        return new Ranges(client, pairs);
    }

    public void write(UpdateWriter out) {
        out.rest().varUint(clients.size());
        for (Ranges ranges : clients) {
            out.beginRanges();
            out.rest().varUint(ranges.client);
            out.rest().varUint(ranges.count());
            for (int i = 0; i < ranges.count(); i++) {
                out.rangeClock(ranges.clock(i));
                out.rangeLength(ranges.length(i));
            }
        }
    }

    public boolean isEmpty() {
        return clients.isEmpty();
    }

    public List<Ranges> clients() {
        return clients;
    }

    public int rangeCount() {
        int count = 0;
        for (Ranges ranges : clients) {
            count += ranges.count();
        }
        return count;
    }

    public boolean contains(long client, long clock) {
        return contains(client, clock, 1);
    }

    private boolean contains(long client, long clock, long length) {
        int low = 0;
        int high = clients.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long at = clients.get(middle).client;
            if (at == client) {
                return clients.get(middle).covers(clock, clock + length);
            }
            if (at > client) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return false;
    }

    /// Whether nothing is deleted in the other set that is not deleted here.
    public boolean containsAll(DeleteSet other) {
        for (Ranges ranges : other.clients) {
            for (int i = 0; i < ranges.count(); i++) {
                if (!contains(ranges.client, ranges.clock(i), ranges.length(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeleteSet that && clients.equals(that.clients);
    }

    @Override
    public int hashCode() {
        return clients.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("DeleteSet{");
        for (Ranges ranges : clients) {
            text.append(ranges.client).append(Arrays.toString(ranges.pairs));
        }
        return text.append('}').toString();
    }
}
