package dev.stoa.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import dev.stoa.protocol.ByteBuilder;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Every recipient's exact frames, compared with a model that just appends, over real sockets whose
/// small buffers make writes partial. Between two audiences nothing is promised; within each, and
/// between each and what a socket is sent alone, order is.
class FanOutModelTest {
    private static final MultiThreadIoEventLoopGroup GROUP =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private static final SingleThreadEventLoop EXECUTOR = (SingleThreadEventLoop) GROUP.next();
    private static final ExecutorService READERS = Executors.newVirtualThreadPerTaskExecutor();

    @AfterAll
    static void endThreads() {
        READERS.close();
        GROUP.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /// A socket with what it must have been sent, and what it was.
    private static final class Recipient {
        final Outlet outlet;
        final Channel channel;
        final List<Sent> expected = new ArrayList<>();
        final Future<byte[]> received;

        Recipient(DeliveryLoop loop, ServerSocket server, boolean compressing) throws Exception {
            NioSocketChannel socket = new NioSocketChannel();
            socket.config().setOption(ChannelOption.SO_SNDBUF, 4096);
            var handler = new ChannelInboundHandlerAdapter();
            socket.pipeline().addLast(handler);
            EXECUTOR.register(socket).sync();
            var connecting = socket.connect(server.getLocalSocketAddress());
            Socket other = server.accept();
            connecting.sync();
            channel = socket;
            ChannelHandlerContext context = socket.pipeline().context(handler);
            outlet = new Outlet(loop, context, compressing, Long.MAX_VALUE, () -> {});
            received = READERS.submit(() -> readAll(other));
        }

        private static byte[] readAll(Socket socket) throws IOException {
            try (socket;
                    InputStream in = socket.getInputStream()) {
                return in.readAllBytes();
            }
        }
    }

    /// A frame's bytes, and the room it came through; null for what a socket was sent alone.
    private record Sent(String wire, Room room) {}

    /// An audience, and who sits in it according to the model.
    private record Room(Audience audience, Set<Recipient> listeners) {}

    private static final class World {
        final Chance chance;
        final DeliveryLoop loop = new DeliveryLoop(0, EXECUTOR, ByteBufAllocator.DEFAULT);
        final List<Recipient> recipients = new ArrayList<>();
        final List<Room> rooms = new ArrayList<>();

        World(Chance chance) throws Exception {
            this.chance = chance;
            try (ServerSocket server = new ServerSocket()) {
                server.setReceiveBufferSize(4096);
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                for (int i = chance.between(1, 6); i > 0; i--) {
                    recipients.add(new Recipient(loop, server, chance.onceIn(3)));
                }
            }
            for (int i = chance.between(1, 3); i > 0; i--) {
                rooms.add(new Room(new Audience(loop), new LinkedHashSet<>()));
            }
        }

        /// Some operations in one turn of the loop.
        void turn() {
            for (int i = chance.between(1, 15); i > 0; i--) {
                Room room = chance.oneOf(rooms);
                Recipient one = chance.oneOf(recipients);
                switch (chance.between(0, 9)) {
                    case 0, 1 -> {
                        room.audience.add(one.outlet);
                        room.listeners.add(one);
                    }
                    case 2 -> {
                        room.audience.remove(one.outlet);
                        room.listeners.remove(one);
                    }
                    case 3, 4 -> {
                        Frame frame = frame();
                        one.outlet.send(frame);
                        expect(one, frame, null);
                    }
                    default -> publish(room, chance.onceIn(3) ? one : null);
                }
            }
        }

        private void publish(Room room, Recipient except) {
            Frame frame = frame();
            room.audience.publish(frame, except == null ? null : except.outlet);
            for (Recipient listener : room.listeners) {
                if (listener != except) {
                    expect(listener, frame, room);
                }
            }
        }

        private void expect(Recipient recipient, Frame frame, Room room) {
            Frame sent = recipient.outlet.isCompressing() ? frame.deflated(loop.deflation()) : frame;
            recipient.expected.add(new Sent(latin(sent.wire()), room));
        }

        private Frame frame() {
            int length = chance.onceIn(12) ? chance.between(60_000, 90_000) : chance.between(16, 600);
            byte[] text = new byte[length];
            Arrays.fill(text, (byte) chance.between('a', 'z'));
            byte[] number = "%016x".formatted(chance.any()).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(number, 0, text, 0, number.length);
            ByteBuilder out = new ByteBuilder(Frame.HEADROOM, length);
            out.write(text);
            return Frame.text(out);
        }

        /// Closes every way out; what is sent and published after that reaches nobody.
        void end() {
            recipients.forEach(each -> each.outlet.close());
            recipients.forEach(each -> each.outlet.send(frame()));
            rooms.forEach(room -> room.audience.publish(frame(), null));
            for (Recipient each : recipients) {
                each.channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
                    each.channel.close();
                    each.outlet.release();
                });
            }
        }
    }

    private static void onLoop(Runnable work) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        var outcome = EXECUTOR.submit(() -> {
            try {
                work.run();
            } finally {
                done.countDown();
            }
        });
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        outcome.get(20, TimeUnit.SECONDS);
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static List<String> framesIn(byte[] stream) {
        List<String> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(stream);
        while (in.hasRemaining()) {
            int start = in.position();
            in.get();
            int length = in.get() & 0x7F;
            length = length == 126 ? in.getShort() & 0xFFFF : length == 127 ? (int) in.getLong() : length;
            int end = in.position() + length;
            frames.add(latin(Arrays.copyOfRange(stream, start, end)));
            in.position(end);
        }
        return frames;
    }

    @Test
    void everyRecipientGetsExactlyItsFramesInOrder() {
        Property.holds(25, chance -> {
            World world = new World(chance);
            for (int turn = chance.between(1, 25); turn > 0; turn--) {
                onLoop(world::turn);
            }

            onLoop(world::end);

            for (Recipient recipient : world.recipients) {
                List<String> received = framesIn(recipient.received.get(20, TimeUnit.SECONDS));
                assertThat(received.size()).isEqualTo(recipient.expected.size());
                for (Room room : world.rooms) {
                    List<String> promised = recipient.expected.stream()
                            .filter(sent -> sent.room == null || sent.room == room)
                            .map(Sent::wire)
                            .toList();
                    Set<String> concerned = new HashSet<>(promised);
                    assertThat(received.stream()
                                    .filter(concerned::contains)
                                    .toList()
                                    .equals(promised))
                            .as("all of a room, and what was sent alone, in order")
                            .isTrue();
                }
            }
            onLoop(world.loop::close);
        });
    }
}
