package dev.stoa.server.wire;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import tools.jackson.databind.JsonNode;

/// A peer in a room: asks and is answered, and hears events, each in its own order. Confined to one thread.
final class Guest {
    private final RawPeer peer;
    private final Deque<JsonNode> heard = new ArrayDeque<>();
    private int asked;

    Guest(RawPeer peer) {
        this.peer = peer;
    }

    RawPeer peer() {
        return peer;
    }

    /// Sends a call and does not wait.
    ///
    /// @param payload JSON with apostrophes for quotes
    /// @return its correlation id
    String send(String type, String payload) {
        String id = "c" + ++asked;
        peer.tell("{'type':'" + type + "','meta':{'correlationId':'" + id + "'},'payload':" + payload + "}");
        return id;
    }

    /// Calls, and returns the whole answer; events on the way are heard later.
    JsonNode answer(String type, String payload) {
        return answer(send(type, payload));
    }

    /// The answer of a call that was sent.
    JsonNode answer(String id) {
        while (true) {
            JsonNode next = peer.next();
            if (next.at("/meta/correlationId").asString("").equals(id)) {
                return next;
            }
            heard.add(next);
        }
    }

    /// Calls, and returns the payload of the answer, which must not be an error. What was heard before one's own
    /// join does not count: on a slow machine the socket may have joined unasked in front of it.
    JsonNode ask(String type, String payload) {
        JsonNode answer = answer(type, payload);
        if (answer.path("type").asString().equals("RPC_ERROR")) {
            throw new AssertionError(type + " was refused: " + answer);
        }
        if (type.equals("room.join")) {
            heard.clear();
        }
        return answer.path("payload");
    }

    /// Calls, and returns the error's code.
    String refusal(String type, String payload) {
        JsonNode answer = answer(type, payload);
        if (!answer.path("type").asString().equals("RPC_ERROR")) {
            throw new AssertionError(type + " was answered: " + answer);
        }
        return answer.at("/payload/code").asString();
    }

    /// The next event, which must be of that type; returns its payload.
    JsonNode hears(String type) {
        JsonNode next = next();
        if (!next.path("type").asString().equals(type)) {
            throw new AssertionError("expected " + type + ", got " + next);
        }
        return next.path("payload");
    }

    /// The next event of that type, whatever comes before it; returns its payload.
    JsonNode awaits(String type) {
        while (true) {
            JsonNode next = next();
            if (next.path("type").asString().equals(type)) {
                return next.path("payload");
            }
        }
    }

    private JsonNode next() {
        JsonNode known = heard.poll();
        return known != null ? known : peer.next();
    }

    /// Waits for a ping and does not answer it, whatever comes before it.
    void isPinged() {
        while (peer.nextFrame().opcode() != 9) {
            continue;
        }
    }

    /// The close frame, whatever comes before it; its code and reason as `4401 EXPIRED`.
    String closed() {
        RawPeer.Frame frame = peer.nextFrame();
        while (frame.opcode() != 8) {
            frame = peer.nextFrame();
        }
        peer.sendFrame(8, true, Arrays.copyOf(frame.payload(), Math.min(2, frame.payload().length)));
        return frame.closeCode() + " " + frame.closeReason();
    }

    /// Says goodbye with a code, or without one if it is 1005, and reads the answer.
    void leave(int code) {
        peer.sendFrame(8, true, code == 1005 ? new byte[0] : new byte[] {(byte) (code >> 8), (byte) code});
        while (peer.nextFrame().opcode() != 8) {
            continue;
        }
        peer.close();
    }

    /// Cuts TCP.
    void cut() {
        peer.close();
    }
}
