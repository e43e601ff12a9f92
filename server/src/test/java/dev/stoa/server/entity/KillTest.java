package dev.stoa.server.entity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was acknowledged survives `kill -9`: once, and in order. `-Dstoa.kills=N` kills more often.
class KillTest {
    private static final int KILLS = Integer.getInteger("stoa.kills", 3);
    private static final int IN_FLIGHT = 100;
    private static final List<String> NAMES = List.of("a", "b", "c");

    @TempDir
    Path directory;

    private final Map<Long, String> unconfirmed = new LinkedHashMap<>();
    private final Map<String, Map<Long, Long>> acked = new HashMap<>();
    private long amounts;

    @Test
    void whatWasAcknowledgedIsThereOnceAndInOrderHoweverOftenItIsKilled() {
        Property.holds(1, chance -> {
            for (int i = 0; i < KILLS; i++) {
                try (Child child = new Child()) {
                    child.work(chance, chance.between(1, 400));
                }
            }
            try (Child child = new Child()) {
                child.confirmEverything();
                for (String name : NAMES) {
                    child.verify(name);
                }
            }
        });
    }

    /// One life of the process. Closing it kills it.
    private final class Child implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;
        private final PrintStream questions;
        private final Map<String, Long> lastOffsets = new HashMap<>();
        private final Set<Long> firstAskedHere = new HashSet<>();
        private int open;

        Child() throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            TallyProcess.class.getName(),
                            directory.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            answers = process.inputReader(StandardCharsets.UTF_8);
            questions = new PrintStream(process.getOutputStream(), false, StandardCharsets.UTF_8);
            assertThat(read()).isEqualTo(List.of("ready"));
        }

        /// Asks without pause until so many were acknowledged; more are under way then.
        void work(Chance chance, int acks) {
            for (int done = 0; done < acks; ) {
                while (open < IN_FLIGHT) {
                    askSomething(chance);
                }
                questions.flush();
                done += take(read());
            }
            while (open < IN_FLIGHT) {
                askSomething(chance);
            }
            questions.flush();
        }

        private void askSomething(Chance chance) {
            if (!unconfirmed.isEmpty() && chance.onceIn(4)) {
                long amount = unconfirmed.keySet().iterator().next();
                add(unconfirmed.get(amount), amount, true);
                return;
            }
            boolean keyed = chance.onceIn(2);
            String name = chance.oneOf(NAMES);
            firstAskedHere.add(++amounts);
            if (keyed) {
                unconfirmed.put(amounts, name);
            }
            add(name, amounts, keyed);
        }

        private void add(String name, long amount, boolean keyed) {
            questions.println("add " + name + " " + amount + " " + (keyed ? "key-" + amount : "-"));
            open++;
        }

        /// @return how many acknowledgements it was
        private int take(List<String> words) {
            open--;
            if (words.getFirst().equals("no")) {
                assertThat(words.getLast()).isIn("UNAVAILABLE", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED");
                return 0;
            }
            String name = words.get(1);
            long amount = Long.parseLong(words.get(2));
            long offset = Long.parseLong(words.get(3));
            Long before = acked.computeIfAbsent(name, _ -> new HashMap<>()).put(amount, offset);
            assertThat(before == null || before == offset)
                    .as("%d in %s was acknowledged at %s and at %d", amount, name, before, offset)
                    .isTrue();
            if (before == null && firstAskedHere.contains(amount)) {
                assertThat(lastOffsets.getOrDefault(name, 0L))
                        .as("acknowledgements are in order")
                        .isLessThan(offset);
                lastOffsets.put(name, offset);
            }
            unconfirmed.remove(amount);
            return 1;
        }

        void confirmEverything() {
            while (!unconfirmed.isEmpty()) {
                new ArrayList<>(unconfirmed.keySet())
                        .stream().limit(IN_FLIGHT).forEach(amount -> add(unconfirmed.get(amount), amount, true));
                questions.flush();
                while (open > 0) {
                    take(read());
                }
            }
        }

        void verify(String name) {
            questions.println("look " + name);
            questions.flush();
            List<Long> log = read().stream().skip(2).map(Long::parseLong).toList();
            List<String> sum = read();

            assertThat(log).doesNotHaveDuplicates();
            acked.getOrDefault(name, Map.of())
                    .forEach((amount, offset) ->
                            assertThat(log.get((int) (offset - 1))).isEqualTo(amount));
            String total = Long.toString(log.stream().mapToLong(Long::longValue).sum());
            assertThat(sum).isEqualTo(List.of("sum", name, total, total, Integer.toString(log.size())));
        }

        private List<String> read() {
            try {
                String line = answers.readLine();
                assertThat(line).as("the process has ended by itself").isNotNull();
                return List.of(line.split(" "));
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        @Override
        public void close() throws InterruptedException {
            process.toHandle().destroyForcibly();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the process does not die");
            }
            answers.lines()
                    .map(line -> List.of(line.split(" ")))
                    .filter(words -> words.getFirst().equals("ack"))
                    .forEach(this::take);
        }
    }
}
