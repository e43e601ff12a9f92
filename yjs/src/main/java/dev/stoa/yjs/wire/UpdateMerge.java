package dev.stoa.yjs.wire;

import dev.stoa.yjs.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Makes one update of several without a document: nothing is lost, not even what cannot be integrated
/// alone.
///
/// The inputs' structs are taken in the order of the output (clients descending, clocks ascending),
/// each reader stepping on as its struct is taken, so the cost is linear in the structs (but for the
/// heap of those under way). What is covered already is dropped, what overlaps is cut, and a gap
/// between two structs of a client becomes a Skip. One merge for each instance; confined to one thread.
public final class UpdateMerge {
    private final BlockWriter out;
    private long client = StructReader.NONE;
    private long end;
    private long gcUnits;
    private @Nullable Input gcFrom;

    private UpdateMerge(Format format) {
        out = new BlockWriter(format);
    }

    /// A single update is returned as it is, unread.
    public static byte[] merge(Format format, List<byte[]> updates, Limits limits) {
        if (updates.size() == 1) {
            return updates.get(0);
        }
        byte[] merged = new UpdateMerge(format).inOrder(format, updates, limits);
        return merged != null ? merged : ordered(format, updates, limits);
    }

    /// For inputs whose blocks are in an unusual order: each block becomes an input of its own.
    private static byte[] ordered(Format format, List<byte[]> updates, Limits limits) {
        List<byte[]> blocks = new ArrayList<>();
        for (byte[] update : updates) {
            blocks.addAll(blocks(format, update, limits));
        }
        byte[] merged = new UpdateMerge(format).inOrder(format, blocks, limits);
        if (merged == null) {
            throw new IllegalStateException("single blocks are in order");
        }
        return merged;
    }

    private static List<byte[]> blocks(Format format, byte[] update, Limits limits) {
        List<byte[]> blocks = new ArrayList<>();
        StructReader in = new StructReader(format, update, limits);
        boolean more = in.next();
        while (more) {
            BlockWriter block = new BlockWriter(format);
            long client = in.client;
            while (more && in.client == client) {
                in.write(block.struct(client, in.clock), 0);
                more = in.next();
            }
            blocks.add(block.finish(DeleteSet.EMPTY));
        }
        blocks.add(new BlockWriter(format).finish(in.deletes()));
        return blocks;
    }

    private record Input(int index, StructReader in) implements Comparable<Input> {
        /// Steps to the next struct that is none of the gaps.
        boolean next() {
            do {
                if (!in.next()) {
                    return false;
                }
            } while (in.ref == Contents.SKIP);
            return true;
        }

        @Override
        public int compareTo(Input other) {
            if (in.client != other.in.client) {
                return in.client > other.in.client ? -1 : 1;
            }
            int byClock = Long.compare(in.clock, other.in.clock);
            return byClock != 0 ? byClock : Integer.compare(index, other.index);
        }
    }

    private byte @Nullable [] inOrder(Format format, List<byte[]> updates, Limits limits) {
        List<Input> inputs = new ArrayList<>(updates.size());
        List<Input> waiting = new ArrayList<>(updates.size());
        for (byte[] update : updates) {
            Input input = new Input(inputs.size(), new StructReader(format, update, limits));
            inputs.add(input);
            if (input.next()) {
                waiting.add(input);
            }
        }
        if (!takeAll(new Queue(waiting))) {
            return null;
        }
        endGc();
        List<DeleteSet> deletes = new ArrayList<>(inputs.size());
        for (Input input : inputs) {
            deletes.add(input.in.deletes());
            if (!input.in.descending()) {
                return null;
            }
        }
        return out.finish(DeleteSet.union(deletes));
    }

    /// False if an input turns out not to be in order.
    private boolean takeAll(Queue queue) {
        for (Input input = queue.poll(); input != null; input = queue.poll()) {
            boolean more = true;
            while (more && queue.isFirst(input)) {
                take(input);
                more = input.next();
                if (!input.in.descending()) {
                    return false;
                }
            }
            if (more) {
                queue.later.add(input);
            }
        }
        return true;
    }

    /// The inputs in the order of their current structs. Those that have not begun are in a sorted
    /// list, which costs nothing for a log that is in order already; only those that have begun and
    /// have more are in a heap.
    private static final class Queue {
        private final List<Input> fresh;
        private final PriorityQueue<Input> later = new PriorityQueue<>();
        private int at;

        Queue(List<Input> inputs) {
            fresh = inputs;
            fresh.sort(null);
        }

        boolean isFirst(Input input) {
            Input next = later.peek();
            return (at == fresh.size() || input.compareTo(fresh.get(at)) <= 0)
                    && (next == null || input.compareTo(next) <= 0);
        }

        @Nullable
        Input poll() {
            if (at < fresh.size() && (later.isEmpty() || fresh.get(at).compareTo(later.element()) <= 0)) {
                return fresh.get(at++);
            }
            return later.poll();
        }
    }

    private void take(Input input) {
        StructReader in = input.in;
        if (in.client != client) {
            endGc();
            client = in.client;
            end = in.clock;
        }
        if (in.clock + in.length <= end) {
            return;
        }
        if (in.clock > end) {
            endGc();
            StructReader.writeSkip(out.struct(client, end), in.clock - end);
            end = in.clock;
        }
        int offset = (int) (end - in.clock);
        if (in.ref == Contents.GC) {
            takeGc(input, in.length - offset);
        } else {
            endGc();
            if (offset > 0) {
                in.content = Contents.from(in.content, offset);
                in.writeTail(out.struct(client, end), offset);
            } else {
                in.write(out.struct(client, end), 0);
            }
        }
        end = in.clock + in.length;
    }

    /// Collected ranges join across inputs; within one they are left as they came.
    private void takeGc(Input input, int units) {
        if (gcUnits > 0 && (gcFrom == input || gcUnits + units > Integer.MAX_VALUE)) {
            endGc();
        }
        gcUnits += units;
        gcFrom = input;
        end += units;
    }

    private void endGc() {
        if (gcUnits > 0) {
            UpdateWriter writer = out.struct(client, end - gcUnits);
            writer.info(Contents.GC);
            writer.length(gcUnits);
            gcUnits = 0;
        }
    }
}
