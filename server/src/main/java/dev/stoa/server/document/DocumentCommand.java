package dev.stoa.server.document;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.entity.Command;
import dev.stoa.server.entity.Done;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is asked of a document. Patches are JSON as it came, which the document checks.
sealed interface DocumentCommand<R extends Record> extends Command<R> {

    // Of sockets

    /// A socket comes in.
    record Attach(SessionRef session, String clientId, Permission permission, RawJson metadata)
            implements DocumentCommand<Done> {}

    /// A socket is gone.
    record Detach(String session) implements DocumentCommand<Done> {}

    /// A `patch` frame.
    ///
    /// @param messageId what the ack repeats; null for nothing
    record Edit(
            String session,
            @Nullable RawJson messageId,
            byte @Nullable [] documentPatches,
            byte @Nullable [] ephemeralPatches)
            implements DocumentCommand<Done> {}

    /// A `reconnect` frame.
    ///
    /// @param lastTimestamp what the client has seen
    /// @param fits whether it speaks this version of the protocol
    record Reconnect(
            String session,
            double lastTimestamp,
            boolean fits,
            byte @Nullable [] documentPatches,
            byte @Nullable [] ephemeralPatches)
            implements DocumentCommand<Done> {}

    // Of the application

    /// Gives a session other permissions or metadata; null keeps what it has.
    record Permit(
            String session,
            @Nullable Permission permission,
            @Nullable RawJson metadata) implements DocumentCommand<Done> {}

    /// Applies patches in the name of a client that has no socket.
    record Write(String clientId, byte[] patches) implements DocumentCommand<Written> {}

    record Written(long timestamp) {}

    /// Reads the whole document, in the JSON form of snapshots.
    record Look() implements DocumentCommand<Seen> {}

    record Seen(byte[] snapshot) {}

    /// Reads one record.
    record Get(String key) implements DocumentCommand<Got> {}

    record Got(@Nullable RawJson record) {}

    /// Reads what is newer than a position.
    ///
    /// @param epoch null for whichever it is
    record Since(@Nullable String epoch, long timestamp) implements DocumentCommand<Newer> {}

    /// @param epoch null while nothing was ever kept
    record Newer(@Nullable String epoch, long timestamp, boolean replaces, byte[] patches) {
        DocumentChanges changes() {
            return new DocumentChanges(RawJson.trusted(patches), replaces, new DocumentPosition(epoch, timestamp));
        }
    }

    /// Reads records.
    ///
    /// @param keys only these; null for all
    /// @param prefix only those whose keys begin so, where no keys are given
    record Read(@Nullable List<String> keys, String prefix) implements DocumentCommand<State> {}

    record State(@Nullable String epoch, long timestamp, byte[] records) {
        DocumentState state() {
            return new DocumentState(RawJson.trusted(records), new DocumentPosition(epoch, timestamp));
        }
    }

    /// Puts another document in the place of this one.
    record Import(byte[] snapshot) implements DocumentCommand<Written> {}

    record ListSessions() implements DocumentCommand<SessionList> {}

    record SessionList(List<DocumentSession> sessions) {}

    /// Closes every socket.
    record Close() implements DocumentCommand<Done> {}
}
