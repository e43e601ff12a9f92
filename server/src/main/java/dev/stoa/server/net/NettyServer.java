package dev.stoa.server.net;

import dev.stoa.server.delivery.DeliveryLoop;
import dev.stoa.server.limit.ConnectionLimits;
import dev.stoa.server.port.Timers;
import dev.stoa.server.session.Sessions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The listening socket and the event loops behind it. Thread-safe.
public final class NettyServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(NettyServer.class.getName());
    private static final int BACKLOG = 4096;
    /// Connections beyond a maximum that are told so at a time; further ones are closed at once.
    private static final int MAX_REFUSED = 256;

    private final MultiThreadIoEventLoopGroup group;
    private final List<DeliveryLoop> loops;
    private final Context context;
    private final Settings settings;
    private @Nullable Channel listening;

    /// How to listen.
    ///
    /// @param loops event loops; one for each core is right for most
    /// @param compression whether to accept `permessage-deflate`
    public record Settings(
            String host, int port, Transport transport, int loops, boolean compression, NetLimits limits) {}

    /// What connections need of the house.
    public record House(
            Gatekeeper gatekeeper,
            Sessions sessions,
            Timers timers,
            Executor handlers,
            Supplier<String> ids,
            @Nullable TlsCertificates tls) {}

    /// What a handshake needs.
    record Context(
            House house,
            NetLimits limits,
            boolean compression,
            AtomicInteger pendingHandshakes,
            AtomicInteger refused,
            Map<EventExecutor, DeliveryLoop> byExecutor) {
        Gatekeeper gatekeeper() {
            return house.gatekeeper();
        }

        Timers timers() {
            return house.timers();
        }

        Sessions sessions() {
            return house.sessions();
        }

        Executor handlers() {
            return house.handlers();
        }

        Supplier<String> ids() {
            return house.ids();
        }

        DeliveryLoop loopOf(EventLoop executor) {
            DeliveryLoop loop = byExecutor.get(executor);
            if (loop == null) {
                throw new IllegalStateException("channel is on a loop that is not ours");
            }
            return loop;
        }
    }

    private NettyServer(Settings settings, House house) {
        this.settings = settings;
        this.group = new MultiThreadIoEventLoopGroup(
                settings.loops(),
                new DefaultThreadFactory("stoa-loop"),
                settings.transport().ioHandlers());
        this.loops = new ArrayList<>();
        Map<EventExecutor, DeliveryLoop> byExecutor = new java.util.IdentityHashMap<>();
        for (EventExecutor executor : group) {
            var loop = new DeliveryLoop(loops.size(), (SingleThreadEventLoop) executor, ByteBufAllocator.DEFAULT);
            loops.add(loop);
            byExecutor.put(executor, loop);
        }
        this.context = new Context(
                house, settings.limits(), settings.compression(), new AtomicInteger(), new AtomicInteger(), byExecutor);
    }

    /// Starts the loops; [#listen] opens the port.
    public static NettyServer start(Settings settings, House house) {
        return new NettyServer(settings, house);
    }

    /// Opens the port.
    ///
    /// @return the address listened at, with the real port when 0 was asked for
    /// @throws UncheckedIOException when the port cannot be had
    public InetSocketAddress listen() {
        var bootstrap = new ServerBootstrap()
                .group(group, group)
                .channel(settings.transport().serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 * 1024, 128 * 1024))
                .childHandler(new Newcomer());
        var bound = bootstrap.bind(settings.host(), settings.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new UncheckedIOException(
                    "cannot listen at " + settings.host() + ":" + settings.port(),
                    new IOException(bound.cause().getMessage(), bound.cause()));
        }
        listening = bound.channel();
        return (InetSocketAddress) bound.channel().localAddress();
    }

    public List<DeliveryLoop> loops() {
        return loops;
    }

    /// The transport in use: what [Transport#AUTO] came to.
    public Transport transport() {
        return settings.transport().resolved();
    }

    /// Closes the port; open connections stay.
    public void stopListening() {
        if (listening != null) {
            listening.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }

    /// Returns once every loop has done what it was given before, or after 5 seconds.
    public void awaitTurn() {
        CountDownLatch done = new CountDownLatch(loops.size());
        loops.forEach(loop -> loop.run(done::countDown));
        try {
            if (!done.await(5, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "{0} event loops are stuck", done.getCount());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Closes the port and every connection and ends the loops.
    @Override
    public void close() {
        stopListening();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        loops.forEach(DeliveryLoop::close);
    }

    /// Sums a counter over all loops.
    public long total(Function<DeliveryLoop, Long> counter) {
        return loops.stream().map(counter).collect(Collectors.summingLong(Long::longValue));
    }

    /// Prepares each new TCP connection.
    private final class Newcomer extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            House house = context.house();
            if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
                channel.close();
                return;
            }
            HttpAnswer refusal = null;
            switch (house.gatekeeper().enter(peer.getAddress())) {
                case ConnectionLimits.Admission.Granted(var lease) ->
                    channel.closeFuture().addListener(_ -> lease.close());
                case ConnectionLimits.Admission.Refused(var limit, int maximum) -> {
                    if (context.refused().incrementAndGet() > MAX_REFUSED) {
                        context.refused().decrementAndGet();
                        channel.close();
                        return;
                    }
                    channel.closeFuture().addListener(_ -> context.refused().decrementAndGet());
                    refusal = refusalBy(limit, maximum);
                }
            }
            if (house.tls() != null) {
                channel.pipeline().addLast("tls", house.tls().context().newHandler(channel.alloc()));
            }
            channel.pipeline().addLast("handshake", new Handshake(context, refusal));
        }

        private HttpAnswer refusalBy(ConnectionLimits.Admission.Limit limit, int maximum) {
            return switch (limit) {
                case TOTAL -> HttpAnswer.text(503, "Maximum connections reached: " + maximum);
                case ADDRESS -> HttpAnswer.text(429, "Maximum connections from one address reached: " + maximum);
            };
        }
    }
}
