package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.yjs.lib0.ByteWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/// How cost grows. What is compared is the processor time of this thread for the same work cut in two
/// ways, the least of some rounds in turn: linear is a ratio near 1, and what must not be, 20 or 1000.
/// The bounds are far from both.
final class ScalingTest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int MANY = 20_000;
    private static final int FEW = 1_000;

    @Test
    @Row(27)
    void oneMergeOfManyUpdatesCostsWhatMergesOfFewCost() {
        List<byte[]> log = typed(MANY);

        assertThat(ratio(() -> Updates.merge(log), () -> inParts(log).forEach(Updates::merge)))
                .isLessThan(5);
    }

    @Test
    @Row(27)
    void oneMergeOfUpdatesFromManyWritersCostsWhatMergesOfFewCost() {
        List<byte[]> log = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            log.add(first(1000 + (i * 7919L) % 20_011));
        }

        assertThat(ratio(() -> Updates.merge(log), () -> inParts(log).forEach(Updates::merge)))
                .isLessThan(5);
    }

    @Test
    @Row(27)
    void applyingManyUpdatesOneByOneCostsWhatApplyingFewCosts() {
        List<byte[]> log = typed(MANY);

        assertThat(ratio(() -> applied(log), () -> {
                    for (int i = 0; i < MANY / FEW; i++) {
                        applied(log.subList(0, FEW));
                    }
                }))
                .isLessThan(5);
    }

    @Test
    @Row(28)
    void anUpdateCostsTheSameAmongFewClientsAndAmongMany() {
        YDoc many = withClients(MANY);
        YDoc few = withClients(20);

        assertThat(ratio(() -> edited(many), () -> edited(few))).isLessThan(5);
    }

    /// A table of clients that trusted its ids would look at 900 million places here.
    @Test
    @Row(28)
    void clientIdsThatWereChosenToCollideCostLittleMore() {
        byte[] honest = clients(index -> 1000 + index * 7919L);
        // those whose product with the table's factor has the same bits where the table looks
        long inverse = inverse(0x9E3779B97F4A7C15L);
        byte[] chosen = clients(new LongUnaryOperator() {
            private long low;

            @Override
            public long applyAsLong(long index) {
                long id;
                do {
                    id = inverse * low++;
                } while (id < 0 || id >= 1L << 53);
                return id;
            }
        });

        assertThat(ratio(() -> applied(List.of(chosen)), () -> applied(List.of(honest))))
                .isLessThan(20);
    }

    @Test
    @Row(27)
    void announcingChangesInDeepTypesCostsWhatItCostsInShallowOnes() {
        YDoc deep = DepthTest.nested(MANY, "61", "00");
        YDoc shallow = DepthTest.nested(FEW, "61", "00");
        long[] heard = {0};
        deep.array("a").observeDeep(events -> heard[0] += events.size());
        shallow.array("a").observeDeep(events -> heard[0] -= events.size());
        long[] writer = {1_000};

        assertThat(ratio(() -> deep.apply(inEach(MANY, writer[0]++), null), () -> {
                    for (int i = 0; i < MANY / FEW; i++) {
                        shallow.apply(inEach(FEW, writer[0]++), null);
                    }
                }))
                .isLessThan(6);
        assertThat(heard[0]).isZero();
    }

    /// A value for each of nested lists.
    private static byte[] inEach(int levels, long writer) {
        ByteWriter out = new ByteWriter();
        out.varUint(1);
        out.varUint(levels);
        out.varUint(writer);
        out.u8(0);
        for (int i = 0; i < levels; i++) {
            out.raw(Hex.bytes("08 00 01"), 0, 3);
            out.varUint(i);
            out.raw(Hex.bytes("01 7e"), 0, 2);
        }
        out.u8(0);
        return out.toBytes();
    }

    private static long inverse(long odd) {
        long inverse = odd;
        for (int i = 0; i < 6; i++) {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
    }

    private static byte[] clients(LongUnaryOperator id) {
        ByteWriter out = new ByteWriter();
        out.varUint(42_000);
        for (int i = 0; i < 42_000; i++) {
            out.u8(1);
            out.varUint(id.applyAsLong(i));
            out.raw(Hex.bytes("00 00 01"), 0, 3);
        }
        out.u8(0);
        return out.toBytes();
    }

    private static List<byte[]> typed(int letters) {
        List<byte[]> log = new ArrayList<>();
        YDoc doc = YDoc.create(DocOptions.of(7));
        doc.onUpdate(event -> log.add(event.updateV1()));
        for (int i = 0; i < letters; i++) {
            doc.text("t").insert(i / 3 * 2, "x");
        }
        return log;
    }

    private static byte[] first(long client) {
        YDoc doc = YDoc.create(DocOptions.of(client));
        doc.map("m").set("of" + client, client);
        return doc.encodeState();
    }

    private static List<List<byte[]>> inParts(List<byte[]> log) {
        List<List<byte[]>> parts = new ArrayList<>();
        for (int from = 0; from < log.size(); from += FEW) {
            parts.add(new ArrayList<>(log.subList(from, from + FEW)));
        }
        return parts;
    }

    private static YDoc applied(List<byte[]> log) {
        YDoc doc = YDoc.create(DocOptions.of(1));
        log.forEach(update -> doc.apply(update, null));
        return doc;
    }

    private static YDoc withClients(int count) {
        YDoc doc = YDoc.create(DocOptions.of(1));
        for (int i = 0; i < count; i++) {
            doc.apply(first(1000 + i), null);
        }
        return doc;
    }

    /// Another writer's letters, each applied as an update of its own.
    private static void edited(YDoc doc) {
        long client = 1_000_000L + doc.store().clientCount();
        ByteWriter start = new ByteWriter();
        start.raw(Hex.bytes("01 01"), 0, 2);
        start.varUint(client);
        start.raw(Hex.bytes("00 04 01 01 74 01 61 00"), 0, 8);
        doc.apply(start.toBytes(), null);
        for (int clock = 1; clock < 3_000; clock++) {
            ByteWriter next = new ByteWriter();
            next.raw(Hex.bytes("01 01"), 0, 2);
            next.varUint(client);
            next.varUint(clock);
            next.u8(0x84);
            next.varUint(client);
            next.varUint(clock - 1);
            next.raw(Hex.bytes("01 61 00"), 0, 3);
            doc.apply(next.toBytes(), null);
        }
    }

    private static double ratio(Runnable one, Runnable other) {
        long best = Long.MAX_VALUE;
        long bestOther = Long.MAX_VALUE;
        for (int i = 0; i < 7; i++) {
            best = Math.min(best, nanos(one));
            bestOther = Math.min(bestOther, nanos(other));
        }
        return (double) best / bestOther;
    }

    private static long nanos(Runnable work) {
        long begin = THREADS.getCurrentThreadCpuTime();
        work.run();
        return THREADS.getCurrentThreadCpuTime() - begin;
    }
}
