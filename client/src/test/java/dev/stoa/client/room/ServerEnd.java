package dev.stoa.client.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.client.PeerConnection;
import java.util.Arrays;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// A room's server on one connection, moved by hand.
final class ServerEnd {
    private static final String THEN = "\"2026-11-21T10:00:00Z\"";

    private final PeerConnection connection;

    ServerEnd(PeerConnection connection) {
        this.connection = connection;
    }

    PeerConnection connection() {
        return connection;
    }

    /// The next frame, which must be of this type.
    JsonNode next(String type) {
        JsonNode frame = connection.readJson();
        assertThat(frame.path("type").stringValue()).as(frame.toString()).isEqualTo(type);
        return frame;
    }

    void answer(JsonNode request, String type, String payload) {
        connection.send("{\"type\":\"%s\",\"meta\":{\"timestamp\":1,\"correlationId\":%s},\"payload\":%s}"
                .formatted(type, request.path("meta").path("correlationId"), payload));
    }

    void refuse(JsonNode request, String code) {
        answer(request, "RPC_ERROR", "{\"code\":\"" + code + "\",\"message\":\"no\"}");
    }

    void event(String type, String payload) {
        connection.send("{\"type\":\"%s\",\"meta\":{\"timestamp\":1},\"payload\":%s}".formatted(type, payload));
    }

    /// Reads a join and lets the client in, with no members.
    JsonNode letIn(String epoch, long offset, boolean recovered) {
        JsonNode join = next("room.join");
        joined(join, epoch, offset, recovered);
        return join;
    }

    void joined(JsonNode join, String epoch, long offset, boolean recovered, String... members) {
        joined(join, epoch, offset, recovered, members.length, members);
    }

    void joined(JsonNode join, String epoch, long offset, boolean recovered, int count, String... members) {
        JsonNode payload = join.path("payload");
        String kind = payload.has("kind") ? payload.path("kind").stringValue() : "room";
        String room = payload.has("room") ? payload.path("room").stringValue() : "chat";
        answer(join, "room.joined", """
                {"room":"%s","kind":"%s","memberId":"ada","clientId":"c1","epoch":"%s","offset":%d,
                 "metadata":{"topic":"tea"},"members":[%s],"count":%d,"recovered":%b,"newerKey":1}""".formatted(
                        room, kind, epoch, offset, String.join(",", members), count, recovered));
    }

    void said(String epoch, long... offsets) {
        for (long offset : offsets) {
            event("room.message", "{\"message\":" + message("chat", "room", epoch, offset) + "}");
        }
    }

    void published(JsonNode publish, String epoch, long offset, boolean duplicate) {
        answer(
                publish,
                "room.published",
                "{\"room\":\"chat\",\"kind\":\"room\",\"messageId\":\"m%d\",\"publishedAt\":%s,\"offset\":%d,\"epoch\":\"%s\",\"duplicate\":%b}"
                        .formatted(offset, THEN, offset, epoch, duplicate));
    }

    void updated(JsonNode update, String epoch, long offset, boolean duplicate) {
        answer(
                update,
                "document.updated",
                "{\"room\":\"chat\",\"kind\":\"room\",\"updateId\":\"u%d\",\"appliedAt\":%s,\"offset\":%d,\"epoch\":\"%s\",\"duplicate\":%b}"
                        .formatted(offset, THEN, offset, epoch, duplicate));
    }

    static String message(String room, String kind, String epoch, long offset) {
        return """
               {"messageId":"m%d","room":"%s","kind":"%s","type":"said","data":{"text":"n%d"},"metadata":{},
                "publishedAt":%s,"offset":%d,"epoch":"%s"}""".formatted(offset, room, kind, offset, THEN, offset, epoch);
    }

    static String member(String id, String presence) {
        return """
               {"memberId":"%s","room":"chat","kind":"room","joinedAt":%s,"lastSeenAt":%s,"metadata":{},
                "presence":%s}""".formatted(id, THEN, THEN, presence);
    }

    static String update(String clientId, int clock, long offset) {
        return "{\"updateId\":\"u%d\",\"update\":{\"n\":%d},\"clientId\":\"%s\",\"clock\":%d,\"appliedAt\":%s,\"offset\":%d}"
                .formatted(offset, offset, clientId, clock, THEN, offset);
    }

    static String history(String cursor, long... offsets) {
        String items = Arrays.stream(offsets)
                .mapToObj(offset -> message("chat", "room", "e1", offset))
                .collect(Collectors.joining(","));
        return "{\"room\":\"chat\",\"kind\":\"room\",\"items\":[" + items + "],"
                + (cursor == null ? "" : "\"cursor\":\"" + cursor + "\",")
                + "\"epoch\":\"e1\",\"offset\":9,\"gap\":false}";
    }
}
