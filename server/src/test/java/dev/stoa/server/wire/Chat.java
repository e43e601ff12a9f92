package dev.stoa.server.wire;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import dev.stoa.server.Stoa;
import dev.stoa.server.router.Router;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The contracts that tests on the wire talk with, and their frames as JSON.
final class Chat {
    record Text(String text) {}

    static final MessageType<Text> SAY = MessageType.of("SAY", Text.class);
    static final MessageType<Text> SAID = MessageType.of("SAID", Text.class);
    static final RpcType<Text, Text> ECHO = RpcType.of("ECHO", Text.class, "ECHOED", Text.class);
    static final RpcType<Text, Text> WORK = RpcType.of("WORK", Text.class, "WORKED", Text.class);

    private Chat() {}

    /// A router that answers [#ECHO], so that a test can see that all before it has been handled.
    static Router echoing(Router router) {
        return router.rpc(ECHO, ctx -> ctx.reply(ctx.payload()));
    }

    static Stoa serve(Router router) {
        return Stoa.builder().port(0).loops(2).router("/ws", router).start();
    }

    static Stoa serve(Router router, ManualTimers timers) {
        return Stoa.builder()
                .port(0)
                .loops(2)
                .timers(timers)
                .router("/ws", router)
                .start();
    }

    static RawPeer open(Stoa stoa) {
        return RawPeer.open(stoa.port(), "/ws");
    }

    static String event(String type, String text) {
        return "{\"type\":\"" + type + "\",\"meta\":{},\"payload\":{\"text\":\"" + text + "\"}}";
    }

    static String call(String type, String id, String text) {
        return "{\"type\":\"" + type + "\",\"meta\":{\"correlationId\":\"" + id + "\"},\"payload\":{\"text\":\"" + text
                + "\"}}";
    }

    static String call(String type, String id, String text, long timeoutMs) {
        return "{\"type\":\"" + type + "\",\"meta\":{\"correlationId\":\"" + id + "\",\"timeoutMs\":" + timeoutMs
                + "},\"payload\":{\"text\":\"" + text + "\"}}";
    }

    static String abort(String id) {
        return "{\"type\":\"$ws:abort\",\"meta\":{\"correlationId\":\"" + id + "\"}}";
    }

    /// Checks that nothing is left to read before the answer to a call made now.
    static void expectNothingBefore(RawPeer peer, String id) {
        peer.send(call("ECHO", id, id));
        expectText(peer, "ECHOED", id);
    }

    /// The next message, which must have that type and text.
    static void expectText(RawPeer peer, String type, String text) {
        String got = peer.expect(type).path("payload").path("text").asString();
        if (!got.equals(text)) {
            throw new AssertionError("expected " + type + " " + text + ", got " + got);
        }
    }

    /// Waits for a ping's answer, so that all that the connection's loop was given before has been done.
    static void awaitTurn(RawPeer peer) {
        peer.sendFrame(9, true, new byte[0]);
        RawPeer.Frame frame = peer.nextFrame();
        if (frame.opcode() != 10) {
            throw new AssertionError("expected a pong, got opcode " + frame.opcode() + " " + frame.text());
        }
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
