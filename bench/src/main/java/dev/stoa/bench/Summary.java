package dev.stoa.bench;

import dev.stoa.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Prints the samples of one run of `bench/run.sh` as Markdown tables: medians, and each server's ratio to the first
/// one, which is the median of the ratios within each repetition.
///
/// ```
/// Summary results.jsonl
/// ```
public final class Summary {
    /// Cores that others may have used during a sample for it to count while enough quieter ones exist.
    private static final double QUIET = 0.25;

    private static final int ENOUGH = 3;

    private final List<JsonNode> samples;
    private final SequencedSet<String> servers = new LinkedHashSet<>();
    private final SequencedSet<String> cases = new LinkedHashSet<>();

    private Summary(List<JsonNode> samples) {
        this.samples = samples;
        for (JsonNode sample : samples) {
            servers.add(sample.path("server").asString());
            cases.add(sample.path("case").asString());
        }
    }

    public static void main(String[] args) throws IOException {
        List<JsonNode> samples = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            samples.add(Json.mapper().readTree(line));
        }
        System.out.print(new Summary(samples).tables());
    }

    private String tables() {
        StringBuilder out = new StringBuilder();
        for (String name : cases) {
            String table =
                    name.equals("idle") ? idleTable() : name.startsWith("heap-") ? heapTable(name) : loadTable(name);
            out.append(table).append('\n');
        }
        return out.toString();
    }

    private String loadTable(String name) {
        StringBuilder out = new StringBuilder("| " + name
                + " | µs CPU each | × first | each/s | × first | p50 µs | p99 µs | server CPU | load CPU | others | wrong | runs |\n"
                + "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (String server : servers) {
            out.append(row(
                    server,
                    median(name, server, "us_per_msg", "%.3f"),
                    ratio(name, server, "us_per_msg"),
                    median(name, server, "per_s", "%,.0f"),
                    ratio(name, server, "per_s"),
                    median(name, server, "p50_us", "%,.0f"),
                    median(name, server, "p99_us", "%,.0f"),
                    median(name, server, "server_cpu", "%.2f"),
                    median(name, server, "load_cpu", "%.2f"),
                    median(name, server, "other_cpu", "%.2f"),
                    faults(name, server),
                    runs(name, server)));
        }
        return out.toString();
    }

    private String idleTable() {
        StringBuilder out = new StringBuilder(
                "| idle | RSS bytes each | × first | live heap bytes each | µs CPU to connect, cold | runs |\n"
                        + "| --- | --- | --- | --- | --- | --- |\n");
        for (String server : servers) {
            out.append(row(
                    server,
                    median("idle", server, "rss_bytes_per_conn", "%,.0f"),
                    ratio("idle", server, "rss_bytes_per_conn"),
                    median("idle", server, "heap_bytes_per_conn", "%,.0f"),
                    median("idle", server, "us_per_msg", "%.1f"),
                    runs("idle", server)));
        }
        return out.toString();
    }

    private String heapTable(String name) {
        StringBuilder out = new StringBuilder(
                "| " + name + " | live heap bytes for each record | × first | runs |\n| --- | --- | --- | --- |\n");
        for (String server : servers) {
            out.append(row(
                    server,
                    median(name, server, "heap_bytes_per_record", "%,.0f"),
                    ratio(name, server, "heap_bytes_per_record"),
                    runs(name, server)));
        }
        return out.toString();
    }

    private List<JsonNode> all(String name, String server) {
        return samples.stream()
                .filter(sample -> sample.path("case").asString().equals(name))
                .filter(sample -> sample.path("server").asString().equals(server))
                .toList();
    }

    /// The samples that count: those during which the machine was left alone, or all when those are
    /// too few.
    private List<JsonNode> of(String name, String server) {
        List<JsonNode> quiet = all(name, server).stream()
                .filter(sample -> sample.path("other_cpu").asDouble() < QUIET)
                .toList();
        return quiet.size() < ENOUGH ? all(name, server) : quiet;
    }

    private String runs(String name, String server) {
        return of(name, server).size() + " of " + all(name, server).size();
    }

    private String median(String name, String server, String field, String format) {
        return median(of(name, server), sample -> sample.path(field).asDouble(), format);
    }

    private String ratio(String name, String server, String field) {
        List<JsonNode> firsts = of(name, servers.getFirst());
        Function<JsonNode, Double> ratio = sample -> firsts.stream()
                .filter(first -> first.path("rep").equals(sample.path("rep")))
                .map(first -> sample.path(field).asDouble() / first.path(field).asDouble())
                .findFirst()
                .orElse(Double.NaN);
        return median(of(name, server), ratio, "%.2f");
    }

    private String faults(String name, String server) {
        long faults = all(name, server).stream()
                .mapToLong(sample -> sample.path("missing").asLong()
                        + sample.path("out_of_order").asLong()
                        + sample.path("wrong").asLong()
                        + sample.path("closed").asLong())
                .sum();
        return Long.toString(faults);
    }

    private static String median(List<JsonNode> samples, Function<JsonNode, Double> value, String format) {
        double[] sorted = samples.stream()
                .map(value)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return "–";
        }
        double middle = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return String.format(Locale.ROOT, format, middle);
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
