package dev.stoa.server.room;

import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AwarenessResult;
import dev.stoa.protocol.room.BranchResult;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.DestroyResult;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveResult;
import dev.stoa.protocol.room.LifecycleResult;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.MembersResult;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.MetadataResult;
import dev.stoa.protocol.room.PresenceResult;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RestoreResult;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.SnapshotResult;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.protocol.room.UpdateResult;
import dev.stoa.server.entity.Command;
import dev.stoa.server.entity.Done;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything a room can be asked. What comes here has been checked against the limits, and its actor resolved.
sealed interface RoomCommand<R extends Record> extends Command<R> {
    /// What changes nothing.
    sealed interface Question<R extends Record> extends RoomCommand<R> {}

    /// @param exceptSession the session that gets no copy
    /// @param exceptUserId the user whose sessions get no copy
    record Publish(
            MessageInput input,
            @Nullable String exceptSession,
            @Nullable String exceptUserId) implements RoomCommand<PublishResult> {}

    /// @param options with a member id
    record Join(JoinOptions options) implements RoomCommand<Member> {}

    /// @param session whose connection leaves with it; null to let go of all the member's connections
    record Leave(String memberId, @Nullable String session) implements RoomCommand<LeaveResult> {}

    record ListMembers(int limit, @Nullable String cursor) implements Question<MembersResult> {}

    record SetPresence(String memberId, RawJson presence, boolean replace) implements RoomCommand<PresenceResult> {}

    /// @param metadata null to only look
    record SetMetadata(
            @Nullable RawJson metadata,
            boolean replace,
            @Nullable RoomPrincipal actor) implements RoomCommand<MetadataResult> {}

    /// Where the log is and what may be read of it.
    record Look() implements Question<LogView> {}

    /// The same, with what is needed to tell how the room was.
    record LookBack() implements Question<LogView> {}

    record TakeSnapshot(String snapshotId) implements RoomCommand<SnapshotResult> {}

    record Restore(String snapshotId) implements RoomCommand<RestoreResult> {}

    /// Begins a room with the state of another.
    record Plant(String source, long offset, RawJson metadata, List<DocumentUpdate> updates)
            implements RoomCommand<BranchResult> {}

    record AskLifecycle() implements Question<LifecycleResult> {}

    record Destroy(DestroyOptions options) implements RoomCommand<DestroyResult> {}

    /// @param exceptSession the session that gets no copy
    record ApplyUpdate(UpdateOptions options, @Nullable String exceptSession) implements RoomCommand<UpdateResult> {}

    /// @param session the connection that it lives and dies with; null for none
    record SetAwareness(
            String clientId,
            @Nullable RawJson state,
            @Nullable RoomPrincipal actor,
            @Nullable String session) implements RoomCommand<AwarenessResult> {}

    record ListAwareness() implements Question<AwarenessList> {}

    /// Attaches a live socket, as a member where there are members.
    ///
    /// @param joinId tells the answer apart among those that the socket's node waits for
    /// @param options with a member id
    /// @param position from where the log is wanted; null for from here on
    /// @param asked whether the client asked for that position, and is to be told whether it got it
    record Attach(
            SessionRef session,
            String joinId,
            String clientId,
            JoinOptions options,
            @Nullable LogPosition position,
            boolean asked)
            implements RoomCommand<Done> {}

    /// A live socket is gone.
    ///
    /// @param clean whether it said goodbye
    record Detach(String session, boolean clean) implements RoomCommand<Done> {}

    // What coordinators do (actors protocol, section 6.4).

    record MergeMemberMetadata(String memberId, RawJson partial) implements RoomCommand<Done> {}

    record HasMember(String memberId) implements Question<Truth> {}

    record GetState() implements Question<StateMap> {}

    record PutState(String key, RawJson value) implements RoomCommand<Done> {}

    /// A coordinator's join, which each time counts as the first.
    record Hold(String userId, RawJson metadata, @Nullable RoomPrincipal actor) implements RoomCommand<Done> {}

    /// Members in the order in which they joined first.
    ///
    /// @param after the number of the last one known; 0 for none
    record ListUsers(long after, int limit) implements Question<UserPage> {}

    /// What a coordinator broadcasts.
    ///
    /// @param exceptUserId who gets no copy; null for nobody
    /// @param userIds who gets it at all, and then it is not kept; null for everybody
    record Say(
            MessageInput input,
            @Nullable String exceptUserId,
            @Nullable List<String> userIds) implements RoomCommand<Count> {}

    /// A timer of the room has fired.
    record Tick() implements RoomCommand<Done> {}

    // Answers that are not the protocol's.

    /// @param firstOffset the oldest record of the history that may be read
    /// @param keptFrom the oldest record that is there
    /// @param documentStart the last record before the present document
    /// @param destroyedAt null while it lives
    /// @param historyDeleted whether messages went with it
    /// @param updatesDeleted whether updates went with it
    /// @param trimmed what is no longer there came to; null unless asked for
    record LogView(
            long log,
            String epoch,
            long firstOffset,
            long keptFrom,
            long lastOffset,
            long documentStart,
            @Nullable Instant destroyedAt,
            boolean historyDeleted,
            boolean updatesDeleted,
            @Nullable Kept trimmed) {}

    /// @param last the number of the last of them; 0 for none
    record UserPage(List<Coordinator.UserInRoom> users, long last, boolean more) {}

    record AwarenessList(List<AwarenessResult> awareness) {}

    record Count(int count) {}

    record Truth(boolean yes) {}

    record StateMap(Map<String, RawJson> state) {}
}
