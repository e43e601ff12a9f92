package dev.stoa.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/// Ends our half of a connection behind the last thing written, and leaves the other half open: a socket
/// that is closed with input unread resets the connection, and the peer may lose that last thing.
///
/// Whoever uses it goes on reading, drops what comes, and closes the channel after a time if the peer
/// does not.
final class HalfClose {
    private HalfClose() {}

    static void after(ChannelFuture written) {
        written.addListener(_ -> {
            Channel channel = written.channel();
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (!written.isSuccess()) {
                channel.close();
            } else if (tls == null) {
                endOutput(channel);
            } else {
                tls.closeOutbound().addListener(_ -> endOutput(channel));
            }
        });
    }

    private static void endOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }
}
