package dev.stoa.server.room;

import dev.stoa.protocol.EnvelopeWriter;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.store.LogRecord;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a room tells its sockets: a message whose payload is encoded once, when the first of them is told, for
/// sockets of one room and, with the room's name in front, for those that may be in many. Confined to the room's
/// mailbox.
final class RoomEvent {
    private final String type;
    private final Supplier<RawJson> encoder;
    private @Nullable RawJson payload;

    private RoomEvent(String type, Supplier<RawJson> encoder) {
        this.type = type;
        this.encoder = encoder;
    }

    /// @param payload something immutable, an object without `room` and `kind`
    static <P> RoomEvent of(MessageType<P> type, P payload) {
        return new RoomEvent(type.name(), () -> RawJson.of(payload));
    }

    /// A `room.message` of a record, without decoding it.
    static RoomEvent message(LogRecord record, String epoch) {
        return new RoomEvent(RoomMessages.MESSAGE.name(), () -> Records.delivered(record, epoch));
    }

    /// A `document.update` of a record.
    static RoomEvent update(LogRecord record) {
        return new RoomEvent(RoomMessages.UPDATE.name(), () -> {
            DocumentUpdate update = Records.update(record);
            return RawJson.of(new RoomMessages.UpdateEvent(
                    null,
                    null,
                    update.updateId(),
                    update.update(),
                    update.clientId(),
                    update.clock(),
                    update.actor(),
                    update.appliedAt(),
                    update.offset()));
        });
    }

    Frame frame(boolean shared, RoomKind kind, String room, long timestamp) {
        RawJson content = shared ? named(kind, room) : payload();
        return Frame.text(EnvelopeWriter.raw(Frame.HEADROOM, type, content, timestamp));
    }

    private RawJson payload() {
        RawJson known = payload;
        if (known == null) {
            known = encoder.get();
            payload = known;
        }
        return known;
    }

    private RawJson named(RoomKind kind, String room) {
        String rest = payload().toString().substring(1);
        String head = "{\"room\":" + RawJson.of(room) + ",\"kind\":\"" + kind.text() + "\"";
        return RawJson.trusted(head + (rest.equals("}") ? "" : ",") + rest);
    }
}
