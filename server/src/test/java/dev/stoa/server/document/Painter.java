package dev.stoa.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.wire.RawPeer;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of the documents protocol that says and hears single frames. JSON is written with
/// apostrophes for quotes. Confined to one thread.
final class Painter {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final RawPeer peer;
    private int edits;

    Painter(RawPeer peer) {
        this.peer = peer;
    }

    RawPeer peer() {
        return peer;
    }

    Painter say(String json) {
        peer.tell(json);
        return this;
    }

    /// Sends a list of document patches and takes the ack, which must be next.
    JsonNode edit(String documentPatches) {
        JsonNode ack = send("'documentPatches':" + documentPatches).next();
        assertThat(ack.path("type").asString()).as(ack.toString()).isEqualTo("ack");
        assertThat(ack.path("messageId").asString()).isEqualTo("m" + edits);
        return ack;
    }

    /// Sends a `patch` with some lists.
    Painter send(String lists) {
        return say("{'type':'patch','messageId':'m" + ++edits + "'," + lists + "}");
    }

    /// Sends ephemeral patches and takes the ack, which must be next.
    JsonNode show(String ephemeralPatches) {
        JsonNode ack = send("'ephemeralPatches':" + ephemeralPatches).next();
        assertThat(ack.path("type").asString()).as(ack.toString()).isEqualTo("ack");
        return ack;
    }

    Painter reconnect(long since) {
        return say("{'type':'reconnect','lastTimestamp':" + since + ",'protocolVersion':2}");
    }

    /// Comes back and takes the whole answer: all frames up to `synced`.
    List<JsonNode> answer(long since) {
        return reconnect(since).until("synced");
    }

    /// What the server says is new; an empty object when there is nothing.
    JsonNode diff(long since) {
        return answer(since).stream()
                .filter(frame -> frame.path("clientId").asString("-").isEmpty() && frame.has("documentPatches"))
                .findFirst()
                .map(frame -> frame.path("documentPatches").path(0))
                .orElse(JSON.createObjectNode());
    }

    JsonNode next() {
        return peer.next();
    }

    List<JsonNode> until(String type) {
        List<JsonNode> frames = new ArrayList<>();
        do {
            frames.add(peer.next());
        } while (!frames.getLast().path("type").asString().equals(type));
        return frames;
    }

    /// The next frame must be this one.
    void hears(String json) {
        assertThat(peer.next()).isEqualTo(json(json));
    }

    /// Nothing was sent to this client up to now, in the order of its document.
    void hearsNothing() {
        say("{'type':'reconnect','lastTimestamp':0,'protocolVersion':0}");
        hears("{'type':'version-mismatch','serverProtocolVersion':2}");
    }

    RawPeer.Frame closedWith(int code) {
        return peer.expectClose(code);
    }

    /// Closes as the client does, without a code.
    void leave() {
        peer.sendFrame(8, true, new byte[0]);
    }

    void cut() {
        peer.close();
    }

    static JsonNode json(String apostrophes) {
        return JSON.readTree(apostrophes.replace('\'', '"'));
    }
}
