package dev.stoa.server.room;

import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.AuthorizeResult;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.DestroyResult;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.HistoryResult;
import dev.stoa.protocol.room.LifecycleResult;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RevokeOptions;
import dev.stoa.protocol.room.RevokeResult;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.entity.Answers;
import org.jspecify.annotations.Nullable;

/// A named stream of messages with history: a room without members and what comes with them.
///
/// Each operation waits for its answer, so call it on a virtual thread. All throw a `ProtocolException` with one of
/// the protocol's codes: what the input breaks is named, `UNAVAILABLE` and `DEADLINE_EXCEEDED` may be tried again
/// (with an idempotency key, where it must not happen twice). Thread-safe, costs nothing to make.
public final class Channel {
    private final AsyncRoom async;

    Channel(AsyncRoom async) {
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
    public Channel as(RoomPrincipal actor) {
        return new Channel(async.as(actor));
    }

    /// Keeps a message and delivers it to every connection; returns once it is durable.
    public PublishResult publish(MessageInput input) {
        return Answers.await(async.publish(input));
    }

    /// The same as [#publish]; a socket's broadcast leaves out that socket.
    public PublishResult broadcast(MessageInput input) {
        return Answers.await(async.broadcast(input));
    }

    /// A page of the messages.
    public HistoryResult history(HistoryOptions options) {
        return Answers.await(async.history(options));
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

    /// Publishes data of any type that can be written as JSON.
    public PublishResult publish(String type, @Nullable Object data) {
        return publish(MessageInput.of(type, data));
    }

    /// The newest messages, as many as the instance's `historyLimit`.
    public HistoryResult history() {
        return history(HistoryOptions.latest());
    }

    /// A token for the actor, good for five minutes.
    public AuthorizeResult authorize() {
        return authorize(AuthorizeOptions.byActor());
    }

    /// Ends it, and leaves what it has readable for a while.
    public DestroyResult destroy() {
        return destroy(DestroyOptions.keepingAll());
    }
}
