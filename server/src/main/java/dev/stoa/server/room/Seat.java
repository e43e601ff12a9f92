package dev.stoa.server.room;

import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.entity.CommandCodec;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An active member, as its room holds it. Confined to the room's mailbox.
final class Seat {
    final String memberId;
    /// Its place in the order of first joining; 0 while it has none.
    long number;

    long joinedAt;
    long lastSeenAt;

    @Nullable
    RoomPrincipal actor;

    RawJson metadata;
    RawJson presence;
    /// Whether the row says that it has a connection.
    boolean online;
    /// Whether it stays without a connection until somebody makes it leave.
    boolean held;
    /// Its live connections, by session.
    final Set<String> sessions = new HashSet<>();
    /// Wall-clock milliseconds at which it leaves unless it comes back; 0 when nobody waits.
    long graceUntil;
    /// Whether it was connected to a node that is gone.
    boolean nodeLost;

    /// How a member is kept.
    ///
    /// @param number its place in the order of first joining
    /// @param online whether it had a connection when this was written
    /// @param held whether it stays without a connection
    record Row(
            String memberId,
            long number,
            long joinedAt,
            long lastSeenAt,
            @Nullable RoomPrincipal actor,
            RawJson metadata,
            RawJson presence,
            boolean online,
            boolean held) {}

    Seat(String memberId, long now) {
        this(new Row(memberId, 0, now, now, null, RawJson.EMPTY_OBJECT, RawJson.EMPTY_OBJECT, false, false));
    }

    Seat(Row row) {
        this.memberId = row.memberId;
        this.number = row.number;
        this.joinedAt = row.joinedAt;
        this.lastSeenAt = row.lastSeenAt;
        this.actor = row.actor;
        this.metadata = row.metadata;
        this.presence = row.presence;
        this.online = row.online;
        this.held = row.held;
    }

    Row row() {
        return new Row(memberId, number, joinedAt, lastSeenAt, actor, metadata, presence, online, held);
    }

    byte[] bytes() {
        return CommandCodec.write(row());
    }

    static Seat of(byte[] bytes) {
        return new Seat(CommandCodec.read(bytes, Row.class));
    }

    /// Takes over what a join brings; absent keeps what is there.
    ///
    /// @return whether others see a difference
    boolean take(JoinOptions options, long now) {
        RawJson oldMetadata = metadata;
        RawJson oldPresence = presence;
        RoomPrincipal oldActor = actor;
        lastSeenAt = now;
        graceUntil = 0;
        nodeLost = false;
        actor = options.actor() != null ? options.actor() : actor;
        metadata = options.metadata() != null ? options.metadata() : metadata;
        presence = options.presence() != null ? options.presence() : presence;
        return !metadata.equals(oldMetadata) || !presence.equals(oldPresence) || !Objects.equals(actor, oldActor);
    }

    /// Takes over from the seat that it was before its row was read again; a connection that the row tells of and
    /// nobody else knows was a lost node's.
    void cameFrom(@Nullable Seat before) {
        if (before == null) {
            nodeLost = online;
        } else {
            nodeLost = before.nodeLost;
            graceUntil = before.graceUntil;
        }
    }

    Member member(String room, long now) {
        long seen = sessions.isEmpty() ? lastSeenAt : now;
        return new Member(
                memberId,
                room,
                RoomKind.ROOM,
                Instant.ofEpochMilli(joinedAt),
                Instant.ofEpochMilli(seen),
                null,
                actor,
                metadata,
                presence);
    }

    Member leaving(String room, long now) {
        return new Member(
                memberId,
                room,
                RoomKind.ROOM,
                Instant.ofEpochMilli(joinedAt),
                Instant.ofEpochMilli(lastSeenAt),
                Instant.ofEpochMilli(now),
                actor,
                metadata,
                presence);
    }
}
