package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Memory in proportion to hostile bytes, each time in a JVM whose heap is just that, and what the JVM
/// itself needs.
final class HeapTest {
    private static final int JVM_BYTES = 6 << 20;
    private static final int V2_BYTES = 32 << 10;
    /// For each struct that v2 describes without a byte of its own.
    private static final int STRUCT_BYTES = 320;

    @TempDir
    private Path directory;

    /// 32 bytes for each byte of a v1 update, and a mebibyte.
    @Test
    @Row(59)
    void ofV1ItIsInProportionToTheBytes() throws IOException, InterruptedException {
        run(32L * HostileHeap.BYTES + (1 << 20), List.of());
    }

    /// v2 describes structs by runs: the bound on their number is what bounds memory.
    @Test
    @Row(59)
    void ofV2ItIsInProportionToTheBytesAndTheStructsThatAreAllowed() throws IOException, InterruptedException {
        Limits limits = Limits.defaults();
        long structs = (long) limits.structsPerByte() * V2_BYTES + limits.structsBase();
        List<String> files = List.of(
                dense("lists", structs, (doc, i) -> doc.array("a").create(i, YKind.ARRAY)),
                dense("nodes", structs, (doc, i) -> doc.xmlFragment("x").createElement(i, "")),
                dense("settings", structs, (doc, i) -> doc.map("m").create("k", YKind.MAP)),
                dense("nested", structs, new Nested()));

        run(32L * V2_BYTES + (1 << 20) + STRUCT_BYTES * structs, files);
    }

    /// Maps in maps, each under a key that costs nothing.
    private static final class Nested implements ObjIntConsumer<YDoc> {
        private YMap last;

        @Override
        public void accept(YDoc doc, int index) {
            last = (index == 0 ? doc.map("m") : last).create("", YKind.MAP);
        }
    }

    /// As many structs as are allowed, and bytes that are needed for their number.
    private String dense(String name, long structs, ObjIntConsumer<YDoc> part) throws IOException {
        YDoc doc = YDoc.create(DocOptions.of(9).collect(false));
        doc.transact(null, () -> {
            for (int i = 0; i < structs - 2; i++) {
                part.accept(doc, i);
            }
        });
        doc.array("ballast").insert(0, List.of(new byte[V2_BYTES]));
        byte[] update = doc.encodeStateV2();
        assertThat(update.length).as(name).isLessThan(V2_BYTES + V2_BYTES / 4);
        return Files.write(directory.resolve(name), update).toString();
    }

    private static void run(long heap, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx" + (heap + JVM_BYTES) / 1024 + "k",
                "-cp",
                Path.of("target", "classes") + File.pathSeparator + Path.of("target", "test-classes"),
                HostileHeap.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(output.lines().toList()).as(output).last().isEqualTo("done");
    }
}
