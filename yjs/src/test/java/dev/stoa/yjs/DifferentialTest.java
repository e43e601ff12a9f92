package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Random sessions of ours and the real yjs. `-Dstoa.yjs.seeds=N` sets how many, `-Dstoa.yjs.seed=N` repeats one.
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

    /// Rows 5, 6, 8, 10 to 13, 15, 16, 19 to 22, 25, 29 to 31, 33.
    @Test
    void randomSessionsAgreeWithYjs() {
        sessions(false);
    }

    /// Row 29: with the clean-ups that yjs does on formatted texts.
    @Test
    void randomSessionsWithFormatsEverywhereAgreeWithYjs() {
        sessions(true);
    }

    private static void sessions(boolean formats) {
        Session.Tally tally = new Session.Tally();
        Long only = Long.getLong("stoa.yjs.seed");
        if (only != null) {
            run(only, formats, tally);
        } else {
            for (long seed : kept(formats)) {
                run(seed, formats, tally);
            }
            // The same sessions each time, so that a build says the same twice; -Dstoa.yjs.first=N goes elsewhere.
            long first = Long.getLong("stoa.yjs.first", 1);
            for (int i = 0; i < Integer.getInteger("stoa.yjs.seeds", 250); i++) {
                run(first + i, formats, tally);
            }
        }
        System.out.println("bytes equal to yjs's: " + tally.equal + " of " + tally.compared);
        if (only != null) {
            return;
        }
        assertThat(tally.equal * 100L)
                .as(() -> "bytes equal to yjs's: " + tally.equal + " of " + tally.compared + "\n"
                        + String.join("\n", tally.different))
                .isGreaterThanOrEqualTo(tally.compared * 99L);
    }

    private static List<Long> kept(boolean formats) {
        try (InputStream in = DifferentialTest.class.getResourceAsStream("/kept-seeds.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(formats + " "))
                    .map(line -> Long.valueOf(line.substring(line.indexOf(' ') + 1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(long seed, boolean formats, Session.Tally tally) {
        Script script = Script.of(seed, formats);
        Optional<Throwable> failure = failure(script, tally);
        if (failure.isPresent()) {
            Script shortest = shrink(script);
            Throwable last = failure(shortest, new Session.Tally()).orElse(failure.get());
            throw new AssertionError(
                    "fails for seed " + seed + " (-Dstoa.yjs.seed=" + seed + "), shrunk to\n" + shown(shortest) + "\n"
                            + last.getMessage(),
                    last);
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
                + List.of(script.clients()).size());
        for (long client : script.clients()) {
            shown.append(' ').append(client);
        }
        script.steps().forEach(step -> shown.append("\n  ").append(step));
        return shown.toString();
    }
}
