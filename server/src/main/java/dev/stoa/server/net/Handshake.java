package dev.stoa.server.net;

import dev.stoa.server.port.Timers;
import dev.stoa.server.session.Admission;
import dev.stoa.server.session.Endpoint;
import dev.stoa.server.session.UpgradeRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads one HTTP request and answers it: a health probe, a refusal, or a WebSocket upgrade (RFC 6455,
/// section 4.2).
///
/// The endpoint decides on a virtual thread, because authentication may block; meanwhile the socket is
/// not read and the peer's first frames wait. Confined to its event loop otherwise.
final class Handshake extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(Handshake.class.getName());
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// How long a peer that was refused may take to read why.
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final NettyServer.Context server;
    private final @Nullable HttpAnswer refusal;
    private @Nullable ByteBuf received;
    private int searched;
    private boolean decided;
    private boolean answered;
    private Timers.@Nullable Timeout timeout;

    /// @param refusal what to answer to any upgrade, because a maximum is reached; null for none
    Handshake(NettyServer.Context server, @Nullable HttpAnswer refusal) {
        this.server = server;
        this.refusal = refusal;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        closeAfter(ctx, server.limits().handshakeTimeout());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (timeout != null) {
            timeout.cancel();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        decided = true;
        handlerRemoved(ctx);
        dropReceived();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.log(System.Logger.Level.DEBUG, "handshake failed", cause);
        }
        ctx.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (answered) {
            bytes.release();
            return;
        }
        ByteBuf known = received;
        if (known == null) {
            received = bytes;
        } else {
            known.writeBytes(bytes);
            bytes.release();
        }
        if (!decided) {
            readHead(ctx);
        } else if (received != null
                && received.readableBytes() > server.limits().maxHeadBytes()) {
            dropReceived();
            ctx.close();
        }
    }

    private void readHead(ChannelHandlerContext ctx) {
        ByteBuf in = received;
        if (in == null) {
            return;
        }
        int length = headLength(in);
        if (length < 0) {
            if (in.readableBytes() > server.limits().maxHeadBytes()) {
                answer(
                        ctx,
                        HttpAnswer.text(
                                431, "Request head exceeds " + server.limits().maxHeadBytes() + " bytes"));
            }
            return;
        }
        if (length > server.limits().maxHeadBytes()) {
            answer(
                    ctx,
                    HttpAnswer.text(
                            431, "Request head exceeds " + server.limits().maxHeadBytes() + " bytes"));
            return;
        }
        byte[] head = new byte[length];
        in.readBytes(head);
        HttpHead request = HttpHead.parse(head);
        if (request == null) {
            answer(ctx, HttpAnswer.text(400, "Malformed request"));
            return;
        }
        decide(ctx, request);
    }

    /// Bytes up to and including the empty line, or -1.
    private int headLength(ByteBuf in) {
        for (; searched <= in.readableBytes() - 4; searched++) {
            int i = in.readerIndex() + searched;
            if (in.getByte(i) == '\r' && in.getInt(i) == 0x0D0A0D0A) {
                return searched + 4;
            }
        }
        return -1;
    }

    private void decide(ChannelHandlerContext ctx, HttpHead request) {
        switch (request.path()) {
            case "/health/live" -> answerProbe(ctx, request, HttpAnswer.text(200, "live\n"));
            case "/health/ready" -> {
                boolean ready = server.gatekeeper().isReady();
                answerProbe(ctx, request, HttpAnswer.text(ready ? 200 : 503, ready ? "ready\n" : "not ready\n"));
            }
            default -> decideUpgrade(ctx, request);
        }
    }

    private void answerProbe(ChannelHandlerContext ctx, HttpHead request, HttpAnswer answer) {
        switch (request.method()) {
            case "GET" -> answer(ctx, answer);
            case "HEAD" -> answer(ctx, answer.withoutBody());
            default -> answer(ctx, HttpAnswer.text(405, "Only GET and HEAD").with("Allow", "GET, HEAD"));
        }
    }

    private void decideUpgrade(ChannelHandlerContext ctx, HttpHead request) {
        Endpoint endpoint = server.gatekeeper().endpointAt(request.path());
        if (endpoint == null) {
            answer(ctx, HttpAnswer.text(404, "No endpoint here"));
            return;
        }
        HttpAnswer refused = refusal(request);
        if (refused != null) {
            answer(ctx, refused);
            return;
        }
        UpgradeRequest upgrade = new UpgradeRequest(
                request.path(),
                UpgradeRequest.parseQuery(request.rawQuery()),
                request.headers(),
                request.members("sec-websocket-protocol"),
                (InetSocketAddress) ctx.channel().remoteAddress(),
                ctx.pipeline().get(SslHandler.class) != null);
        decided = true;
        ctx.channel().config().setAutoRead(false);
        Duration delay = server.gatekeeper().delayFor(upgrade);
        if (delay.isPositive()) {
            server.timers().schedule(delay, () -> ctx.executor().execute(() -> ask(ctx, endpoint, upgrade, request)));
        } else {
            ask(ctx, endpoint, upgrade, request);
        }
    }

    /// Asks the endpoint on a thread of its own.
    private void ask(ChannelHandlerContext ctx, Endpoint endpoint, UpgradeRequest upgrade, HttpHead request) {
        if (!ctx.channel().isActive()) {
            return;
        }
        if (server.pendingHandshakes().incrementAndGet() > server.limits().maxPendingHandshakes()) {
            server.pendingHandshakes().decrementAndGet();
            answer(ctx, unavailable("Too many connections are being opened"));
            return;
        }
        server.handlers().execute(() -> {
            try {
                Admission admission = admit(endpoint, upgrade);
                ctx.executor().execute(() -> conclude(ctx, endpoint, upgrade, request, admission));
            } finally {
                server.pendingHandshakes().decrementAndGet();
            }
        });
    }

    private @Nullable HttpAnswer refusal(HttpHead request) {
        if (!request.method().equals("GET")
                || !request.lists("upgrade", "websocket")
                || !request.lists("connection", "upgrade")) {
            return HttpAnswer.text(400, "Upgrade failed");
        }
        if (!"13".equals(request.single("sec-websocket-version"))) {
            return HttpAnswer.text(426, "Only WebSocket version 13 is spoken here")
                    .with("Sec-WebSocket-Version", "13");
        }
        String key = request.single("sec-websocket-key");
        if (key == null || !isKey(key)) {
            return HttpAnswer.text(400, "Sec-WebSocket-Key is not 16 bytes in base64");
        }
        if (refusal != null) {
            return refusal;
        }
        if (!server.gatekeeper().isReady()) {
            return notReady();
        }
        if (request.isRepeated("origin")
                || !server.gatekeeper().allowsOrigin(request.single("origin"), request.single("host"))) {
            return HttpAnswer.text(403, "Origin not allowed");
        }
        return null;
    }

    private static HttpAnswer notReady() {
        return unavailable("Server is not taking connections");
    }

    private static Admission admit(Endpoint endpoint, UpgradeRequest upgrade) {
        try {
            return endpoint.admit(upgrade);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Admission.Reject(503, "Server is stopping");
        } catch (Throwable error) {
            LOG.log(System.Logger.Level.WARNING, "authentication failed at " + endpoint.name(), error);
            return new Admission.Reject(500, "Internal server error");
        }
    }

    private void conclude(
            ChannelHandlerContext ctx,
            Endpoint endpoint,
            UpgradeRequest upgrade,
            HttpHead request,
            Admission admission) {
        if (!ctx.channel().isActive()) {
            return;
        }
        switch (admission) {
            case Admission.Reject(int status, String body) ->
                answer(ctx, status == 503 ? unavailable(body) : HttpAnswer.text(status, body));
            case Admission.Accept accept -> {
                if (server.gatekeeper().isReady()) {
                    upgrade(ctx, endpoint, upgrade, request, accept);
                } else {
                    answer(ctx, notReady());
                }
            }
        }
    }

    private void upgrade(
            ChannelHandlerContext ctx,
            Endpoint endpoint,
            UpgradeRequest upgrade,
            HttpHead request,
            Admission.Accept admission) {
        String id = server.ids().get();
        String deflate =
                server.compression() ? DeflateOffer.answerTo(request.members("sec-websocket-extensions")) : null;
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Upgrade", "websocket");
        headers.put("Connection", "Upgrade");
        headers.put("Sec-WebSocket-Accept", acceptOf(String.valueOf(request.single("sec-websocket-key"))));
        if (admission.subprotocol() != null) {
            headers.put("Sec-WebSocket-Protocol", admission.subprotocol());
        }
        if (deflate != null) {
            headers.put("Sec-WebSocket-Extensions", deflate);
        }
        headers.put(endpoint.clientIdHeader(), id);
        ctx.writeAndFlush(Unpooled.wrappedBuffer(HttpAnswer.switching(headers).bytes()));
        ByteBuf rest = received;
        received = null;
        if (rest != null && !rest.isReadable()) {
            rest.release();
            rest = null;
        }
        WebSocketConnection.takeOver(
                ctx,
                new WebSocketConnection.Parts(
                        id,
                        endpoint,
                        upgrade,
                        admission,
                        deflate != null,
                        server.loopOf(ctx.channel().eventLoop()),
                        server.timers(),
                        server.sessions()),
                rest);
    }

    private static HttpAnswer unavailable(String body) {
        return HttpAnswer.text(503, body).with("Retry-After", "1");
    }

    private void answer(ChannelHandlerContext ctx, HttpAnswer answer) {
        decided = true;
        answered = true;
        dropReceived();
        HalfClose.after(ctx.writeAndFlush(Unpooled.wrappedBuffer(answer.bytes())));
        closeAfter(ctx, FAREWELL);
        ctx.channel().config().setAutoRead(true);
    }

    private void closeAfter(ChannelHandlerContext ctx, Duration time) {
        if (timeout != null) {
            timeout.cancel();
        }
        timeout = server.timers().schedule(time, () -> ctx.executor().execute(ctx::close));
    }

    private void dropReceived() {
        ByteBuf known = received;
        received = null;
        if (known != null) {
            known.release();
        }
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static String acceptOf(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-1", impossible);
        }
    }
}
