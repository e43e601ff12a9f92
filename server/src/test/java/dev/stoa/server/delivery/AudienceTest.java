package dev.stoa.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ByteBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AudienceTest {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final SingleThreadEventLoop executor = (SingleThreadEventLoop) group.next();
    private final DeliveryLoop loop = new DeliveryLoop(0, executor, UnpooledByteBufAllocator.DEFAULT);
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final AtomicInteger overflows = new AtomicInteger();

    @AfterEach
    void endThreads() {
        channel.releaseOutbound();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private Outlet outlet(long maxBacklogBytes) {
        return new Outlet(loop, channel.pipeline().firstContext(), false, maxBacklogBytes, overflows::incrementAndGet);
    }

    private static Frame frame(int length) {
        ByteBuilder text = new ByteBuilder(Frame.HEADROOM, length);
        text.write(new byte[length]);
        return Frame.text(text);
    }

    @Test
    void aBufferThatASocketMayBeReadingIsNotMovedToMakeRoom() throws Exception {
        Outlet outlet = outlet(Long.MAX_VALUE);
        executor.submit(() -> {
                    Audience audience = new Audience(loop);
                    audience.add(outlet);
                    audience.publish(frame(100), null);
                    outlet.send(frame(70_000));
                    ByteBuf share = channel.readOutbound();
                    int capacity = share.unwrap().capacity();

                    audience.publish(frame(40_000), null);

                    assertThat(share.readableBytes()).isEqualTo(102);
                    assertThat(share.unwrap().capacity()).isEqualTo(capacity);
                    share.release();
                })
                .get(10, TimeUnit.SECONDS);
    }

    @Test
    void afterAnOverflowNothingIsAcceptedFromAnyThread() throws Exception {
        Outlet outlet = outlet(1000);
        executor.submit(() -> {
                    Thread sender = Thread.ofVirtual().start(() -> {
                        for (int i = 0; i < 100; i++) {
                            outlet.send(frame(100));
                        }
                    });
                    sender.join();
                    assertThat(outlet.backlogBytes()).isBetween(900L, 1000L);
                    return sender;
                })
                .get(10, TimeUnit.SECONDS);

        executor.submit(() -> {
                    channel.flushOutbound();
                    assertThat(outlet.backlogBytes()).isZero();
                    outlet.send(frame(1));
                    assertThat(loop.counters().framesDropped()).isPositive();
                    assertThat((Object) channel.readOutbound()).isNull();
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(executor.submit(overflows::get).get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }
}
