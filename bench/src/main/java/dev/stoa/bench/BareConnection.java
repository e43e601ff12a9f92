package dev.stoa.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// One WebSocket: takes frames apart and hands them to [BareFrames]. Confined to its event loop.
///
/// ```
///  | FIN opcode | MASK length 7 | length 16 or 64 | masking key 32 | payload |
/// ```
final class BareConnection extends ChannelInboundHandlerAdapter {
    private static final VarHandle SHORTS = view(short[].class);
    private static final VarHandle INTS = view(int[].class);
    private static final VarHandle LONGS = view(long[].class);
    private static final int CLOSE = 8;
    private static final int PING = 9;

    private final BareLoop loop;
    private final BareFrames frames;
    private @Nullable ByteBuf unread;
    private @Nullable ByteBuf replies;
    private @Nullable BareTopic subscription;
    private @Nullable ChannelHandlerContext context;

    BareConnection(BareLoop loop, BareTopics topics) {
        this.loop = loop;
        this.frames = new BareFrames(loop, topics);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf in = withUnread(from, (ByteBuf) message);
        int size = in.readableBytes();
        byte[] bytes = loop.inbound(in);
        int used = 0;
        for (int next = readFrame(from, bytes, 0, size); next > 0; next = readFrame(from, bytes, used, size)) {
            used = next;
        }
        collectReplies(from);
        if (used < size) {
            unread = in.skipBytes(used);
        } else {
            in.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        if (subscription != null) {
            subscription.unsubscribe(loop, from);
        }
        if (unread != null) {
            unread.release();
            unread = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable error) {
        from.close();
    }

    /// Sends what has been collected for this peer in the present turn.
    void sendReplies() {
        ByteBuf collected = replies;
        replies = null;
        if (collected != null && context != null) {
            context.writeAndFlush(collected, context.voidPromise());
        }
    }

    private void collectReplies(ChannelHandlerContext from) {
        int size = loop.replies().size();
        if (size == 0) {
            return;
        }
        if (replies == null) {
            replies = from.alloc().directBuffer(size);
            loop.hasPending(this);
        }
        loop.replies().moveTo(replies);
    }

    private ByteBuf withUnread(ChannelHandlerContext from, ByteBuf in) {
        ByteBuf before = unread;
        if (before == null) {
            return in;
        }
        unread = null;
        ByteBuf joined = from.alloc().directBuffer(before.readableBytes() + in.readableBytes());
        joined.writeBytes(before).writeBytes(in);
        before.release();
        in.release();
        return joined;
    }

    /// Reads the frame at `start`; returns where it ends, or 0 when it is not whole.
    private int readFrame(ChannelHandlerContext from, byte[] in, int start, int end) {
        if (end - start < 6) {
            return 0;
        }
        int length7 = in[start + 1] & 0x7F;
        int header = length7 < 126 ? 6 : length7 == 126 ? 8 : 14;
        if (end - start < header) {
            return 0;
        }
        int length = length7 < 126
                ? length7
                : length7 == 126 ? (short) SHORTS.get(in, start + 2) & 0xFFFF : (int) (long) LONGS.get(in, start + 2);
        int body = start + header;
        if (end - body < length) {
            return 0;
        }
        unmask(in, body, length, (int) INTS.get(in, body - 4));
        switch (in[start] & 0x0F) {
            case CLOSE ->
                from.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) 0x88, 0}))
                        .addListener(_ -> from.close());
            case PING ->
                loop.replies().add(new byte[] {(byte) 0x8A, (byte) length}).add(in, body, body + length);
            default -> {
                BareTopic joined = frames.onText(from, in, body, body + length);
                subscription = joined == null ? subscription : joined;
            }
        }
        return body + length;
    }

    private static void unmask(byte[] in, int from, int length, int mask) {
        long mask64 = (long) mask << 32 | mask & 0xFFFFFFFFL;
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            LONGS.set(in, from + i, (long) LONGS.get(in, from + i) ^ mask64);
        }
        for (; i < length; i++) {
            in[from + i] ^= (byte) (mask >>> (24 - 8 * (i & 3)));
        }
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.BIG_ENDIAN);
    }
}
