package dev.stoa.bench;

import dev.stoa.protocol.EnvelopeWriter;
import dev.stoa.server.delivery.Audience;
import dev.stoa.server.delivery.DeliveryLoop;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.delivery.Outlet;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.nio.NioIoHandler;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What one turn of an event loop costs that publishes to an audience, with the kernel taken away: channels swallow
/// what they are given. The wake-up of the loop is in it, a few microseconds for each turn.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class AudienceBenchmark {
    private static final int BACKLOG_BYTES = 16 * 1024 * 1024;

    @Param({"1", "100", "1000"})
    public int listeners;

    @Param({"1", "64"})
    public int publications;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final SingleThreadEventLoop executor = (SingleThreadEventLoop) group.next();
    private final DeliveryLoop loop = new DeliveryLoop(0, executor, ByteBufAllocator.DEFAULT);
    private final Audience audience = new Audience(loop);
    private final Frame frame = Frame.text(EnvelopeWriter.message(
            Frame.HEADROOM,
            Contracts.NEWS,
            new Contracts.Body("@".repeat(28), "x".repeat(80)),
            1_800_000_000_000L,
            null,
            Map.of()));

    @Setup
    public void seat() throws InterruptedException {
        for (int i = 0; i < listeners; i++) {
            var channel = new SinkChannel();
            channel.pipeline().addLast("listener", new ChannelInboundHandlerAdapter());
            executor.register(channel).sync();
            var context = channel.pipeline().context("listener");
            var outlet = new Outlet(loop, context, false, BACKLOG_BYTES, () -> {});
            executor.submit(() -> audience.add(outlet)).sync();
        }
    }

    @TearDown
    public void stop() throws InterruptedException {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        loop.close();
    }

    @Benchmark
    public void turn() throws InterruptedException {
        var done = new CountDownLatch(1);
        executor.execute(() -> {
            for (int i = 0; i < publications; i++) {
                audience.publish(frame, null);
            }
            executor.executeAfterEventLoopIteration(done::countDown);
        });
        done.await();
    }
}
