package dev.stoa.server.room;

import dev.stoa.protocol.room.LifecycleResult;
import dev.stoa.protocol.room.RoomStatus;
import dev.stoa.server.entity.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers what is asked of a room, and changes nothing. Confined to the room's mailbox.
final class Questions {
    private final RoomEntity room;
    private final Duration idleTtl;

    Questions(RoomEntity room, Lifecycle lifecycle) {
        this.room = room;
        this.idleTtl = lifecycle.idleTtl();
    }

    Record answer(RoomCommand.Question<?> asked, Turn turn) {
        return switch (asked) {
            case RoomCommand.Look() -> look(turn, null);
            case RoomCommand.LookBack() -> look(turn, room.trimmed());
            case RoomCommand.AskLifecycle() -> lifecycle(turn);
            case RoomCommand.ListMembers(int limit, String cursor) ->
                room.attendance().list(limit, cursor, turn.now());
            case RoomCommand.ListUsers(long after, int limit) -> users(after, limit);
            case RoomCommand.HasMember(String memberId) ->
                new RoomCommand.Truth(room.attendance().has(memberId));
            case RoomCommand.ListAwareness() -> room.documents().awareness(turn.now());
            case RoomCommand.GetState() -> new RoomCommand.StateMap(room.hall().stateMap());
        };
    }

    private RoomCommand.LogView look(Turn turn, @Nullable Kept wanted) {
        Ending ending = room.ending();
        return new RoomCommand.LogView(
                turn.log(),
                turn.epoch(),
                room.firstReadable(turn),
                turn.firstOffset(),
                turn.lastOffset(),
                room.state().documentStart(),
                ending.destroyedAt(),
                ending.historyDeleted(),
                ending.updatesDeleted(),
                wanted);
    }

    private LifecycleResult lifecycle(Turn turn) {
        Instant destroyedAt = room.ending().destroyedAt();
        int connections = room.attendance().connections().size();
        long lastActivityAt = room.lastActivityAt();
        Instant activity = lastActivityAt == 0 ? null : Instant.ofEpochMilli(lastActivityAt);
        if (destroyedAt != null) {
            return new LifecycleResult(
                    room.name(), room.kind(), RoomStatus.DESTROYED, connections, activity, null, destroyedAt);
        }
        boolean idle = connections == 0 && turn.now() - lastActivityAt >= idleTtl.toMillis();
        Instant idleSince = idle && activity != null ? activity.plus(idleTtl) : null;
        RoomStatus status = idle ? RoomStatus.IDLE : RoomStatus.ACTIVE;
        return new LifecycleResult(room.name(), room.kind(), status, connections, activity, idleSince, null);
    }

    private RoomCommand.UserPage users(long after, int limit) {
        List<Coordinator.UserInRoom> page = new ArrayList<>();
        long last = after;
        for (Seat seat : room.attendance().inJoinOrder()) {
            if (seat.number <= after) {
                continue;
            }
            if (page.size() == limit) {
                return new RoomCommand.UserPage(page, last, true);
            }
            page.add(new Coordinator.UserInRoom(seat.memberId, seat.joinedAt, seat.metadata));
            last = seat.number;
        }
        return new RoomCommand.UserPage(page, last, false);
    }
}
