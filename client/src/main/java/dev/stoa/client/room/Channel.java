package dev.stoa.client.room;

import dev.stoa.client.ClientFault;
import dev.stoa.client.Subscription;
import dev.stoa.client.error.RoomEndedException;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.HistoryResult;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LifecycleResult;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A channel as one client has it: a stream of messages without members, with the same promises as [Room].
///
/// A client that only publishes need not subscribe. Threads as in [Room]; [#subscribe] and [#messages] block.
public final class Channel implements AutoCloseable {
    private final Attachment attachment;
    private final Conversation conversation;
    private final RoomListeners listeners;

    Channel(Attachment attachment) {
        this.attachment = attachment;
        this.conversation = new Conversation(attachment);
        this.listeners = attachment.listeners();
    }

    /// Begins to describe a channel with a socket of its own; see [Room#builder].
    public static RoomBuilder<Channel> builder(String server, String name) {
        return RoomBuilder.at(server, RoomKind.CHANNEL, name, Channel::new);
    }

    /// As [#builder(String, String)], at the `url` that an authorization gave.
    public static RoomBuilder<Channel> at(String url) {
        return RoomBuilder.at(url, RoomKind.CHANNEL, Channel::new);
    }

    public String name() {
        return attachment.setting().address().name();
    }

    public RoomState state() {
        return attachment.state();
    }

    /// Why the channel is over; empty while it is not.
    public Optional<RoomEndedException> ended() {
        return attachment.ended();
    }

    /// The last message that was delivered; empty while not subscribed.
    public Optional<LogPosition> position() {
        return attachment.reception().position();
    }

    /// Blocks until what is published in the channel arrives here; waits and throws as [Room#join].
    ///
    /// @return the end of the channel at this moment
    public LogPosition subscribe() {
        return Answers.await(subscribeAsync(), "room.join");
    }

    /// As [#subscribe()], and first delivers what came after a position of an earlier stay.
    public LogPosition subscribe(LogPosition from) {
        return Answers.await(subscription(from), "room.join");
    }

    /// As [#subscribe()], without blocking.
    public CompletableFuture<LogPosition> subscribeAsync() {
        return subscription(null);
    }

    /// Nothing more arrives from now on. Subscribing again is possible.
    public CompletableFuture<Void> unsubscribe() {
        attachment.left();
        return attachment.afterLeaving(conversation.leave(null)).thenAccept(left -> {});
    }

    /// As [#publish(MessageInput)].
    public CompletableFuture<PublishResult> publish(String type, @Nullable Object data) {
        return publish(MessageInput.of(type, data));
    }

    /// As [Room#publish(MessageInput)].
    public CompletableFuture<PublishResult> publish(MessageInput message) {
        return conversation.publish(message);
    }

    /// As [#broadcast(MessageInput)].
    public CompletableFuture<PublishResult> broadcast(String type, @Nullable Object data) {
        return broadcast(MessageInput.of(type, data));
    }

    /// As [Room#broadcast(MessageInput)].
    public CompletableFuture<PublishResult> broadcast(MessageInput message) {
        return conversation.broadcast(message);
    }

    /// Reads a page of the channel's messages.
    public CompletableFuture<HistoryResult> history(HistoryOptions options) {
        return conversation.history(options);
    }

    /// As [Room#messages].
    public Stream<HistoryMessage> messages(HistoryOptions options) {
        return conversation.messages(options);
    }

    public CompletableFuture<LifecycleResult> lifecycle() {
        return conversation.lifecycle();
    }

    /// As [Room#on].
    public <D> Subscription on(
            String type, Class<D> dataClass, BiConsumer<? super D, ? super HistoryMessage> callback) {
        return listeners.onTyped(type, dataClass, callback);
    }

    /// Calls back for each message.
    public Subscription onMessage(Consumer<? super HistoryMessage> callback) {
        return listeners.message().add(callback);
    }

    /// Calls back when the server says that the channel was destroyed; see also [#onEnded].
    public Subscription onDestroyed(Consumer<? super RoomMessages.Destroyed> callback) {
        return listeners.destroyed().add(callback);
    }

    /// Calls back, in its place among the messages, where some are missing.
    public Subscription onGap(Consumer<? super RoomGap> callback) {
        return listeners.gap().add(callback);
    }

    public Subscription onState(Consumer<? super RoomState> callback) {
        return listeners.state().add(callback);
    }

    /// Calls back when the channel is over for this client, whichever way.
    public Subscription onEnded(Consumer<? super RoomEndedException> callback) {
        return listeners.ended().add(callback);
    }

    /// Calls back for what goes wrong outside any call, of the whole connection.
    public Subscription onError(Consumer<? super ClientFault> callback) {
        return attachment.setting().client().onError(callback);
    }

    /// As [Room#close].
    @Override
    public void close() {
        attachment.close(conversation);
    }

    private CompletableFuture<LogPosition> subscription(@Nullable LogPosition from) {
        return attachment
                .join(JoinOptions.none(), from)
                .thenApply(joined -> new LogPosition(joined.epoch(), joined.offset()));
    }
}
