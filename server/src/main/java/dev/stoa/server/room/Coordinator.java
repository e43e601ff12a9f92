package dev.stoa.server.room;

import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveOptions;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.MembersOptions;
import dev.stoa.protocol.room.MembersResult;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.RoomPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A room as a coordinator of users (actors protocol, section 6.4): the same room, the same members, the same
/// delivery.
///
/// Each operation waits for its answer, so call it on a virtual thread. Thread-safe.
public final class Coordinator {
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
        public static BroadcastOptions toAll() {
            return new BroadcastOptions(null, null);
        }

        public static BroadcastOptions toAllBut(String userId) {
            return new BroadcastOptions(userId, null);
        }

        public static BroadcastOptions to(List<String> userIds) {
            return new BroadcastOptions(null, List.copyOf(userIds));
        }
    }

    /// Makes or overwrites a user's membership.
    ///
    /// @param metadata a JSON object; null for an empty one
    public void join(String userId, @Nullable Object metadata) {
        RawJson stored = metadata == null ? RawJson.EMPTY_OBJECT : RawJson.of(metadata);
        Answers.await(room.join(new JoinOptions(userId, RoomPrincipal.user(userId), stored, null)));
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
        MessageInput input = room.complete(MessageInput.of(event, data));
        List<String> userIds = options.userIds();
        if (userIds != null) {
            List<String> chosen = userIds.stream()
                    .filter(userId -> !userId.equals(options.exceptUserId()))
                    .toList();
            return Answers.await(room.ask(() -> new RoomCommand.Tell(input, chosen)))
                    .count();
        }
        CompletableFuture<RoomCommand.Count> reached =
                room.ask(() -> new RoomCommand.CountReached(options.exceptUserId()));
        Answers.await(room.ask(() -> new RoomCommand.Publish(input, null, options.exceptUserId())));
        return Answers.await(reached).count();
    }

    /// Those in the room, in the order in which they joined first.
    public List<UserInRoom> members() {
        List<UserInRoom> users = new ArrayList<>();
        String cursor = null;
        do {
            MembersResult page = Answers.await(room.members(new MembersOptions(null, cursor)));
            for (Member member : page.members()) {
                users.add(new UserInRoom(member.memberId(), member.joinedAt().toEpochMilli(), member.metadata()));
            }
            cursor = page.cursor();
        } while (cursor != null);
        return users;
    }

    public int memberCount() {
        return Answers.await(room.members(new MembersOptions(1, null))).count();
    }

    public boolean hasMember(String userId) {
        return Answers.await(room.ask(() -> new RoomCommand.HasMember(userId))).yes();
    }

    /// Merges into a user's metadata by top-level keys; does nothing for a user who is not here.
    public void updateMemberMetadata(String userId, Object partial) {
        RawJson change = RawJson.of(partial);
        if (!change.isObject()) {
            throw Checks.invalid("member metadata must be a JSON object");
        }
        Answers.await(room.ask(() -> new RoomCommand.MergeMemberMetadata(userId, change)));
    }

    /// The room's state, which its hooks share.
    public Map<String, RawJson> roomState() {
        return Answers.await(room.ask(RoomCommand.GetState::new)).state();
    }

    /// Sets an entry of the room's state and keeps it.
    public void setRoomState(String key, @Nullable Object value) {
        RawJson json = RawJson.of(value);
        Answers.await(room.ask(() -> new RoomCommand.PutState(Checks.text("state key", key, 256), json)));
    }
}
