package dev.stoa.client.room;

import dev.stoa.client.ClientFault;
import dev.stoa.client.Subscription;
import dev.stoa.client.error.ClientException;
import dev.stoa.client.error.RoomEndedException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AwarenessResult;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.DocumentResult;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.HistoryResult;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveResult;
import dev.stoa.protocol.room.LifecycleResult;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.MembersOptions;
import dev.stoa.protocol.room.MembersResult;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.MetadataResult;
import dev.stoa.protocol.room.PresenceResult;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.protocol.room.RoomMessages.Joined;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.protocol.room.UpdateResult;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A room as one client has it: what is said there arrives in order, once, and complete, whatever the connection
/// does (rooms protocol, sections 3, 4, 7 and 8).
///
/// ```java
/// Room room = client.room("chat");
/// room.on("said", Said.class, (said, message) -> System.out.println(said.text()));
/// room.join();
/// room.publish("said", new Said("hello")).thenAccept(kept -> System.out.println("kept at " + kept.offset()));
/// ```
///
/// When the connection is lost, the client joins again by itself: first comes what was missed, then what happens.
/// Where that is not possible, `onGap` is called, and the application loads anew what it shows. What was asked and
/// not answered is asked again, unless [RoomOptions#resending] is off; nothing is doubled by that.
///
/// [#join] and the streams block; everything else that asks the server returns a future, which completes on the
/// client's executor and fails with a [ClientException]. Thread-safe. Callbacks run one at a time, in order, among
/// the client's message handlers; one that blocks holds up those behind it. State callbacks run among themselves.
public final class Room implements AutoCloseable {
    private final Attachment attachment;
    private final Conversation conversation;
    private final RoomListeners listeners;

    Room(Attachment attachment) {
        this.attachment = attachment;
        this.conversation = new Conversation(attachment);
        this.listeners = attachment.listeners();
    }

    /// Begins to describe a room with a socket of its own.
    ///
    /// @param server as `wss://example.org`
    /// @throws IllegalArgumentException when that is no server's URL, or no room can have that name
    public static RoomBuilder<Room> builder(String server, String name) {
        return RoomBuilder.at(server, RoomKind.ROOM, name, Room::new);
    }

    /// As [#builder(String, String)], at the `url` that an authorization gave.
    public static RoomBuilder<Room> at(String url) {
        return RoomBuilder.at(url, RoomKind.ROOM, Room::new);
    }

    public String name() {
        return attachment.setting().address().name();
    }

    public RoomState state() {
        return attachment.state();
    }

    /// Why the room is over; empty while it is not.
    public Optional<RoomEndedException> ended() {
        return attachment.ended();
    }

    /// Who this client is in the room; empty before the first join.
    public Optional<String> memberId() {
        return attachment.reception().memberId();
    }

    /// The last record that was delivered; empty while outside. An application that keeps it can go on from there
    /// in another run, by [#join(JoinOptions, LogPosition)].
    public Optional<LogPosition> position() {
        return attachment.reception().position();
    }

    /// As [#join(JoinOptions)], as whom the token says.
    public Joined join() {
        return join(JoinOptions.none());
    }

    /// Joins, and blocks until the client is in the room; connects first if the room has its own socket. While the
    /// connection fails and returns, waits within the timeout. In the room already, changes the member.
    ///
    /// Metadata and presence are given again after each reconnect, the presence as last set. Register callbacks
    /// before, to miss nothing.
    ///
    /// @return the room as it is at this moment
    /// @throws dev.stoa.client.error.RpcException when the server refuses
    /// @throws RoomEndedException when the room is over
    /// @throws ClientException for no answer in time, or an interrupt
    /// @throws IllegalArgumentException when the options name an actor, which only the token can
    public Joined join(JoinOptions options) {
        return Answers.await(joinAsync(options), "room.join");
    }

    /// As [#join(JoinOptions)], and first delivers what came after a position of an earlier stay, perhaps of an
    /// earlier run. Where that is not possible, `onGap` is called.
    public Joined join(JoinOptions options, LogPosition from) {
        return Answers.await(attachment.join(options, from), "room.join");
    }

    /// As [#join(JoinOptions)], without blocking.
    public CompletableFuture<Joined> joinAsync(JoinOptions options) {
        return attachment.join(options, null);
    }

    /// Leaves: nothing more arrives from now on, and the member is gone for all its connections. Joining again is
    /// possible.
    public CompletableFuture<LeaveResult> leave() {
        Optional<String> member = memberId();
        attachment.left();
        CompletableFuture<LeaveResult> left = conversation.leave(member.orElse(null));
        return attachment.afterLeaving(left);
    }

    /// As [#publish(MessageInput)].
    ///
    /// @param data anything that can be written as JSON; null for none
    public CompletableFuture<PublishResult> publish(String type, @Nullable Object data) {
        return publish(MessageInput.of(type, data));
    }

    /// Sends a message to all in the room, this client too. The future completes when the message is durable.
    public CompletableFuture<PublishResult> publish(MessageInput message) {
        return conversation.publish(message);
    }

    /// As [#broadcast(MessageInput)].
    public CompletableFuture<PublishResult> broadcast(String type, @Nullable Object data) {
        return broadcast(MessageInput.of(type, data));
    }

    /// As [#publish(MessageInput)], but this client gets no copy: only if the connection broke before the answer
    /// came may a recovery bring one.
    public CompletableFuture<PublishResult> broadcast(MessageInput message) {
        return conversation.broadcast(message);
    }

    /// The members as they are now.
    public MembersView members() {
        return attachment.reception().members();
    }

    /// Reads a page of members from the server.
    public CompletableFuture<MembersResult> readMembers(MembersOptions options) {
        return conversation.members(options);
    }

    /// Merges top-level keys into this member's presence; `null` removes one.
    public CompletableFuture<PresenceResult> updatePresence(Object changes) {
        return conversation.presence(RawJson.of(changes), false);
    }

    public CompletableFuture<PresenceResult> replacePresence(Object presence) {
        return conversation.presence(RawJson.of(presence), true);
    }

    /// The room's metadata as the client knows it.
    public RawJson metadata() {
        return attachment.reception().metadata();
    }

    /// Merges top-level keys into the room's metadata; `null` removes one. Not sent again when the connection
    /// breaks before the answer: it might undo what another has changed since.
    public CompletableFuture<MetadataResult> updateMetadata(Object changes) {
        return conversation.metadata(RawJson.of(changes), false);
    }

    /// As [#updateMetadata], replacing all.
    public CompletableFuture<MetadataResult> replaceMetadata(Object metadata) {
        return conversation.metadata(RawJson.of(metadata), true);
    }

    /// Reads a page of the room's messages.
    public CompletableFuture<HistoryResult> history(HistoryOptions options) {
        return conversation.history(options);
    }

    /// The room's messages, page after page, each read when it is needed: blocks while it reads, and throws as
    /// [#join] does.
    public Stream<HistoryMessage> messages(HistoryOptions options) {
        return conversation.messages(options);
    }

    public CompletableFuture<LifecycleResult> lifecycle() {
        return conversation.lifecycle();
    }

    /// As [#applyUpdate(UpdateOptions)], with this device's id and next clock.
    public CompletableFuture<UpdateResult> applyUpdate(Object update) {
        return conversation.applyUpdate(UpdateOptions.of(update));
    }

    /// Appends an update to the room's JSON document and sends it to the others. The future completes when it is
    /// durable. One that names a client but no clock is not sent again.
    public CompletableFuture<UpdateResult> applyUpdate(UpdateOptions update) {
        return conversation.applyUpdate(update);
    }

    /// Reads a page of the document's updates, and everybody's awareness.
    public CompletableFuture<DocumentResult> document(DocumentOptions options) {
        return conversation.document(options);
    }

    /// The document's updates, page after page; blocks as [#messages] does.
    public Stream<DocumentUpdate> updates(DocumentOptions options) {
        return conversation.updates(options);
    }

    /// Tells the others about this device, such as where its cursor is. Kept up, over reconnects too, until
    /// replaced or cleared.
    public CompletableFuture<AwarenessResult> setAwareness(Object state) {
        return conversation.awareness(RawJson.of(state));
    }

    public CompletableFuture<AwarenessResult> clearAwareness() {
        return conversation.awareness(RawJson.NULL);
    }

    /// Calls back for each message of one type with its data. Data that does not fit the class goes to the
    /// client's `onError`.
    public <D> Subscription on(
            String type, Class<D> dataClass, BiConsumer<? super D, ? super HistoryMessage> callback) {
        return listeners.onTyped(type, dataClass, callback);
    }

    /// Calls back for each message.
    public Subscription onMessage(Consumer<? super HistoryMessage> callback) {
        return listeners.message().add(callback);
    }

    /// Calls back for who joins, leaves or changes; after a reconnect also for who did meanwhile, without a reason.
    public Subscription onMember(Consumer<? super RoomMessages.MemberChange> callback) {
        return listeners.member().add(callback);
    }

    /// Calls back for each member's new presence.
    public Subscription onPresence(Consumer<? super RoomMessages.PresenceChange> callback) {
        return listeners.presence().add(callback);
    }

    /// Calls back with the room's metadata when they change.
    public Subscription onMetadata(Consumer<? super RawJson> callback) {
        return listeners.metadata().add(callback);
    }

    /// Calls back when a snapshot was restored: documents are to be read anew.
    public Subscription onRestored(Consumer<? super RoomMessages.Restored> callback) {
        return listeners.restored().add(callback);
    }

    /// Calls back when the server says that the room was destroyed. [#onEnded] also tells when that happened while
    /// the client was away.
    public Subscription onDestroyed(Consumer<? super RoomMessages.Destroyed> callback) {
        return listeners.destroyed().add(callback);
    }

    /// Calls back for each update that others made to the document.
    public Subscription onUpdate(Consumer<? super RoomMessages.UpdateEvent> callback) {
        return listeners.update().add(callback);
    }

    /// Calls back for the awareness of other devices.
    public Subscription onAwareness(Consumer<? super RoomMessages.AwarenessEvent> callback) {
        return listeners.awareness().add(callback);
    }

    /// Calls back, in its place among the messages, where some are missing.
    public Subscription onGap(Consumer<? super RoomGap> callback) {
        return listeners.gap().add(callback);
    }

    public Subscription onState(Consumer<? super RoomState> callback) {
        return listeners.state().add(callback);
    }

    /// Calls back when the room is over for this client, whichever way.
    public Subscription onEnded(Consumer<? super RoomEndedException> callback) {
        return listeners.ended().add(callback);
    }

    /// Calls back for what goes wrong outside any call, of the whole connection.
    public Subscription onError(Consumer<? super ClientFault> callback) {
        return attachment.setting().client().onError(callback);
    }

    /// Has done with the room for good: closes its own socket, or leaves it on a shared one. Blocks as
    /// [dev.stoa.client.StoaClient#close()] does, and never fails.
    @Override
    public void close() {
        attachment.close(conversation);
    }
}
