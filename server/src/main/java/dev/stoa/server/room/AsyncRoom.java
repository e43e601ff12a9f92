package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.AuthorizeResult;
import dev.stoa.protocol.room.AwarenessOptions;
import dev.stoa.protocol.room.AwarenessResult;
import dev.stoa.protocol.room.BranchResult;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.DestroyResult;
import dev.stoa.protocol.room.DiffResult;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.DocumentResult;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.HistoryResult;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveOptions;
import dev.stoa.protocol.room.LeaveResult;
import dev.stoa.protocol.room.LifecycleResult;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.MembersOptions;
import dev.stoa.protocol.room.MembersResult;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.MetadataOptions;
import dev.stoa.protocol.room.MetadataResult;
import dev.stoa.protocol.room.PresenceOptions;
import dev.stoa.protocol.room.PresenceResult;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RestoreResult;
import dev.stoa.protocol.room.RevokeOptions;
import dev.stoa.protocol.room.RevokeResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.SnapshotResult;
import dev.stoa.protocol.room.SnapshotsResult;
import dev.stoa.protocol.room.StateResult;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.protocol.room.UpdateResult;
import dev.stoa.server.entity.Answers;
import dev.stoa.server.entity.Done;
import dev.stoa.server.entity.EntityRef;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Every operation of a room or channel, without waiting (rooms protocol, section 3).
///
/// Each returns a future that fails with a `ProtocolException`; bad input fails it too, nothing is thrown. What
/// concerns members is `FAILED_PRECONDITION` on a channel. An operation that needs an actor takes the one in its
/// options, else the one given to [#as], else none, which the instance must allow.
///
/// Futures are completed on the room's thread: dependents must be quick or go elsewhere. Thread-safe, costs
/// nothing to make.
public final class AsyncRoom {
    private static final int MAX_READS = 3;

    private final Rooms rooms;
    private final RoomKind kind;
    private final String name;
    private final @Nullable RoomPrincipal actor;

    AsyncRoom(Rooms rooms, RoomKind kind, String name, @Nullable RoomPrincipal actor) {
        this.rooms = rooms;
        this.kind = kind;
        this.name = name;
        this.actor = actor;
    }

    public RoomKind kind() {
        return kind;
    }

    public String name() {
        return name;
    }

    /// The same room, for an actor.
    public AsyncRoom as(RoomPrincipal newActor) {
        return new AsyncRoom(rooms, kind, name, newActor);
    }

    /// Keeps a message and delivers it to every connection of the room; answers once it is durable.
    public CompletableFuture<PublishResult> publish(MessageInput input) {
        return publish(input, null);
    }

    /// The same as [#publish]; a socket's broadcast leaves out that socket.
    public CompletableFuture<PublishResult> broadcast(MessageInput input) {
        return publish(input, null);
    }

    CompletableFuture<PublishResult> publish(MessageInput input, @Nullable String exceptSession) {
        return ask(() -> new RoomCommand.Publish(complete(input), exceptSession, null));
    }

    /// The input, checked and with its actor.
    MessageInput complete(MessageInput input) {
        return rooms.checks().message(input).by(acting(input.actor()));
    }

    /// Makes or refreshes a member.
    public CompletableFuture<Member> join(JoinOptions options) {
        return askOfMembers(() -> {
            RoomPrincipal acting = acting(options.actor());
            JoinOptions complete = new JoinOptions(
                    memberId(options.memberId(), acting), acting, options.metadata(), options.presence());
            return new RoomCommand.Join(rooms.checks().join(complete));
        });
    }

    public CompletableFuture<Member> join() {
        return join(JoinOptions.none());
    }

    /// Ends a membership; of one that is none, the answer tells the present time.
    public CompletableFuture<LeaveResult> leave(LeaveOptions options) {
        return askOfMembers(() -> new RoomCommand.Leave(
                rooms.checks().memberId(memberId(options.memberId(), given(options.actor()))), null));
    }

    public CompletableFuture<MembersResult> members(MembersOptions options) {
        return askOfMembers(() ->
                new RoomCommand.ListMembers(Checks.page(options.limit(), RoomsOptions.MAX_PAGE), options.cursor()));
    }

    /// Changes the live state of an active member.
    public CompletableFuture<PresenceResult> presence(PresenceOptions options) {
        return askOfMembers(() -> {
            rooms.checks().presence(options.presence());
            return new RoomCommand.SetPresence(
                    rooms.checks().memberId(memberId(options.memberId(), given(options.actor()))),
                    options.presence() == null ? RawJson.EMPTY_OBJECT : options.presence(),
                    Boolean.TRUE.equals(options.replace()));
        });
    }

    /// Changes or reads the shared metadata.
    public CompletableFuture<MetadataResult> metadata(MetadataOptions options) {
        return askOfMembers(() -> {
            rooms.checks().metadata(options.metadata());
            return new RoomCommand.SetMetadata(
                    options.metadata(), Boolean.TRUE.equals(options.replace()), given(options.actor()));
        });
    }

    public CompletableFuture<HistoryResult> history(HistoryOptions options) {
        return reading(view -> readings().history(view, options));
    }

    /// Keeps a copy of metadata, members with presence, and document.
    public CompletableFuture<SnapshotResult> snapshot() {
        return askOfMembers(
                () -> new RoomCommand.TakeSnapshot(rooms.runtime().ids().get()));
    }

    /// @param cursor of the page before; null for the newest
    public CompletableFuture<SnapshotsResult> snapshots(@Nullable Integer limit, @Nullable String cursor) {
        return ofMembers(() -> rooms.onThread(() -> rooms.snapshots(kind, name, limit, cursor)));
    }

    /// Makes metadata and document those of a snapshot, as new records; members stay.
    public CompletableFuture<RestoreResult> restore(String snapshotId) {
        return askOfMembers(() -> new RoomCommand.Restore(Checks.text("snapshotId", snapshotId, 64)));
    }

    /// The state as of an offset.
    public CompletableFuture<StateResult> at(long offset) {
        return lookingBack(view -> readings().at(view, offset));
    }

    /// The state as of an instant.
    public CompletableFuture<StateResult> at(Instant instant) {
        return lookingBack(view -> readings().at(view, readings().offsetAt(view, instant)));
    }

    /// The state now.
    public CompletableFuture<StateResult> state() {
        return lookingBack(view -> readings().at(view, view.lastOffset()));
    }

    /// How the state differs between two offsets.
    public CompletableFuture<DiffResult> diff(long from, long to) {
        return lookingBack(view -> readings().diff(view, from, to));
    }

    /// How the state differs between two instants.
    public CompletableFuture<DiffResult> diff(Instant from, Instant to) {
        return lookingBack(view -> readings()
                .diff(view, readings().offsetAt(view, from), readings().offsetAt(view, to)));
    }

    /// Begins a new room with the metadata and document that this one had at an offset.
    ///
    /// @return fails with `ALREADY_EXISTS` when there is such a room
    public CompletableFuture<BranchResult> branch(String newRoom, long offset) {
        return branching(newRoom, _ -> offset);
    }

    /// The same, of an instant.
    public CompletableFuture<BranchResult> branch(String newRoom, Instant instant) {
        return branching(newRoom, view -> readings().offsetAt(view, instant));
    }

    /// The same, of now.
    public CompletableFuture<BranchResult> branch(String newRoom) {
        return branching(newRoom, RoomCommand.LogView::lastOffset);
    }

    private CompletableFuture<BranchResult> branching(String newRoom, ToLongFunction<RoomCommand.LogView> point) {
        return ofMembers(() -> {
            EntityRef target = rooms.ref(kind, newRoom);
            return lookingBack(view -> readings().plant(view, point.applyAsLong(view)))
                    .thenCompose(plant -> target.ask(plant, rooms.runtime().deadline()));
        });
    }

    /// Issues a token for a socket, and says how to connect with it.
    public CompletableFuture<AuthorizeResult> authorize(AuthorizeOptions options) {
        return attempt(() -> CompletableFuture.completedFuture(
                rooms.access().authorize(kind, name, acting(options.actor()), options, rooms.checks())));
    }

    /// Refuses tokens from now on and closes the connections that use them.
    public CompletableFuture<RevokeResult> revoke(RevokeOptions options) {
        return attempt(() -> rooms.access().revoke(kind, name, options));
    }

    /// Where the room is in its life. Does not count as activity.
    public CompletableFuture<LifecycleResult> lifecycle() {
        return ask(RoomCommand.AskLifecycle::new);
    }

    /// Ends the room; `NOT_FOUND` when there is none.
    public CompletableFuture<DestroyResult> destroy(DestroyOptions options) {
        return ask(() -> new RoomCommand.Destroy(options));
    }

    /// Appends an opaque update to the room's JSON document.
    public CompletableFuture<UpdateResult> applyUpdate(UpdateOptions options) {
        return applyUpdate(options, null);
    }

    CompletableFuture<UpdateResult> applyUpdate(UpdateOptions options, @Nullable String exceptSession) {
        return askOfMembers(() -> {
            rooms.checks().update(options);
            return new RoomCommand.ApplyUpdate(
                    new UpdateOptions(options.update(), options.clientId(), options.clock(), acting(options.actor())),
                    exceptSession);
        });
    }

    /// Sets or removes a device's awareness.
    public CompletableFuture<AwarenessResult> awareness(AwarenessOptions options) {
        return awareness(options, null);
    }

    CompletableFuture<AwarenessResult> awareness(AwarenessOptions options, @Nullable String session) {
        return askOfMembers(() -> {
            rooms.checks().awareness(options);
            return new RoomCommand.SetAwareness(
                    Objects.requireNonNull(options.clientId()), options.state(), acting(options.actor()), session);
        });
    }

    /// Reads the JSON document's updates, and who is aware of it.
    public CompletableFuture<DocumentResult> document(DocumentOptions options) {
        return askOfMembers(RoomCommand.ListAwareness::new)
                .thenCompose(list ->
                        reading(view -> readings().document(view, view.lastOffset(), options, list.awareness())));
    }

    /// Reads the JSON document's updates as of an offset.
    public CompletableFuture<DocumentResult> documentAt(long offset, DocumentOptions options) {
        return lookingBack(view -> readings().document(view, offset, options, List.of()));
    }

    // What coordinators ask, who need no actor

    CompletableFuture<Done> holding(String userId, @Nullable Object metadata) {
        return askOfMembers(() -> {
            RawJson stored = metadata == null ? RawJson.EMPTY_OBJECT : RawJson.of(metadata);
            JoinOptions checked =
                    rooms.checks().join(new JoinOptions(userId, RoomPrincipal.user(userId), stored, null));
            return new RoomCommand.Hold(userId, stored, checked.actor());
        });
    }

    CompletableFuture<RoomCommand.Count> saying(
            String event, @Nullable Object data, Coordinator.BroadcastOptions options) {
        return askOfMembers(() -> {
            MessageInput input = rooms.checks().message(MessageInput.of(event, data));
            RoomPrincipal sender = given(null);
            return new RoomCommand.Say(
                    sender == null ? input : input.by(sender), options.exceptUserId(), options.userIds());
        });
    }

    // How operations are asked

    /// Makes a command, which may throw.
    interface Making<R extends Record> {
        RoomCommand<R> command();
    }

    <R extends Record> CompletableFuture<R> ask(Making<R> making) {
        return attempt(() ->
                rooms.ref(kind, name).ask(making.command(), rooms.runtime().deadline()));
    }

    <R extends Record> CompletableFuture<R> askOfMembers(Making<R> making) {
        return ofMembers(() -> ask(making));
    }

    private <T> CompletableFuture<T> ofMembers(Supplier<CompletableFuture<T>> operation) {
        return attempt(() -> {
            if (kind == RoomKind.CHANNEL) {
                throw ProtocolException.of(
                        ErrorCode.FAILED_PRECONDITION,
                        "a channel has messages and history, but no members, presence, metadata, snapshots or documents");
            }
            return operation.get();
        });
    }

    private <T> CompletableFuture<T> reading(Function<RoomCommand.LogView, T> read) {
        return ask(RoomCommand.Look::new).thenApplyAsync(read, rooms.runtime().threads());
    }

    /// Reads how the room was, again should the log have been trimmed or replaced under the reader's hands.
    private <T> CompletableFuture<T> lookingBack(Function<RoomCommand.LogView, T> read) {
        return ofMembers(() -> ask(RoomCommand.LookBack::new)
                .thenApplyAsync(
                        view -> {
                            RoomCommand.LogView known = view;
                            for (int i = 0; i < MAX_READS; i++) {
                                T found = read.apply(known);
                                RoomCommand.LogView now = Answers.await(ask(RoomCommand.LookBack::new));
                                if (now.log() == known.log() && now.keptFrom() == known.keptFrom()) {
                                    return found;
                                }
                                known = now;
                            }
                            throw ProtocolException.of(
                                    ErrorCode.ABORTED, "the log of the room changes too fast to look back");
                        },
                        rooms.runtime().threads()));
    }

    private static <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> operation) {
        try {
            return operation.get();
        } catch (ProtocolException refused) {
            return CompletableFuture.failedFuture(refused);
        } catch (IllegalArgumentException invalid) {
            return CompletableFuture.failedFuture(Checks.invalid(String.valueOf(invalid.getMessage())));
        }
    }

    private Readings readings() {
        return new Readings(rooms.runtime().store(), rooms.options(), kind, name);
    }

    // Who acts

    RoomPrincipal acting(@Nullable RoomPrincipal named) {
        RoomPrincipal acting = given(named);
        if (acting != null) {
            return rooms.checks().actor(acting);
        }
        if (!rooms.options().allowAnonymous()) {
            throw ProtocolException.of(
                    ErrorCode.UNAUTHENTICATED,
                    "nobody is known to act, and " + rooms.options().name() + " does not allow anonymous actors");
        }
        return RoomPrincipal.ANONYMOUS;
    }

    @Nullable
    RoomPrincipal given(@Nullable RoomPrincipal named) {
        return named != null ? named : actor;
    }

    static @Nullable String memberId(@Nullable String named, @Nullable RoomPrincipal acting) {
        if (named != null || acting == null) {
            return named;
        }
        return acting.userId() != null ? acting.userId() : acting.id();
    }
}
