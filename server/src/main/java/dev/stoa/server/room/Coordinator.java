package dev.stoa.server.room;

import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.LeaveOptions;
import dev.stoa.protocol.room.MembersOptions;
import dev.stoa.server.entity.Answers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A room as a coordinator of users (actors protocol, section 6.4): the same room, the same members, the same
/// delivery.
///
/// Each operation waits for its answer, so call it on a virtual thread. Thread-safe.
public final class Coordinator {
    private static final int PAGE = 1000;

    private final AsyncRoom room;

    Coordinator(AsyncRoom room) {
        this.room = room;
    }

    /// A user in the room.
    ///
    /// @param joinedAt wall-clock milliseconds
    public record UserInRoom(String userId, long joinedAt, RawJson metadata) {}

    /// Whom a broadcast reaches.
    ///
    /// @param exceptUserId who gets no copy; null for nobody
    /// @param userIds who gets it at all; null for everybody
    public record BroadcastOptions(
            @Nullable String exceptUserId, @Nullable List<String> userIds) {
        public BroadcastOptions {
            userIds = userIds == null ? null : List.copyOf(userIds);
        }

        public static BroadcastOptions toAll() {
            return new BroadcastOptions(null, null);
        }

        public static BroadcastOptions toAllBut(String userId) {
            return new BroadcastOptions(userId, null);
        }

        public static BroadcastOptions to(List<String> userIds) {
            return new BroadcastOptions(null, userIds);
        }
    }

    /// Makes a user a member, or one anew: its time of joining and metadata are overwritten, and the room's
    /// `onJoin` is asked each time. The user stays until [#leave] or the end of the room, with or without a
    /// connection.
    ///
    /// @param metadata a JSON object; null for an empty one
    /// @throws dev.stoa.protocol.ProtocolException as `onJoin` refuses; nothing has happened then
    public void join(String userId, @Nullable Object metadata) {
        Answers.await(room.holding(userId, metadata));
    }

    /// The same, without metadata.
    public void join(String userId) {
        join(userId, null);
    }

    /// Ends a user's membership; does nothing if there is none.
    public void leave(String userId) {
        Answers.await(room.leave(LeaveOptions.of(userId)));
    }

    /// Sends an event to the users in the room. To everybody, or all but one, it is a publish: kept, and in the
    /// room's history. To chosen users it is delivered and not kept.
    ///
    /// @return how many users with a live connection it reaches
    public int broadcast(String event, @Nullable Object data, BroadcastOptions options) {
        return Answers.await(room.saying(event, data, options)).count();
    }

    /// The same, to everybody.
    public int broadcast(String event, @Nullable Object data) {
        return broadcast(event, data, BroadcastOptions.toAll());
    }

    /// Those in the room, in the order in which they joined first.
    public List<UserInRoom> members() {
        List<UserInRoom> users = new ArrayList<>();
        long last = 0;
        RoomCommand.UserPage page;
        do {
            long after = last;
            page = Answers.await(room.askOfMembers(() -> new RoomCommand.ListUsers(after, PAGE)));
            users.addAll(page.users());
            last = page.last();
        } while (page.more());
        return users;
    }

    public int memberCount() {
        return Answers.await(room.members(new MembersOptions(1, null))).count();
    }

    public boolean hasMember(String userId) {
        return Answers.await(room.askOfMembers(() -> new RoomCommand.HasMember(userId)))
                .yes();
    }

    /// Merges into a user's metadata by top-level keys; does nothing for a user who is not here.
    public void updateMemberMetadata(String userId, Object partial) {
        Answers.await(room.askOfMembers(() -> {
            RawJson change = RawJson.of(partial);
            if (!change.isObject()) {
                throw Checks.invalid("member metadata must be a JSON object");
            }
            return new RoomCommand.MergeMemberMetadata(userId, change);
        }));
    }

    /// The room's state, which its hooks share.
    public Map<String, RawJson> roomState() {
        return Answers.await(room.askOfMembers(RoomCommand.GetState::new)).state();
    }

    /// Sets an entry of the room's state and keeps it.
    ///
    /// @param value anything that can be written as JSON
    public void setRoomState(String key, @Nullable Object value) {
        Answers.await(room.askOfMembers(() ->
                new RoomCommand.PutState(Checks.text("state key", key, Checks.MAX_ID_LENGTH), RawJson.of(value))));
    }
}
