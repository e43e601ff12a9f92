package dev.stoa.bench.yjs;

import dev.stoa.yjs.DocOptions;
import dev.stoa.yjs.Updates;
import dev.stoa.yjs.YDoc;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ours beside the real yjs in one session: each case is run by one, then by the other, A B A B, and
/// the ratio is the median of the ratios of neighbours. Run in the checkout; see `bench/README.md`.
public final class SideBySide {
    private static final long CLIENT = 0xfedcba98L;
    private static final int CROWD = 10_000;

    private final Path root = Path.of("").toAbsolutePath();
    private final Trace trace;
    private final Path directory;
    private List<byte[]> updates = List.of();
    private byte[] stateV1 = {};
    private byte[] stateV2 = {};
    private final YDoc loaded = document(1);

    private SideBySide() throws IOException {
        trace = Trace.read(root);
        directory = Files.createTempDirectory("stoa-yjs");
    }

    public static void main(String[] arguments) throws IOException {
        SideBySide run = new SideBySide();
        if (arguments.length == 2 && arguments[0].equals("cold")) {
            run.cold(Path.of(arguments[1]));
        } else {
            int repetitions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
            run.all(repetitions, arguments.length > 1 ? arguments[1] : ".*");
        }
    }

    private static YDoc document(long client) {
        return YDoc.create(DocOptions.of(client));
    }

    private void cold(Path file) throws IOException {
        byte[] state = Files.readAllBytes(file);
        long begin = System.nanoTime();
        YDoc doc = document(1);
        doc.load(state);
        int length = doc.text("text").length();
        System.out.println("{\"ms\":" + (System.nanoTime() - begin) / 1e6 + ",\"result\":" + length + "}");
    }

    private void all(int repetitions, String wanted) throws IOException {
        try (Node node = Node.start(root)) {
            System.out.println(node.ask("{\"command\":\"prepare\",\"directory\":\"" + directory + "\"}"));
            readPrepared();
            System.out.printf("%-12s %12s %12s %8s%n", "case", "yjs ms", "ours ms", "ratio");
            for (Map.Entry<String, LongSupplier> entry : cases().entrySet()) {
                if (entry.getKey().matches(wanted)) {
                    // yjs takes a quarter of a minute for a crowd
                    int times = entry.getKey().startsWith("crowd") ? Math.min(repetitions, 3) : repetitions;
                    compare(node, entry.getKey(), entry.getValue(), times);
                }
            }
            if ("heap".matches(wanted)) {
                heap(node);
            }
        }
        if ("cold".matches(wanted)) {
            coldStarts(repetitions);
        }
    }

    private void readPrepared() throws IOException {
        stateV1 = Files.readAllBytes(directory.resolve("state.v1"));
        stateV2 = Files.readAllBytes(directory.resolve("state.v2"));
        updates = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(directory.resolve("updates")))) {
            byte[] all = in.readAllBytes();
            for (int at = 0; at < all.length; ) {
                int length = (all[at] & 0xff) << 24
                        | (all[at + 1] & 0xff) << 16
                        | (all[at + 2] & 0xff) << 8
                        | all[at + 3] & 0xff;
                updates.add(Arrays.copyOfRange(all, at + 4, at + 4 + length));
                at += 4 + length;
            }
        }
        loaded.load(stateV1);
    }

    private Map<String, LongSupplier> cases() {
        List<byte[]> map = crowd(true);
        List<byte[]> text = crowd(false);
        byte[] vector = vector();
        Map<String, LongSupplier> cases = new LinkedHashMap<>();
        cases.put("loadV1", () -> times(20, () -> load(stateV1, false)));
        cases.put("loadV2", () -> times(20, () -> load(stateV2, true)));
        cases.put("encodeV1", () -> times(20, () -> loaded.encodeState().length));
        cases.put("encodeV2", () -> times(20, () -> loaded.encodeStateV2().length));
        cases.put("diff", () -> times(20, () -> loaded.encodeState(vector).length));
        cases.put("merge1k", () -> Updates.merge(updates.subList(0, 1000)).length);
        cases.put("merge10k", () -> Updates.merge(updates.subList(0, 10_000)).length);
        cases.put("apply", this::applyOneByOne);
        cases.put("edit", this::edit);
        cases.put("crowdMap", () -> applyAll(map));
        cases.put("crowdText", () -> applyAll(text));
        return cases;
    }

    private static long times(int count, LongSupplier body) {
        long result = 0;
        for (int i = 0; i < count; i++) {
            result = body.getAsLong();
        }
        return result;
    }

    private static List<byte[]> crowd(boolean map) {
        List<byte[]> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            YDoc doc = document(1000 + (i * 7919L) % 10_007);
            if (map) {
                doc.map("m").set("k", i);
            } else {
                doc.text("t").insert(0, "x");
            }
            crowd.add(doc.encodeState());
        }
        return crowd;
    }

    private byte[] vector() {
        YDoc doc = document(CLIENT);
        doc.text("text").insert(0, "x".repeat(182_000));
        return doc.stateVector();
    }

    private static long load(byte[] state, boolean v2) {
        YDoc doc = document(1);
        if (v2) {
            doc.loadV2(state);
        } else {
            doc.load(state);
        }
        return doc.text("text").length();
    }

    private long applyOneByOne() {
        YDoc doc = document(1);
        long bytes = 0;
        for (byte[] update : updates) {
            bytes += doc.apply(update, null).effective().length;
        }
        return bytes;
    }

    private static long applyAll(List<byte[]> crowd) {
        YDoc doc = document(1);
        for (byte[] update : crowd) {
            doc.apply(update, null);
        }
        return doc.encodeState().length;
    }

    private long edit() {
        YDoc doc = document(CLIENT);
        List<byte[]> emitted = new ArrayList<>();
        doc.onUpdate(event -> emitted.add(event.updateV1()));
        trace.apply(doc.text("text"));
        return emitted.size();
    }

    private static void compare(Node node, String name, LongSupplier ours, int repetitions) throws IOException {
        int inner = name.matches("loadV.|encodeV.|diff") ? 20 : 1;
        double[] yjsMs = new double[repetitions];
        double[] oursMs = new double[repetitions];
        double[] ratios = new double[repetitions];
        for (int i = -warmups(name); i < repetitions; i++) {
            double theirs = node.ms("{\"command\":\"run\",\"name\":\"" + name + "\"}");
            long begin = System.nanoTime();
            long result = ours.getAsLong();
            double own = (System.nanoTime() - begin) / 1e6 / inner;
            if (result < 0) {
                throw new IllegalStateException(name);
            }
            if (i >= 0) {
                yjsMs[i] = theirs;
                oursMs[i] = own;
                ratios[i] = own / theirs;
            }
        }
        System.out.printf("%-12s %12.3f %12.3f %8.3f%n", name, median(yjsMs), median(oursMs), median(ratios));
    }

    private static int warmups(String name) {
        return name.startsWith("crowd") ? 1 : name.equals("apply") || name.equals("edit") ? 3 : 15;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private void heap(Node node) throws IOException {
        String theirs = node.ask("{\"command\":\"heap\"}");
        List<YDoc> documents = new ArrayList<>();
        long before = used();
        for (int i = 0; i < 10; i++) {
            YDoc doc = document(1);
            doc.load(stateV1);
            documents.add(doc);
        }
        long bytes = (used() - before) / documents.size();
        System.out.println("heap: yjs " + theirs + ", ours " + bytes + " bytes");
    }

    private static long used() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void coldStarts(int repetitions) throws IOException {
        double[] yjsMs = new double[repetitions];
        double[] oursMs = new double[repetitions];
        double[] ratios = new double[repetitions];
        String state = directory.resolve("state.v1").toString();
        for (int i = 0; i < repetitions; i++) {
            try (Node node = Node.start(root)) {
                yjsMs[i] = node.ms("{\"command\":\"cold\",\"file\":\"" + state + "\"}");
            }
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path")));
            command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            command.addAll(List.of(SideBySide.class.getName(), "cold", state));
            Process process = new ProcessBuilder(command).start();
            oursMs[i] = Node.ms(new String(process.getInputStream().readAllBytes()), "ms");
            ratios[i] = oursMs[i] / yjsMs[i];
        }
        System.out.printf("%-12s %12.3f %12.3f %8.3f%n", "cold", median(yjsMs), median(oursMs), median(ratios));
    }

    /// The Node process of the other side.
    private record Node(Process process, BufferedWriter out, BufferedReader in) implements AutoCloseable {
        static Node start(Path root) throws IOException {
            Process process = new ProcessBuilder("node", "--expose-gc", "bench/yjs/yjs.js")
                    .directory(root.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new Node(process, process.outputWriter(), process.inputReader());
        }

        String ask(String line) throws IOException {
            out.write(line);
            out.newLine();
            out.flush();
            String answer = in.readLine();
            if (answer == null) {
                throw new IOException("Node has ended");
            }
            return answer;
        }

        double ms(String line) throws IOException {
            return ms(ask(line), "ms");
        }

        static double ms(String json, String name) {
            Matcher matcher = Pattern.compile("\"" + name + "\":([0-9.eE+-]+)").matcher(json);
            if (!matcher.find()) {
                throw new IllegalArgumentException("no " + name + " in " + json);
            }
            return Double.parseDouble(matcher.group(1));
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
