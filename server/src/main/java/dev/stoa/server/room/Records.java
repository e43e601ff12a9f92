package dev.stoa.server.room;

import dev.stoa.protocol.Json;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.store.LogRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a room's log records hold, as JSON. A message is kept as clients get it, but for its position, which
/// is put behind it: nothing is decoded to deliver or to page.
///
/// ```
///  message   {messageId, room, kind, type, data, metadata, actor, publishedAt}      label: the type
///  metadata  {metadata, actor}                                                      the whole new value
///  restored  {snapshotId, metadata}                         the document begins anew behind it
///  update    {updateId, update, clientId, clock, actor, appliedAt}
/// ```
final class Records {
    static final String MESSAGE = "message";
    static final String METADATA = "metadata";
    static final String RESTORED = "restored";
    static final String UPDATE = "update";

    private Records() {}

    record StoredMessage(
            String messageId,
            String room,
            RoomKind kind,
            String type,
            @Nullable RawJson data,
            RawJson metadata,
            @Nullable RoomPrincipal actor,
            Instant publishedAt) {
        HistoryMessage at(long offset, String epoch) {
            return new HistoryMessage(messageId, room, kind, type, data, metadata, actor, publishedAt, offset, epoch);
        }
    }

    record StoredMetadata(RawJson metadata, @Nullable RoomPrincipal actor) {}

    record StoredRestore(String snapshotId, RawJson metadata) {}

    record StoredUpdate(
            String updateId,
            RawJson update,
            @Nullable String clientId,
            @Nullable Integer clock,
            @Nullable RoomPrincipal actor,
            Instant appliedAt) {
        DocumentUpdate at(long offset) {
            return new DocumentUpdate(updateId, update, clientId, clock, actor, appliedAt, offset);
        }
    }

    static byte[] body(Record content) {
        return Json.mapper().writeValueAsBytes(content);
    }

    static <R extends Record> R read(LogRecord record, Class<R> type) {
        return Json.mapper().readValue(record.body(), type);
    }

    /// The metadata that a record of it, or of a restore, sets.
    static RawJson metadata(LogRecord record) {
        return record.type().equals(METADATA)
                ? read(record, StoredMetadata.class).metadata()
                : read(record, StoredRestore.class).metadata();
    }

    static HistoryMessage message(LogRecord record, String epoch) {
        return read(record, StoredMessage.class).at(record.offset(), epoch);
    }

    static DocumentUpdate update(LogRecord record) {
        return read(record, StoredUpdate.class).at(record.offset());
    }

    /// The payload that delivers a message: `{"message":{…}}`, with its position.
    static RawJson delivered(LogRecord record, String epoch) {
        String body = new String(record.body(), StandardCharsets.UTF_8);
        String position = ",\"offset\":" + record.offset() + ",\"epoch\":\"" + epoch + "\"}}";
        return RawJson.trusted(new StringBuilder(body.length() + position.length() + 16)
                .append("{\"message\":")
                .append(body, 0, body.length() - 1)
                .append(position)
                .toString());
    }
}
