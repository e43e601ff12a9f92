package dev.stoa.yjs.wire;

import dev.stoa.yjs.Limits;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/// What a single walk over an update's structs can tell or make. All linear in the update.
public final class UpdateWalks {
    private UpdateWalks() {}

    /// Reads all of it and refuses what is not right.
    public static void check(Format format, byte[] update, Limits limits) {
        StructReader in = new StructReader(format, update, limits);
        while (in.next()) {
            // reading is the check
        }
        in.deletes();
    }

    /// What of an update is above a vector; the deletions stay whole.
    public static byte[] diff(Format format, byte[] update, LongUnaryOperator vector, Limits limits) {
        StructReader in = new StructReader(format, update, limits);
        BlockWriter out = new BlockWriter(format);
        long begun = StructReader.NONE;
        while (in.next()) {
            if (in.client == begun) {
                in.write(out.struct(in.client, in.clock), 0);
                continue;
            }
            long known = vector.applyAsLong(in.client);
            if (in.ref != Contents.SKIP && in.clock + in.length > known) {
                int offset = (int) Math.max(0, known - in.clock);
                in.write(out.struct(in.client, in.clock + offset), offset);
                begun = in.client;
            }
        }
        return out.finish(in.deletes());
    }

    public static byte[] onlyDeletes(Format format, DeleteSet deletes) {
        return new BlockWriter(format).finish(deletes);
    }

    /// The same structs in the other format.
    public static byte[] convert(Format from, Format to, byte[] update, Limits limits) {
        StructReader in = new StructReader(from, update, limits);
        BlockWriter out = new BlockWriter(to);
        while (in.next()) {
            in.write(out.struct(in.client, in.clock), 0);
        }
        return out.finish(in.deletes());
    }

    /// For each client the end of what runs from clock 0 without a gap.
    public static StateVector vector(Format format, byte[] update, Limits limits) {
        StructReader in = new StructReader(format, update, limits);
        Map<Long, Long> ends = new HashMap<>();
        while (in.next()) {
            if (in.ref != Contents.SKIP && ends.getOrDefault(in.client, 0L) == in.clock) {
                ends.put(in.client, in.clock + in.length);
            }
        }
        in.deletes();
        return StateVector.of(ends);
    }

    /// First and last clock of each client: `from` inclusive, `to` exclusive.
    public record Span(Map<Long, Long> from, Map<Long, Long> to) {}

    public static Span span(Format format, byte[] update, Limits limits) {
        StructReader in = new StructReader(format, update, limits);
        Map<Long, Long> from = new HashMap<>();
        Map<Long, Long> to = new HashMap<>();
        while (in.next()) {
            from.putIfAbsent(in.client, in.clock);
            to.put(in.client, in.clock + in.length);
        }
        in.deletes();
        return new Span(from, to);
    }

    /// Whether an update holds nothing that lies outside a vector and a delete set.
    public static boolean within(
            Format format, byte[] update, LongUnaryOperator vector, DeleteSet deleted, Limits limits) {
        StructReader in = new StructReader(format, update, limits);
        boolean within = true;
        while (in.next()) {
            within &= in.ref == Contents.SKIP || in.clock + in.length <= vector.applyAsLong(in.client);
        }
        return deleted.containsAll(in.deletes()) && within;
    }
}
