package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Random sessions of ours and the real yjs, others in every run. `-Dstoa.yjs.seeds=N` sets how many,
/// `-Dstoa.yjs.minutes=M` how long, `-Dstoa.yjs.first=N` where they begin; `-Dstoa.yjs.seed=N` repeats
/// one.
final class DifferentialTest {
    private static Oracle oracle;

    @BeforeAll
    static void start() {
        oracle = Oracle.start();
    }

    @AfterAll
    static void stop() {
        oracle.close();
    }

    @Test
    @Row({5, 6, 8, 10, 11, 12, 13, 15, 16, 19, 20, 21, 22, 25, 29, 30, 31, 33})
    void randomSessionsAgreeWithYjs() {
        sessions(false);
    }

    /// With the clean-ups that yjs does on formatted texts.
    @Test
    @Row(29)
    void randomSessionsWithFormatsEverywhereAgreeWithYjs() {
        sessions(true);
    }

    private static void sessions(boolean formats) {
        Session.Tally tally = new Session.Tally();
        Kept kept = new Kept("kept-seeds.txt");
        Long only = Long.getLong("stoa.yjs.seed");
        if (only != null) {
            run(only, formats, tally, kept);
        } else {
            for (String line : kept.cases()) {
                String[] words = line.split(" ");
                if (Boolean.parseBoolean(words[0]) == formats) {
                    run(Long.parseLong(words[1]), formats, tally, kept);
                }
            }
            long seed = Long.getLong("stoa.yjs.first", System.nanoTime());
            System.out.println("sessions from seed " + seed);
            for (Budget budget = Budget.of("stoa.yjs.seeds", 250); budget.next(); seed++) {
                run(seed, formats, tally, kept);
            }
        }
        System.out.println("bytes equal to yjs's " + tally.equal + " of " + tally.compared + ", yjs woken "
                + tally.woken + " times");
        kept.check();
        if (only == null) {
            assertThat(tally.equal * 100L)
                    .as(() -> "bytes equal to yjs's: " + tally.equal + " of " + tally.compared + "\n"
                            + String.join("\n", tally.different))
                    .isGreaterThanOrEqualTo(tally.compared * 99L);
        }
    }

    private static void run(long seed, boolean formats, Session.Tally tally, Kept kept) {
        Script script = Script.of(seed, formats);
        Optional<Throwable> failure = failure(script, tally);
        if (failure.isPresent()) {
            Script shortest = shrink(script);
            Throwable last = failure(shortest, new Session.Tally()).orElse(failure.get());
            kept.add(formats + " " + seed, shown(shortest) + "\n" + last);
        }
    }

    private static Optional<Throwable> failure(Script script, Session.Tally tally) {
        try {
            new Session(oracle, script, tally).run();
            return Optional.empty();
        } catch (RuntimeException | AssertionError e) {
            return Optional.of(e);
        }
    }

    /// Leaves out steps as long as it still fails.
    private static Script shrink(Script script) {
        Script shortest = script;
        for (int size = Math.max(1, script.steps().size() / 2); size > 0; size /= 2) {
            for (int from = 0; from + size <= shortest.steps().size(); ) {
                Script fewer = shortest.without(from, from + size);
                if (failure(fewer, new Session.Tally()).isPresent()) {
                    shortest = fewer;
                } else {
                    from += size;
                }
            }
        }
        return shortest;
    }

    private static String shown(Script script) {
        StringBuilder shown = new StringBuilder("peers " + script.peers() + " led by yjs "
                + Integer.toBinaryString(script.yjsLeads()) + " collect " + script.collect() + " clients "
                + Arrays.toString(script.clients()));
        script.steps()
                .forEach(step -> shown.append("\n  ")
                        .append(
                                step instanceof Script.Edit edit
                                        ? "peer " + edit.peer() + " edits " + View.show(edit.edits())
                                        : step));
        return shown.toString();
    }
}
