package dev.stoa.protocol.room;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.RpcType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The message types of the rooms protocol (rooms protocol, sections 7 and 8).
///
/// On a socket of its own room, requests and events leave out `room` and `kind`; in an application's router,
/// where a socket may be in many rooms, requests name the room (and the kind, unless it is a room), and so do
/// events.
public final class RoomMessages {
    private RoomMessages() {}

    // Calls.

    public static final RpcType<Join, Joined> JOIN = RpcType.of("room.join", Join.class, "room.joined", Joined.class);
    public static final RpcType<Leave, LeaveResult> LEAVE =
            RpcType.of("room.leave", Leave.class, "room.left", LeaveResult.class);
    public static final RpcType<Publish, PublishResult> PUBLISH =
            RpcType.of("room.publish", Publish.class, "room.published", PublishResult.class);
    public static final RpcType<Publish, PublishResult> BROADCAST =
            RpcType.of("room.broadcast", Publish.class, "room.published", PublishResult.class);
    public static final RpcType<SetPresence, PresenceResult> SET_PRESENCE =
            RpcType.of("room.presence", SetPresence.class, "room.presence-set", PresenceResult.class);
    public static final RpcType<SetMetadata, MetadataResult> SET_METADATA =
            RpcType.of("room.metadata", SetMetadata.class, "room.metadata.result", MetadataResult.class);
    public static final RpcType<GetMembers, MembersResult> MEMBERS =
            RpcType.of("room.members", GetMembers.class, "room.members.result", MembersResult.class);
    public static final RpcType<GetHistory, HistoryResult> HISTORY =
            RpcType.of("room.history", GetHistory.class, "room.history.result", HistoryResult.class);
    public static final RpcType<Of, LifecycleResult> LIFECYCLE =
            RpcType.of("room.lifecycle", Of.class, "room.lifecycle.result", LifecycleResult.class);
    public static final RpcType<Refresh, Refreshed> REFRESH =
            RpcType.of("room.refresh", Refresh.class, "room.refreshed", Refreshed.class);
    public static final RpcType<ApplyUpdate, UpdateResult> APPLY_UPDATE =
            RpcType.of("document.update", ApplyUpdate.class, "document.updated", UpdateResult.class);
    public static final RpcType<SetAwareness, AwarenessResult> SET_AWARENESS =
            RpcType.of("document.awareness", SetAwareness.class, "document.awareness-set", AwarenessResult.class);
    public static final RpcType<GetDocument, DocumentResult> DOCUMENT =
            RpcType.of("document.read", GetDocument.class, "document.read.result", DocumentResult.class);

    // Events from the server.

    public static final MessageType<MessageEvent> MESSAGE = MessageType.of("room.message", MessageEvent.class);
    public static final MessageType<MemberChange> MEMBER = MessageType.of("room.member", MemberChange.class);
    public static final MessageType<PresenceChanges> PRESENCE = MessageType.of("room.presence", PresenceChanges.class);
    public static final MessageType<MetadataChange> METADATA = MessageType.of("room.metadata", MetadataChange.class);
    public static final MessageType<Restored> RESTORED = MessageType.of("room.restored", Restored.class);
    public static final MessageType<Destroyed> DESTROYED = MessageType.of("room.destroyed", Destroyed.class);
    public static final MessageType<TokenExpiring> TOKEN_EXPIRING =
            MessageType.of("room.token-expiring", TokenExpiring.class);
    public static final MessageType<Gap> GAP = MessageType.of("room.gap", Gap.class);
    public static final MessageType<UpdateEvent> UPDATE = MessageType.of("document.update", UpdateEvent.class);
    public static final MessageType<AwarenessEvent> AWARENESS =
            MessageType.of("document.awareness", AwarenessEvent.class);

    // What calls carry. `room` and `kind` only where a socket may be in many rooms.

    /// A request about a room.
    public sealed interface InRoom {
        /// The room's name; null on a socket of its own room.
        @Nullable
        String room();

        /// Its kind; null for a room.
        @Nullable
        RoomKind kind();
    }

    public record Of(@Nullable String room, @Nullable RoomKind kind) implements InRoom {}

    /// @param recover the last position known from an earlier connection: what was missed since follows
    public record Join(
            @Nullable String room,
            @Nullable RoomKind kind,
            @Nullable String memberId,
            @Nullable RawJson metadata,
            @Nullable RawJson presence,
            @Nullable LogPosition recover)
            implements InRoom {}

    /// @param members the first 100
    /// @param count all active members
    /// @param recovered whether what was missed follows, without a hole; absent positions are not recovered
    public record Joined(
            String room,
            RoomKind kind,
            String memberId,
            String clientId,
            String epoch,
            long offset,
            RawJson metadata,
            List<Member> members,
            int count,
            boolean recovered) {
        public Joined {
            members = List.copyOf(members);
        }
    }

    public record Leave(
            @Nullable String room,
            @Nullable RoomKind kind,
            @Nullable String memberId) implements InRoom {}

    public record Publish(
            @Nullable String room,
            @Nullable RoomKind kind,
            String type,
            @Nullable RawJson data,
            @Nullable RawJson metadata,
            @Nullable String idempotencyKey)
            implements InRoom {}

    public record SetPresence(
            @Nullable String room,
            @Nullable RoomKind kind,
            @Nullable RawJson presence,
            @Nullable Boolean replace) implements InRoom {}

    public record SetMetadata(
            @Nullable String room,
            @Nullable RoomKind kind,
            @Nullable RawJson metadata,
            @Nullable Boolean replace) implements InRoom {}

    public record GetMembers(
            @Nullable String room,
            @Nullable RoomKind kind,
            @Nullable Integer limit,
            @Nullable String cursor) implements InRoom {}

    public record GetHistory(
            @Nullable String room,
            @Nullable RoomKind kind,
            @Nullable Integer limit,
            @Nullable String cursor,
            @Nullable LogPosition after,
            @Nullable List<String> types,
            @Nullable Instant from,
            @Nullable Instant to)
            implements InRoom {}

    public record Refresh(@Nullable String room, @Nullable RoomKind kind, String token) implements InRoom {}

    public record Refreshed(Instant expiresAt) {}

    public record ApplyUpdate(
            @Nullable String room,
            @Nullable RoomKind kind,
            RawJson update,
            @Nullable String clientId,
            @Nullable Integer clock)
            implements InRoom {}

    public record SetAwareness(
            @Nullable String room,
            @Nullable RoomKind kind,
            @Nullable String clientId,
            @Nullable RawJson state) implements InRoom {}

    public record GetDocument(
            @Nullable String room,
            @Nullable RoomKind kind,
            @Nullable Integer sinceClock,
            @Nullable Integer limit,
            @Nullable String cursor)
            implements InRoom {}

    // What events carry.

    public record MessageEvent(
            @Nullable String room, @Nullable RoomKind kind, HistoryMessage message) {}

    public record MemberChange(
            @Nullable String room,
            @Nullable RoomKind kind,
            MemberEvent event,
            Member member,
            @Nullable LeaveReason reason) {}

    public record PresenceChange(String memberId, RawJson presence) {}

    public record PresenceChanges(
            @Nullable String room, @Nullable RoomKind kind, List<PresenceChange> changes) {
        public PresenceChanges {
            changes = List.copyOf(changes);
        }
    }

    public record MetadataChange(
            @Nullable String room, @Nullable RoomKind kind, RawJson metadata) {}

    /// A snapshot was restored: this is the state now; documents are to be read anew.
    public record Restored(
            @Nullable String room,
            @Nullable RoomKind kind,
            String snapshotId,
            String epoch,
            long offset,
            RawJson metadata) {}

    public record Destroyed(@Nullable String room, @Nullable RoomKind kind, Instant destroyedAt) {}

    public record TokenExpiring(Instant expiresAt) {}

    /// Messages of this connection were dropped.
    ///
    /// @param from the first offset that may be missing
    /// @param to the last
    public record Gap(@Nullable String room, @Nullable RoomKind kind, long from, long to, String epoch) {}

    public record UpdateEvent(
            @Nullable String room,
            @Nullable RoomKind kind,
            String updateId,
            RawJson update,
            @Nullable String clientId,
            @Nullable Integer clock,
            @Nullable RoomPrincipal actor,
            Instant appliedAt,
            long offset) {}

    public record AwarenessEvent(
            @Nullable String room,
            @Nullable RoomKind kind,
            String clientId,
            RawJson state,
            @Nullable RoomPrincipal actor) {}
}
