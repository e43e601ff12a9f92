package dev.stoa.bench.durable;

import dev.stoa.bench.durable.Load.Sample;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// Measures durable appends of 200 bytes: each repetition runs every target under one load after the other, so that
/// what is compared was measured seconds apart, and prints Markdown tables of medians.
///
/// ```
/// DurableAppends [REPETITIONS [SECONDS [DIRECTORY]]]
/// ```
public final class DurableAppends {
    private static final int LOGS = 100;
    private static final List<Load> LOADS = List.of(
            new Load(1, 1, 1),
            new Load(1, 1, LOGS),
            new Load(32, 1, 1),
            new Load(32, 1, LOGS),
            new Load(32, 32, 1),
            new Load(32, 32, LOGS));
    private static final String LIMIT = "jdbc";

    private final int repetitions;
    private final Duration time;
    private final PrintStream out = System.out;

    private DurableAppends(int repetitions, Duration time) {
        this.repetitions = repetitions;
        this.time = time;
    }

    public static void main(String[] args) throws Exception {
        int repetitions = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        Duration time = Duration.ofMillis((long) (1000 * (args.length > 1 ? Double.parseDouble(args[1]) : 1.5)));
        Path parent = Path.of(args.length > 2 ? args[2] : "bench/work");
        Files.createDirectories(parent);
        Path directory = Files.createTempDirectory(parent, "durable");
        try {
            DurableAppends run = new DurableAppends(repetitions, time);
            try (Place sqlite = new Place.Sqlite(directory.resolve("sqlite"))) {
                Files.createDirectories(directory.resolve("sqlite"));
                run.measure("SQLite", sqlite, directory.resolve("fsync-1"));
            }
            try (Place postgresql = Place.Postgresql.start(directory.resolve("postgresql"))) {
                run.measure("PostgreSQL", postgresql, directory.resolve("fsync-2"));
            }
        } finally {
            remove(directory);
        }
        System.exit(0);
    }

    private void measure(String title, Place place, Path file) throws Exception {
        Map<String, Target> targets = targets(place, file);
        Map<Load, Map<String, List<Sample>>> samples = new LinkedHashMap<>();
        try {
            for (int repetition = 0; repetition <= repetitions; repetition++) {
                for (Load load : LOADS) {
                    for (var target : targets.entrySet()) {
                        Sample sample = load.run(target.getValue(), time.dividedBy(3), time);
                        // the first repetition warms everything up
                        if (repetition > 0) {
                            samples.computeIfAbsent(load, _ -> new LinkedHashMap<>())
                                    .computeIfAbsent(target.getKey(), _ -> new ArrayList<>())
                                    .add(sample);
                        }
                    }
                }
            }
        } finally {
            for (Target target : targets.values()) {
                target.close();
            }
        }
        samples.forEach((load, ofTargets) -> print(title + ", " + load.name(), ofTargets));
    }

    private static Map<String, Target> targets(Place place, Path file)
            throws IOException, SQLException, InterruptedException {
        Map<String, Target> targets = new LinkedHashMap<>();
        targets.put("fsync", Limits.fsync(file));
        targets.put(LIMIT, Limits.jdbc(place.bare("jdbc")));
        targets.put("single", Limits.single(place.bare("single")));
        targets.put("store", new StoreTarget(place.store("store"), LOGS));
        targets.put("rooms", new RoomsTarget(place.store("rooms"), LOGS));
        return targets;
    }

    private void print(String title, Map<String, List<Sample>> samples) {
        List<Sample> limit = samples.getOrDefault(LIMIT, List.of());
        out.println("| " + title + " | appends/s | × jdbc | p50 µs | p99 µs |");
        out.println("| --- | --- | --- | --- | --- |");
        samples.forEach((name, ofTarget) -> {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < ofTarget.size(); i++) {
                ratios.add(ofTarget.get(i).perSecond() / limit.get(i).perSecond());
            }
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %.2f | %,.0f | %,.0f |%n",
                    name,
                    median(ofTarget, Sample::perSecond),
                    median(ratios, ratio -> ratio),
                    median(ofTarget, Sample::p50Micros),
                    median(ofTarget, Sample::p99Micros));
        });
        out.println();
    }

    private static <T> double median(List<T> samples, ToDoubleFunction<T> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
