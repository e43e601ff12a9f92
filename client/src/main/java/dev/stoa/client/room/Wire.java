package dev.stoa.client.room;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import dev.stoa.protocol.room.AwarenessResult;
import dev.stoa.protocol.room.DocumentResult;
import dev.stoa.protocol.room.HistoryResult;
import dev.stoa.protocol.room.LeaveResult;
import dev.stoa.protocol.room.LifecycleResult;
import dev.stoa.protocol.room.MembersResult;
import dev.stoa.protocol.room.MetadataResult;
import dev.stoa.protocol.room.PresenceResult;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.protocol.room.UpdateResult;

/// The messages of the rooms protocol as a client reads them: a newer server may say more than is known here.
final class Wire {
    static final RpcType<RoomMessages.Join, RoomMessages.Joined> JOIN = tolerant(RoomMessages.JOIN);
    static final RpcType<RoomMessages.Leave, LeaveResult> LEAVE = tolerant(RoomMessages.LEAVE);
    static final RpcType<RoomMessages.Publish, PublishResult> PUBLISH = tolerant(RoomMessages.PUBLISH);
    static final RpcType<RoomMessages.Publish, PublishResult> BROADCAST = tolerant(RoomMessages.BROADCAST);
    static final RpcType<RoomMessages.SetPresence, PresenceResult> SET_PRESENCE = tolerant(RoomMessages.SET_PRESENCE);
    static final RpcType<RoomMessages.SetMetadata, MetadataResult> SET_METADATA = tolerant(RoomMessages.SET_METADATA);
    static final RpcType<RoomMessages.GetMembers, MembersResult> MEMBERS = tolerant(RoomMessages.MEMBERS);
    static final RpcType<RoomMessages.GetHistory, HistoryResult> HISTORY = tolerant(RoomMessages.HISTORY);
    static final RpcType<RoomMessages.Of, LifecycleResult> LIFECYCLE = tolerant(RoomMessages.LIFECYCLE);
    static final RpcType<RoomMessages.Refresh, RoomMessages.Refreshed> REFRESH = tolerant(RoomMessages.REFRESH);
    static final RpcType<RoomMessages.ApplyUpdate, UpdateResult> APPLY_UPDATE = tolerant(RoomMessages.APPLY_UPDATE);
    static final RpcType<RoomMessages.SetAwareness, AwarenessResult> SET_AWARENESS =
            tolerant(RoomMessages.SET_AWARENESS);
    static final RpcType<RoomMessages.GetDocument, DocumentResult> DOCUMENT = tolerant(RoomMessages.DOCUMENT);

    static final MessageType<RoomMessages.MessageEvent> MESSAGE = tolerant(RoomMessages.MESSAGE);
    static final MessageType<RoomMessages.MemberChange> MEMBER = tolerant(RoomMessages.MEMBER);
    static final MessageType<RoomMessages.PresenceChanges> PRESENCE = tolerant(RoomMessages.PRESENCE);
    static final MessageType<RoomMessages.MetadataChange> METADATA = tolerant(RoomMessages.METADATA);
    static final MessageType<RoomMessages.Restored> RESTORED = tolerant(RoomMessages.RESTORED);
    static final MessageType<RoomMessages.Destroyed> DESTROYED = tolerant(RoomMessages.DESTROYED);
    static final MessageType<RoomMessages.TokenExpiring> TOKEN_EXPIRING = tolerant(RoomMessages.TOKEN_EXPIRING);
    static final MessageType<RoomMessages.Gap> GAP = tolerant(RoomMessages.GAP);
    static final MessageType<RoomMessages.UpdateEvent> UPDATE = tolerant(RoomMessages.UPDATE);
    static final MessageType<RoomMessages.AwarenessEvent> AWARENESS = tolerant(RoomMessages.AWARENESS);

    private Wire() {}

    private static <Q, R> RpcType<Q, R> tolerant(RpcType<Q, R> type) {
        return new RpcType<>(type.request(), tolerant(type.response()));
    }

    private static <P> MessageType<P> tolerant(MessageType<P> type) {
        return type.withUnknownKeysAllowed();
    }
}
