package dev.stoa.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One WebSocket: takes frames apart in place and puts answers together from slices. Confined to its event loop.
///
/// ```
///  | FIN opcode | MASK length 7 | length 16 or 64 | masking key 32 | payload |     inbound
///  | FIN opcode |      length 7 | length 16       |                  payload |     outbound
/// ```
final class BareConnection extends ChannelInboundHandlerAdapter {
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int REPLIES_BYTES = 4 * 1024;
    private static final int TIMESTAMP_BYTES = 13;

    private static final Needle SUB = new Needle("{\"type\":\"SUB\"");
    private static final Needle PUB = new Needle("{\"type\":\"PUB\"");
    private static final Needle ECHO = new Needle("{\"type\":\"ECHO\"");
    private static final Needle TOPIC = new Needle("\"topic\":\"");
    private static final Needle BODY = new Needle("\"body\":");
    private static final Needle CORRELATION_ID = new Needle("\"correlationId\":\"");
    private static final Needle PAYLOAD = new Needle("\"payload\":");

    private static final byte[] JOINED_HEAD = ascii("{\"type\":\"JOINED\",\"meta\":{\"timestamp\":");
    private static final byte[] NEWS_HEAD = ascii("{\"type\":\"NEWS\",\"meta\":{\"timestamp\":");
    private static final byte[] ECHOED_HEAD = ascii("{\"type\":\"ECHOED\",\"meta\":{\"timestamp\":");
    private static final byte[] CORRELATION_HEAD = ascii(",\"correlationId\":\"");
    private static final byte[] PAYLOAD_HEAD = ascii("},\"payload\":");
    private static final byte[] PAYLOAD_HEAD_AFTER_TEXT = ascii("\"},\"payload\":");

    private final BareLoop loop;
    private final BareTopics topics;
    private @Nullable ByteBuf unread;
    private @Nullable ByteBuf replies;
    private @Nullable BareTopic subscription;
    private @Nullable ChannelHandlerContext context;

    BareConnection(BareLoop loop, BareTopics topics) {
        this.loop = loop;
        this.topics = topics;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = unread;
        if (before != null) {
            ByteBuf joined = from.alloc().directBuffer(before.readableBytes() + in.readableBytes());
            joined.writeBytes(before).writeBytes(in);
            before.release();
            in.release();
            in = joined;
            unread = null;
        }
        while (readFrame(from, in)) {}
        if (in.isReadable()) {
            unread = in;
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

    private boolean readFrame(ChannelHandlerContext from, ByteBuf in) {
        int start = in.readerIndex();
        int available = in.readableBytes();
        if (available < 6) {
            return false;
        }
        int length7 = in.getByte(start + 1) & 0x7F;
        int header = length7 < 126 ? 6 : length7 == 126 ? 8 : 14;
        if (available < header) {
            return false;
        }
        int length =
                length7 < 126 ? length7 : length7 == 126 ? in.getUnsignedShort(start + 2) : (int) in.getLong(start + 2);
        if (available - header < length) {
            return false;
        }
        int body = start + header;
        unmask(in, body, length, in.getInt(body - 4));
        in.readerIndex(body + length);
        switch (in.getByte(start) & 0x0F) {
            case CLOSE ->
                from.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) 0x88, 0}))
                        .addListener(_ -> from.close());
            case PING ->
                reply(from, length + 2).writeByte(0x8A).writeByte(length).writeBytes(in, body, length);
            default -> onText(from, in, body, body + length);
        }
        return true;
    }

    private static void unmask(ByteBuf in, int from, int length, int mask) {
        long mask64 = (long) mask << 32 | mask & 0xFFFFFFFFL;
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            in.setLong(from + i, in.getLong(from + i) ^ mask64);
        }
        for (; i < length; i++) {
            in.setByte(from + i, in.getByte(from + i) ^ mask >>> (24 - 8 * (i & 3)));
        }
    }

    private void onText(ChannelHandlerContext from, ByteBuf in, int start, int end) {
        if (ECHO.startsAt(in, start, end)) {
            echo(from, in, start, end);
        } else if (PUB.startsAt(in, start, end)) {
            publish(from, in, start, end);
        } else if (SUB.startsAt(in, start, end)) {
            subscribe(from, in, start, end);
        }
    }

    private void echo(ChannelHandlerContext from, ByteBuf in, int start, int end) {
        int id = CORRELATION_ID.endOfFirst(in, start, end);
        int idEnd = in.indexOf(id, end, (byte) '"');
        int payload = PAYLOAD.endOfFirst(in, idEnd, end);
        int bytes = ECHOED_HEAD.length
                + TIMESTAMP_BYTES
                + CORRELATION_HEAD.length
                + (idEnd - id)
                + PAYLOAD_HEAD_AFTER_TEXT.length
                + (end - payload);
        ByteBuf out = reply(from, bytes + 4);
        writeHeader(out, bytes);
        out.writeBytes(ECHOED_HEAD);
        loop.writeTimestamp(out);
        out.writeBytes(CORRELATION_HEAD);
        out.writeBytes(in, id, idEnd - id);
        out.writeBytes(PAYLOAD_HEAD_AFTER_TEXT);
        out.writeBytes(in, payload, end - payload);
    }

    private void publish(ChannelHandlerContext from, ByteBuf in, int start, int end) {
        int name = TOPIC.endOfFirst(in, start, end);
        int nameEnd = in.indexOf(name, end, (byte) '"');
        int body = BODY.endOfFirst(in, nameEnd, end);
        int bodyEnd = end - 1; // keeps one of the two closing braces
        int bytes = NEWS_HEAD.length + TIMESTAMP_BYTES + PAYLOAD_HEAD.length + (bodyEnd - body);
        ByteBuf out = topics.named(in, name, nameEnd).roomFor(loop, from, bytes + 4);
        writeHeader(out, bytes);
        out.writeBytes(NEWS_HEAD);
        loop.writeTimestamp(out);
        out.writeBytes(PAYLOAD_HEAD);
        out.writeBytes(in, body, bodyEnd - body);
    }

    private void subscribe(ChannelHandlerContext from, ByteBuf in, int start, int end) {
        int name = TOPIC.endOfFirst(in, start, end);
        BareTopic topic = topics.named(in, name, in.indexOf(name, end, (byte) '"'));
        topic.subscribe(loop, from);
        subscription = topic;
        int payload = PAYLOAD.endOfFirst(in, start, end);
        int bytes = JOINED_HEAD.length + TIMESTAMP_BYTES + PAYLOAD_HEAD.length + (end - payload);
        ByteBuf out = reply(from, bytes + 4);
        writeHeader(out, bytes);
        out.writeBytes(JOINED_HEAD);
        loop.writeTimestamp(out);
        out.writeBytes(PAYLOAD_HEAD);
        out.writeBytes(in, payload, end - payload);
    }

    /// Where the caller writes an answer of about `bytes` bytes.
    private ByteBuf reply(ChannelHandlerContext from, int bytes) {
        ByteBuf out = replies;
        if (out == null) {
            out = from.alloc().directBuffer(Math.max(REPLIES_BYTES, bytes));
            replies = out;
            loop.hasPending(this);
        }
        return out;
    }

    /// A text frame's header for up to 65,535 bytes.
    private static void writeHeader(ByteBuf out, int bytes) {
        out.writeByte(0x81);
        if (bytes < 126) {
            out.writeByte(bytes);
        } else {
            out.writeByte(126).writeShort(bytes);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
