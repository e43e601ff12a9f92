package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.yjs.sync.Awareness;
import dev.stoa.yjs.sync.AwarenessLimits;
import dev.stoa.yjs.sync.SyncMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Whatever the bytes, either they are applied or they are refused by our own error and nothing has
/// changed, and memory stays in proportion. `-Dstoa.yjs.fuzz=N` sets how many mutations are tried,
/// `-Dstoa.yjs.minutes=M` how long.
final class FuzzTest {
    /// States with everything in them, in both formats.
    private static List<byte[]> seeds(SplittableRandom random, boolean v2) {
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Script script = Script.of(random.nextLong(), true);
            YDoc doc = YDoc.create(DocOptions.of(1 + random.nextLong(1L << 40)));
            for (Script.Step step : script.steps()) {
                if (step instanceof Script.Edit edit) {
                    Edits.run(doc, edit.edits());
                }
            }
            seeds.add(v2 ? doc.encodeStateV2() : doc.encodeState());
        }
        seeds.add(v2 ? Updates.toV2(Hex.bytes(GAPS)) : Hex.bytes(GAPS));
        return seeds;
    }

    private static final String GAPS =
            "02 05 09 00 04 01 01 74 01 61 0a 01 84 09 01 01 63 00 03 84 09 03 01 65 01 01 00 84 09 02 01 62 01 09 02 00 01 05 09";

    @Test
    @Row(34)
    void everyTruncationIsRefusedAndChangesNothing() {
        SplittableRandom random = seeded();
        for (boolean v2 : new boolean[] {false, true}) {
            for (byte[] seed : seeds(random, v2)) {
                for (int length = 0; length < seed.length; length++) {
                    applyOrRefuse(Arrays.copyOf(seed, length), v2);
                }
            }
        }
    }

    @Test
    @Row(34)
    void everyChangedByteIsAppliedOrRefused() {
        SplittableRandom random = seeded();
        for (boolean v2 : new boolean[] {false, true}) {
            for (byte[] seed : seeds(random, v2)) {
                for (int at = 0; at < seed.length; at++) {
                    for (int value : new int[] {0x00, 0x7f, 0x80, 0xff}) {
                        byte[] changed = seed.clone();
                        changed[at] = (byte) value;
                        applyOrRefuse(changed, v2);
                    }
                }
            }
        }
    }

    @Test
    void oneFormatReadAsTheOtherIsAppliedOrRefused() {
        SplittableRandom random = seeded();
        seeds(random, false).forEach(seed -> applyOrRefuse(seed, true));
        seeds(random, true).forEach(seed -> applyOrRefuse(seed, false));
    }

    @Test
    void inputsThatOnceFailedAreAppliedOrRefused() {
        for (String line : new Kept("kept-inputs.txt").cases()) {
            applyOrRefuse(Hex.bytes(line.substring(3)), line.startsWith("v2"));
        }
    }

    @Test
    @Row(34)
    void randomMutationsAreAppliedOrRefused() {
        SplittableRandom random = seeded();
        Kept kept = new Kept("kept-inputs.txt");
        for (Budget budget = Budget.of("stoa.yjs.fuzz", 6_000); budget.next(); ) {
            for (boolean v2 : new boolean[] {false, true}) {
                List<byte[]> seeds = seeds(random, v2);
                for (int i = 0; i < 500 && budget.next(); i++) {
                    byte[] input = mutated(random, seeds);
                    failure(input, v2).ifPresent(failure -> {
                        byte[] shortest = shrunk(input, v2);
                        kept.add((v2 ? "v2 " : "v1 ") + Hex.of(shortest), String.valueOf(failure));
                    });
                }
            }
        }
        kept.check();
    }

    /// What is not refused here is handed on to peers, and must not break them.
    @Test
    @Row(34)
    void whatIsAppliedIsAppliedByYjsToo() {
        SplittableRandom random = seeded();
        Kept kept = new Kept("kept-inputs.txt");
        try (Oracle oracle = Oracle.start()) {
            for (Budget budget = Budget.of("stoa.yjs.peers", 3_000); budget.next(); ) {
                List<byte[]> seeds = seeds(random, false);
                for (int i = 0; i < 200 && budget.next(); i++) {
                    byte[] input = mutated(random, seeds);
                    inYjs(oracle, input).ifPresent(failure -> kept.add("v1 " + Hex.of(input), failure));
                }
            }
        }
        kept.check();
    }

    private static Optional<String> inYjs(Oracle oracle, byte[] update) {
        YDoc doc = YDoc.create(DocOptions.of(5));
        try {
            if (doc.apply(update, null).pending()) {
                return Optional.empty();
            }
        } catch (UpdateException e) {
            return Optional.empty();
        }
        try {
            oracle.ask("open", 5, 5, true);
            oracle.ask("apply", 5, update, false);
            String theirs = Hex.of((byte[]) oracle.map("state", 5, null).get("vector"));
            String ours = Hex.of(doc.stateVector());
            return ours.equals(theirs) ? Optional.empty() : Optional.of("ours " + ours + ", yjs " + theirs);
        } catch (Oracle.OracleException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static Optional<Throwable> failure(byte[] update, boolean v2) {
        try {
            applyOrRefuse(update, v2);
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(e.getCause() == null ? e : e.getCause());
        }
    }

    /// Leaves out bytes as long as it still fails.
    private static byte[] shrunk(byte[] input, boolean v2) {
        byte[] shortest = input;
        for (int size = Math.max(1, input.length / 2); size > 0; size /= 2) {
            for (int from = 0; from + size <= shortest.length; ) {
                byte[] fewer = spliced(shortest, from, size, new byte[0]);
                if (failure(fewer, v2).isPresent()) {
                    shortest = fewer;
                } else {
                    from += size;
                }
            }
        }
        return shortest;
    }

    private static byte[] mutated(SplittableRandom random, List<byte[]> seeds) {
        byte[] seed = seeds.get(random.nextInt(seeds.size())).clone();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            int at = random.nextInt(seed.length);
            switch (random.nextInt(5)) {
                case 0 -> seed[at] = (byte) random.nextInt();
                case 1 -> seed[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> {
                    byte[] huge = Hex.bytes("ff ff ff ff 0f");
                    seed = spliced(seed, at, Math.min(1, seed.length - at), huge);
                }
                case 3 -> {
                    byte[] other = seeds.get(random.nextInt(seeds.size()));
                    int from = random.nextInt(other.length);
                    byte[] part = Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(20)));
                    seed = spliced(seed, at, Math.min(random.nextInt(4), seed.length - at), part);
                }
                default -> seed = spliced(seed, at, Math.min(random.nextInt(8), seed.length - at), new byte[0]);
            }
            if (seed.length == 0) {
                return seed;
            }
        }
        return seed;
    }

    private static byte[] spliced(byte[] bytes, int at, int removed, byte[] part) {
        byte[] result = new byte[bytes.length - removed + part.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(part, 0, result, at, part.length);
        System.arraycopy(bytes, at + removed, result, at + part.length, bytes.length - at - removed);
        return result;
    }

    @Test
    void randomBytesAreNoMessagesOrHarmlessOnes() {
        SplittableRandom random = seeded();
        for (int i = 0; i < 4_000; i++) {
            byte[] bytes = new byte[random.nextInt(30)];
            random.nextBytes(bytes);
            orRefuse(() -> SyncMessage.decode(bytes));
            orRefuse(() -> new Awareness(AwarenessLimits.defaults()).apply(bytes, 0));
            orRefuse(() -> Snapshot.decode(bytes).encode());
            orRefuse(() -> Snapshot.decodeV2(bytes).encodeV2());
            orRefuse(() -> RelativePosition.decode(bytes).encode());
            orRefuse(() -> YDoc.create(DocOptions.of(1)).encodeState(bytes));
        }
    }

    private static void orRefuse(Runnable reading) {
        try {
            reading.run();
        } catch (UpdateException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    /// On a document that holds something: refused, it is as before; applied, it can be encoded, loaded
    /// and read.
    private static void applyOrRefuse(byte[] update, boolean v2) {
        YDoc doc = YDoc.create(DocOptions.of(5));
        doc.text("t").insert(0, "hello");
        byte[] before = doc.encodeState();
        Applied applied;
        try {
            applied = v2 ? doc.applyV2(update, null) : doc.apply(update, null);
        } catch (UpdateException e) {
            if (!Arrays.equals(before, doc.encodeState())) {
                throw new AssertionError("changed by a refused update: " + Hex.of(update));
            }
            return;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError((v2 ? "v2 " : "v1 ") + Hex.of(update), e);
        }
        try {
            byte[] state = doc.encodeState();
            YDoc again = YDoc.create(DocOptions.of(6));
            again.apply(state, null);
            YDoc fromV2 = YDoc.create(DocOptions.of(7));
            fromV2.applyV2(doc.encodeStateV2(), null);
            if (!Arrays.equals(again.stateVector(), doc.stateVector())
                    || !Arrays.equals(fromV2.stateVector(), doc.stateVector())) {
                throw new AssertionError("a state does not load to its vector");
            }
            byte[] converted = v2 ? Updates.toV2(Updates.toV1(update)) : Updates.toV1(Updates.toV2(update));
            YDoc twice = YDoc.create(DocOptions.of(8));
            twice.apply(before, null);
            twice.apply(v2 ? Updates.toV1(converted) : Updates.merge(List.of(converted, before)), null);
            if (!Arrays.equals(twice.stateVector(), doc.stateVector())) {
                throw new AssertionError("converted or merged, it is another update");
            }
            if (!applied.pending() && !doc.contains(v2 ? Updates.toV1(update) : update)) {
                throw new AssertionError("an update that was applied is not contained");
            }
            doc.text("t").insert(0, "x");
            View.show(View.of(doc));
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError((v2 ? "v2 " : "v1 ") + Hex.of(update), e);
        }
    }

    private static SplittableRandom seeded() {
        long seed = Long.getLong("stoa.yjs.seed", System.nanoTime());
        System.out.println("fuzz seed " + seed);
        return new SplittableRandom(seed);
    }
}
