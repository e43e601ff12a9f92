package dev.stoa.yjs.store;

import dev.stoa.yjs.wire.DeleteSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Carries out a delete set on the structs that are here. Confined to its document.
final class Deletions {
    private Deletions() {}

    /// @return what lies beyond the known clocks and has to wait
    static DeleteSet apply(Transaction transaction, DeleteSet deletes) {
        List<DeleteSet.Ranges> waiting = new ArrayList<>(0);
        for (DeleteSet.Ranges ranges : deletes.clients()) {
            Client client = transaction.store.clients.get(ranges.client());
            long end = client == null ? 0 : client.end();
            if (client != null) {
                for (int i = 0; i < ranges.count() && ranges.clock(i) < end; i++) {
                    delete(transaction, client, ranges.clock(i), Math.min(end, ranges.end(i)));
                }
            }
            if (ranges.end(ranges.count() - 1) > end) {
                waiting.add(beyond(ranges, end));
            }
        }
        return DeleteSet.of(waiting);
    }

    /// The parts of ranges from a clock on.
    static DeleteSet.Ranges beyond(DeleteSet.Ranges ranges, long clock) {
        int first = 0;
        while (ranges.end(first) <= clock) {
            first++;
        }
        long[] pairs = Arrays.copyOfRange(ranges.pairs(), 2 * first, ranges.pairs().length);
        if (pairs[0] < clock) {
            pairs[1] -= clock - pairs[0];
            pairs[0] = clock;
        }
        return new DeleteSet.Ranges(ranges.client(), pairs);
    }

    private static void delete(Transaction transaction, Client client, long from, long to) {
        long clock = from;
        while (clock < to) {
            Struct struct = client.find(clock);
            if (struct instanceof Item item && item.isLive()) {
                if (item.clock < clock) {
                    item = transaction.split(item, (int) (clock - item.clock));
                }
                if (item.end() > to) {
                    transaction.split(item, (int) (to - item.clock));
                }
                transaction.delete(item);
                clock = item.end();
            } else {
                clock = struct.end();
            }
        }
    }
}
