package dev.stoa.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/// Answers the upgrade request (RFC 6455, section 4.2.2), on any path, and makes way for the connection. Confined to
/// the event loop.
final class BareHandshake extends ByteToMessageDecoder {
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String KEY = "\r\nsec-websocket-key:";

    private final BareConnection connection;

    BareHandshake(BareConnection connection) {
        this.connection = connection;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        String head = in.toString(StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        in.skipBytes(end + 4);
        int key = head.toLowerCase(Locale.ROOT).indexOf(KEY);
        if (key < 0) {
            context.close();
            return;
        }
        int keyStart = key + KEY.length();
        String accept =
                accept(head.substring(keyStart, head.indexOf('\r', keyStart)).trim());
        context.writeAndFlush(
                ByteBufUtil.writeAscii(
                        context.alloc(),
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: " + accept + "\r\n\r\n"),
                context.voidPromise());
        context.pipeline().replace(this, null, connection);
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
