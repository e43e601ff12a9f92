package dev.stoa.bench;

import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.EnvelopeWriter;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.MessageType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Null;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The steps of one typed request between the framing and the handler, each alone: find the fields, decode and check
/// the payload, write the answer.
///
/// The frame is the request of the end-to-end load: a correlation id and a payload of `payloadBytes` bytes.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class EnvelopeBenchmark {
    private static final MessageType<Contracts.Body> CHECKED = MessageType.of("ECHO", Contracts.Body.class);
    private static final MessageType<Unchecked> UNCHECKED = MessageType.of("ECHO", Unchecked.class);
    private static final long TIMESTAMP = 1_800_000_000_000L;
    private static final String CORRELATION_ID = "10000001";

    /// The same record as the load's payload, without constraints.
    record Unchecked(String mark, String text) {}

    private static final MessageType<ByLibraries> BY_LIBRARIES = MessageType.of("ECHO", ByLibraries.class);

    /// The checked record again, made unusual enough that Jackson and the validation provider do all of it.
    record ByLibraries(
            @NotBlank @Size(max = 64) String mark,
            @NotNull @Size(max = 65_536) String text,
            @Null @Nullable String never)
            implements Unusual {}

    interface Unusual {}

    @Param({"128", "1024"})
    public int payloadBytes;

    private byte[] frame = {};
    private Envelope envelope = Envelope.scan(bytes("{\"type\":\"NONE\"}"));
    private Contracts.Body body = new Contracts.Body("mark", "text");

    @Setup
    public void prepare() {
        String mark = "@".repeat(28);
        int fixedBytes = "{\"mark\":\"\",\"text\":\"\"}".length() + mark.length();
        body = new Contracts.Body(mark, "x".repeat(payloadBytes - fixedBytes));
        frame = EnvelopeWriter.message(0, CHECKED, body, TIMESTAMP, CORRELATION_ID, Map.of())
                .toByteArray();
        envelope = Envelope.scan(frame);
    }

    @Benchmark
    public Envelope scan() {
        return Envelope.scan(frame);
    }

    @Benchmark
    public Message<Unchecked> decode() {
        return UNCHECKED.decode(envelope);
    }

    @Benchmark
    public Message<Contracts.Body> decodeWithConstraints() {
        return CHECKED.decode(envelope);
    }

    @Benchmark
    public ByteBuilder write() {
        return EnvelopeWriter.message(0, CHECKED, body, TIMESTAMP, CORRELATION_ID, Map.of());
    }

    /// What a typed echo costs in all, the framing apart.
    @Benchmark
    public ByteBuilder scanDecodeCheckWrite() {
        Message<Contracts.Body> request = CHECKED.decode(Envelope.scan(frame));
        Contracts.Body answer = request.payload();
        CHECKED.check(answer);
        return EnvelopeWriter.message(0, CHECKED, answer, TIMESTAMP, CORRELATION_ID, Map.of());
    }

    /// The same by the libraries alone.
    @Benchmark
    public ByteBuilder scanDecodeCheckWriteByLibraries() {
        Message<ByLibraries> request = BY_LIBRARIES.decode(Envelope.scan(frame));
        ByLibraries answer = request.payload();
        BY_LIBRARIES.check(answer);
        return EnvelopeWriter.message(0, BY_LIBRARIES, answer, TIMESTAMP, CORRELATION_ID, Map.of());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
