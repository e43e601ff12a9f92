package dev.stoa.server.room;

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
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.SnapshotResult;
import dev.stoa.protocol.room.SnapshotsResult;
import dev.stoa.protocol.room.StateResult;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.protocol.room.UpdateResult;
import dev.stoa.server.entity.Answers;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A named place with members, presence, metadata, messages, snapshots and a document.
///
/// ```java
/// Room lobby = rooms.room("lobby").as(RoomPrincipal.user("ada"));
/// lobby.join();
/// lobby.publish("said", Map.of("text", "hello"));
/// ```
///
/// Each operation waits for its answer, so call it on a virtual thread. All throw a `ProtocolException` with one of
/// the protocol's codes: what the input breaks is named, `UNAVAILABLE` and `DEADLINE_EXCEEDED` may be tried again
/// (with an idempotency key, where it must not happen twice). Thread-safe, costs nothing to make.
public final class Room {
    private final AsyncRoom async;

    Room(AsyncRoom async) {
        this.async = async;
    }

    public String name() {
        return async.name();
    }

    /// The same, without waiting.
    public AsyncRoom async() {
        return async;
    }

    /// The same, for an actor.
    public Room as(RoomPrincipal actor) {
        return new Room(async.as(actor));
    }

    /// Keeps a message and delivers it to every connection; returns once it is durable.
    public PublishResult publish(MessageInput input) {
        return Answers.await(async.publish(input));
    }

    /// The same as [#publish]; a socket's broadcast leaves out that socket.
    public PublishResult broadcast(MessageInput input) {
        return Answers.await(async.broadcast(input));
    }

    /// Makes or refreshes a member.
    public Member join(JoinOptions options) {
        return Answers.await(async.join(options));
    }

    /// Ends a membership, if there is one.
    public LeaveResult leave(LeaveOptions options) {
        return Answers.await(async.leave(options));
    }

    /// A page of the active members.
    public MembersResult members(MembersOptions options) {
        return Answers.await(async.members(options));
    }

    /// Changes the live state of an active member.
    public PresenceResult presence(PresenceOptions options) {
        return Answers.await(async.presence(options));
    }

    /// Changes the shared metadata.
    public MetadataResult metadata(MetadataOptions options) {
        return Answers.await(async.metadata(options));
    }

    /// A page of the messages.
    public HistoryResult history(HistoryOptions options) {
        return Answers.await(async.history(options));
    }

    /// Keeps a copy of metadata, members with presence, and document.
    public SnapshotResult snapshot() {
        return Answers.await(async.snapshot());
    }

    /// A page of the snapshots, newest first.
    public SnapshotsResult snapshots(@Nullable Integer limit, @Nullable String cursor) {
        return Answers.await(async.snapshots(limit, cursor));
    }

    /// Makes metadata and document those of a snapshot, as new records.
    public RestoreResult restore(String snapshotId) {
        return Answers.await(async.restore(snapshotId));
    }

    /// The state as of an offset.
    public StateResult at(long offset) {
        return Answers.await(async.at(offset));
    }

    /// The state as of an instant.
    public StateResult at(Instant instant) {
        return Answers.await(async.at(instant));
    }

    /// How the state differs between two offsets.
    public DiffResult diff(long from, long to) {
        return Answers.await(async.diff(from, to));
    }

    /// How the state differs between two instants.
    public DiffResult diff(Instant from, Instant to) {
        return Answers.await(async.diff(from, to));
    }

    /// Begins a new room with the metadata and document that this one had at an offset.
    public BranchResult branch(String newRoom, long offset) {
        return Answers.await(async.branch(newRoom, offset));
    }

    /// Begins a new room with the metadata and document that this one had at an instant.
    public BranchResult branch(String newRoom, Instant instant) {
        return Answers.await(async.branch(newRoom, instant));
    }

    /// Issues a token for a socket, and says how to connect with it.
    public AuthorizeResult authorize(AuthorizeOptions options) {
        return Answers.await(async.authorize(options));
    }

    /// Refuses tokens from now on and closes the connections that use them.
    public RevokeResult revoke(RevokeOptions options) {
        return Answers.await(async.revoke(options));
    }

    /// Where it is in its life.
    public LifecycleResult lifecycle() {
        return Answers.await(async.lifecycle());
    }

    /// Ends it.
    public DestroyResult destroy(DestroyOptions options) {
        return Answers.await(async.destroy(options));
    }

    /// Appends an opaque update to the JSON document.
    public UpdateResult applyUpdate(UpdateOptions options) {
        return Answers.await(async.applyUpdate(options));
    }

    /// Sets or removes a device's awareness.
    public AwarenessResult awareness(AwarenessOptions options) {
        return Answers.await(async.awareness(options));
    }

    /// A page of the JSON document's updates, and who is aware of it.
    public DocumentResult document(DocumentOptions options) {
        return Answers.await(async.document(options));
    }

    /// A page of the JSON document's updates as of an offset.
    public DocumentResult documentAt(long offset, DocumentOptions options) {
        return Answers.await(async.documentAt(offset, options));
    }

    // The same with the usual options

    /// Publishes data of any type that can be written as JSON.
    public PublishResult publish(String type, @Nullable Object data) {
        return publish(MessageInput.of(type, data));
    }

    /// The newest messages, as many as the instance's `historyLimit`.
    public HistoryResult history() {
        return history(HistoryOptions.latest());
    }

    /// The first active members, at most 1000.
    public MembersResult members() {
        return members(MembersOptions.all());
    }

    /// The shared metadata.
    public MetadataResult metadata() {
        return metadata(new MetadataOptions(null, null, null));
    }

    /// Changes the shared metadata: keys are set, those with null removed.
    ///
    /// @param changes anything that can be written as a JSON object
    public MetadataResult metadata(Object changes) {
        return metadata(MetadataOptions.of(changes));
    }

    /// Makes the actor a member, or refreshes it.
    public Member join() {
        return join(JoinOptions.none());
    }

    /// Ends the actor's membership.
    public LeaveResult leave() {
        return leave(LeaveOptions.byActor());
    }

    /// Changes the actor's live state: keys are set, those with null removed.
    ///
    /// @param changes anything that can be written as a JSON object
    public PresenceResult presence(Object changes) {
        return presence(PresenceOptions.byActor(changes));
    }

    /// The newest snapshots, at most 100.
    public SnapshotsResult snapshots() {
        return snapshots(null, null);
    }

    /// The state now.
    public StateResult state() {
        return Answers.await(async.state());
    }

    /// Begins a new room with the metadata and document of this one.
    public BranchResult branch(String newRoom) {
        return Answers.await(async.branch(newRoom));
    }

    /// A token for the actor, good for five minutes.
    public AuthorizeResult authorize() {
        return authorize(AuthorizeOptions.byActor());
    }

    /// Ends it, and leaves what it has readable for a while.
    public DestroyResult destroy() {
        return destroy(DestroyOptions.keepingAll());
    }

    /// The first updates of the JSON document, as many as the instance's `historyLimit`, and who is aware of it.
    public DocumentResult document() {
        return document(DocumentOptions.all());
    }

    /// The room as a coordinator of users (actors protocol, section 6.4).
    public Coordinator coordinator() {
        return new Coordinator(async);
    }
}
