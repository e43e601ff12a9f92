package dev.stoa.server.room;

import dev.stoa.protocol.EnvelopeWriter;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.store.LogRecord;
import java.nio.charset.StandardCharsets;

/// What a room tells its sockets: a message whose payload is encoded once, for sockets of one room and, with
/// the room's name in front, for those that may be in many. Immutable.
///
/// @param payload a JSON object without `room` and `kind`
record RoomEvent(String type, RawJson payload) {
    static <P> RoomEvent of(MessageType<P> type, P payload) {
        return new RoomEvent(type.name(), RawJson.of(payload));
    }

    /// A `room.message` of a record, without decoding it.
    static RoomEvent message(LogRecord record, String epoch) {
        return new RoomEvent(
                "room.message",
                RawJson.trusted(
                        ("{\"message\":" + Records.positioned(record, epoch) + "}").getBytes(StandardCharsets.UTF_8)));
    }

    Frame frame(boolean shared, RoomKind kind, String room, long timestamp) {
        RawJson content = shared ? named(kind, room) : payload;
        return Frame.text(EnvelopeWriter.raw(Frame.HEADROOM, type, content, timestamp));
    }

    private RawJson named(RoomKind kind, String room) {
        String rest = payload.toString().substring(1);
        String head = "{\"room\":" + RawJson.of(room) + ",\"kind\":\"" + kind.text() + "\"";
        return RawJson.trusted((head + (rest.equals("}") ? "" : ",") + rest).getBytes(StandardCharsets.UTF_8));
    }
}
