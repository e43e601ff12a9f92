package dev.stoa.bench.yjs;

import dev.stoa.yjs.Applied;
import dev.stoa.yjs.DocOptions;
import dev.stoa.yjs.Updates;
import dev.stoa.yjs.YDoc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Steps of the Yjs engine on the document of benchmark B4. Run in the checkout.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgs = "-XX:+UseCompactObjectHeaders")
public class YjsBenchmark {
    private final YDoc doc = YDoc.create(DocOptions.of(0xfedcba98L));
    private byte[] stateV1 = {};
    private byte[] stateV2 = {};
    private byte[] vector = {};
    private List<byte[]> updates = new ArrayList<>();

    @Setup
    public void edit() throws IOException {
        doc.onUpdate(event -> updates.add(event.updateV1()));
        Trace.read(Path.of("").toAbsolutePath()).apply(doc.text("text"));
        stateV1 = doc.encodeState();
        stateV2 = doc.encodeStateV2();
        vector = doc.stateVector();
        updates = new ArrayList<>(updates.subList(0, 10_000));
    }

    @Benchmark
    public Applied loadV1() {
        return YDoc.create(DocOptions.of(1)).load(stateV1);
    }

    @Benchmark
    public Applied loadV2() {
        return YDoc.create(DocOptions.of(1)).loadV2(stateV2);
    }

    @Benchmark
    public byte[] encodeV1() {
        return doc.encodeState();
    }

    @Benchmark
    public byte[] encodeV2() {
        return doc.encodeStateV2();
    }

    /// What a client that has everything is told: the deletions.
    @Benchmark
    public byte[] diffOfNothing() {
        return doc.encodeState(vector);
    }

    @Benchmark
    public byte[] mergeTenThousand() {
        return Updates.merge(updates);
    }
}
