package dev.stoa.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;

/// The limit for a server in Java: Netty, hand-made framing, and the bytes that the real server would send, with
/// nothing
/// in between. It reads no JSON, knows its peers' frames by their first bytes, checks nothing and bounds nothing: for
/// loopback measurements only.
///
/// ```
/// BareServer --port 9000 [--transport epoll|io_uring|nio] [--loops 1]
/// ```
///
/// | it hears | it answers |
/// | --- | --- |
/// | `{"type":"SUB","payload":{"topic":"t"}}` | `{"type":"JOINED",...}` with the same payload |
/// | `{"type":"PUB","payload":{"topic":"t","body":B}}` | `{"type":"NEWS",...,"payload":B}` to the topic's subscribers |
/// | `{"type":"ECHO","meta":{"correlationId":"c"},"payload":B}` | `{"type":"ECHOED",...,"payload":B}` |
///
/// Keys must come in that order and without spaces.
public final class BareServer {
    private static final int BACKLOG = 4096;

    private BareServer() {}

    public static void main(String[] args) throws InterruptedException {
        Arguments arguments = Arguments.of(args);
        Transport transport = Transport.of(arguments.text("transport", "epoll"));
        var group = new MultiThreadIoEventLoopGroup(arguments.number("loops", 1), transport.handler());
        List<BareLoop> loops = new ArrayList<>();
        for (EventExecutor executor : group) {
            loops.add(new BareLoop(loops.size(), (SingleThreadEventLoop) executor));
        }
        BareTopics topics = new BareTopics(loops);
        int port = arguments.number("port", 9000);
        new ServerBootstrap()
                .group(group)
                .channel(transport.channel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        BareLoop loop = loops.stream()
                                .filter(candidate -> candidate.runs(channel))
                                .findFirst()
                                .orElseThrow();
                        channel.pipeline().addLast(new BareHandshake(new BareConnection(loop, topics)));
                    }
                })
                .bind("127.0.0.1", port)
                .sync();
        System.out.println("bare server on 127.0.0.1:" + port + ", " + arguments);
    }

    private record Transport(IoHandlerFactory handler, Class<? extends ServerChannel> channel) {
        static Transport of(String name) {
            return switch (name) {
                case "epoll" -> new Transport(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
                case "io_uring" -> new Transport(IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class);
                case "nio" -> new Transport(NioIoHandler.newFactory(), NioServerSocketChannel.class);
                default -> throw new IllegalArgumentException("transport " + name + " is not epoll, io_uring or nio");
            };
        }
    }
}
