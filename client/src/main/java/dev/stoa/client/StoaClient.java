package dev.stoa.client;

import dev.stoa.client.error.ClientException;
import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ClientStateException.Reason;
import dev.stoa.client.error.ConnectFailedException;
import dev.stoa.client.error.ValidationException;
import dev.stoa.client.lane.Callbacks;
import dev.stoa.client.room.Channel;
import dev.stoa.client.room.Room;
import dev.stoa.client.room.RoomOptions;
import dev.stoa.client.room.Rooms;
import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection to a Stoa router that reconnects by itself, for typed messages and calls (router
/// protocol, section 16).
///
/// ```java
/// try (var client = StoaClient.builder("ws://localhost:8080/ws").token(() -> "dev:ada").open()) {
///     client.on(SAID, message -> System.out.println(message.payload().text()));
///     client.send(SAY, new Say("hello"));
///     User user = client.request(GET_USER, new GetUser("1")).payload();
/// }
/// ```
///
/// Thread-safe. Methods that block say so; they are made for virtual threads. Callbacks run on the
/// client's executor, one at a time and in order: state callbacks among themselves, message handlers
/// among themselves, each request's progress among itself. A callback may block and may use the client;
/// a message handler that blocks holds up the handlers behind it, but no answer to a request, and when
/// 256 received messages wait, reading stops.
///
/// What only a bug can cause (a handler for a contract that contradicts another's) throws
/// `IllegalArgumentException`; everything else is a [ClientException] or a value.
public final class StoaClient implements AutoCloseable {
    private static final int NORMAL_CLOSURE = 1000;

    private final Connection connection;
    private final Requests requests;
    private final FrameEncoder encoder;
    private final Handlers handlers;
    private final Inbox inbox;
    private final Callbacks<ClientFault> faults;
    private final boolean autoConnect;
    private final Runnable release;
    private final RoomFactory roomFactory;
    private final ReentrantLock roomsLock = new ReentrantLock();
    private @Nullable Rooms rooms;

    /// Makes the rooms of a client when they are first asked for.
    interface RoomFactory {
        Rooms roomsOf(StoaClient client);
    }

    StoaClient(
            Connection connection,
            Requests requests,
            FrameEncoder encoder,
            Handlers handlers,
            Inbox inbox,
            Callbacks<ClientFault> faults,
            boolean autoConnect,
            Runnable release,
            RoomFactory roomFactory) {
        this.connection = connection;
        this.requests = requests;
        this.encoder = encoder;
        this.handlers = handlers;
        this.inbox = inbox;
        this.faults = faults;
        this.autoConnect = autoConnect;
        this.release = release;
        this.roomFactory = roomFactory;
    }

    /// Begins to describe a client.
    ///
    /// @param url with scheme `ws` or `wss`
    /// @throws IllegalArgumentException when `url` is not such a URL or has a fragment
    public static StoaClientBuilder builder(String url) {
        return new StoaClientBuilder(url);
    }

    /// Blocks until connected; returns at once if open. Concurrent callers share one attempt. While the
    /// client waits for a retry, that attempt begins now.
    ///
    /// A failure does not end the client: the next attempt follows by the reconnect rules.
    ///
    /// @throws ConnectFailedException when the attempt failed
    /// @throws ClientStateException when the client is closing, or the thread was interrupted (its flag
    ///     stays set)
    public void connect() {
        join(connectAsync());
    }

    /// As [#connect], without blocking.
    public CompletableFuture<Void> connectAsync() {
        return connection.connect();
    }

    public ClientState state() {
        return connection.state();
    }

    public boolean isConnected() {
        return state() == ClientState.OPEN;
    }

    /// The subprotocol that the server chose; empty when none or not connected.
    public String protocol() {
        return connection.subprotocol();
    }

    /// How the last connection ended, for an application that will not come back after some codes.
    public Optional<Closure> lastClose() {
        return connection.lastClose();
    }

    /// Calls `callback` on each change of state, in order. What it sends on `OPEN` goes before queued
    /// messages.
    public Subscription onState(Consumer<? super ClientState> callback) {
        return connection.onState(callback);
    }

    /// Completes when the connection is next open; at once if it is.
    public CompletableFuture<Void> onceOpen() {
        return connection.onceOpen();
    }

    /// Calls `handler` for each valid message of a type, after the handlers registered before it. What
    /// a handler throws is logged and reaches no other.
    ///
    /// @throws IllegalArgumentException when the type has handlers for another payload or meta class
    public <P> Subscription on(MessageType<P> type, Consumer<? super Message<P>> handler) {
        return handlers.add(type, handler);
    }

    /// Calls `callback` for messages whose type has no handler and that answer no request. There is one
    /// such callback: a later one replaces it.
    public Subscription onUnhandled(Consumer<? super Envelope> callback) {
        return inbox.onUnhandled(callback);
    }

    /// Calls `callback` for what goes wrong outside any call. Faults of received frames come among the
    /// handlers' messages; `OVERFLOW` comes on the thread that sent.
    public Subscription onError(Consumer<? super ClientFault> callback) {
        return faults.add(callback);
    }

    /// As [#send(MessageType, Object, SendOptions)], for a message without payload.
    public SendResult send(MessageType<Void> type) {
        return send(type, null, SendOptions.none());
    }

    /// As [#send(MessageType, Object, SendOptions)], without options.
    public <P> SendResult send(MessageType<P> type, @Nullable P payload) {
        return send(type, payload, SendOptions.none());
    }

    /// Sends a message, or queues it while the connection is not open. Does not block, and does not
    /// throw for anything that can happen at run time: the result says what became of it.
    ///
    /// @param payload null exactly when the contract has none
    public <P> SendResult send(MessageType<P> type, @Nullable P payload, SendOptions options) {
        if (autoConnect) {
            connection.connectFirst();
        }
        try {
            String text = encoder.encode(type, payload, options.correlationId(), options.meta());
            return connection.transmit(new Frame(type.name(), text, null, true));
        } catch (ValidationException invalid) {
            return new SendResult.Refused(invalid);
        }
    }

    /// As [#request(RpcType, Object, RequestOptions)], for a request without payload.
    public <R> Message<R> request(RpcType<Void, R> type) {
        return request(type, null, RequestOptions.none());
    }

    /// As [#request(RpcType, Object, RequestOptions)], without options.
    public <Q, R> Message<R> request(RpcType<Q, R> type, @Nullable Q payload) {
        return request(type, payload, RequestOptions.none());
    }

    /// Blocks until the server answers, and returns the answer. While the connection is not open, the
    /// request waits in the queue like any message.
    ///
    /// Interrupting the thread cancels the request; its interrupt flag stays set.
    ///
    /// @param payload null exactly when the contract has none
    /// @throws dev.stoa.client.error.RpcException when the server answers with an error
    /// @throws dev.stoa.client.error.RequestTimeoutException when no answer comes in time
    /// @throws dev.stoa.client.error.ConnectionClosedException when the connection is lost after the
    ///     request was sent
    /// @throws ValidationException when the payload breaks its contract (nothing was sent), or the
    ///     reply its own
    /// @throws ClientStateException when cancelled, refused by a limit, or not open with queueing off
    public <Q, R> Message<R> request(RpcType<Q, R> type, @Nullable Q payload, RequestOptions options) {
        return request(type.request(), payload, type.response(), options);
    }

    /// As [#request(MessageType, Object, MessageType, RequestOptions)], without options.
    public <Q, R> Message<R> request(MessageType<Q> type, @Nullable Q payload, MessageType<R> reply) {
        return request(type, payload, reply, RequestOptions.none());
    }

    /// The older style: sends a one-way message with a correlation id and waits for a message that
    /// carries it back.
    ///
    /// @throws dev.stoa.client.error.ServerErrorException when the server answers with an `ERROR` frame
    public <Q, R> Message<R> request(
            MessageType<Q> type, @Nullable Q payload, MessageType<R> reply, RequestOptions options) {
        Call<R> call = start(type, payload, reply, options);
        try {
            return call.outcome().get();
        } catch (ExecutionException error) {
            throw rethrown(error.getCause());
        } catch (InterruptedException interrupted) {
            requests.cancel(call);
            Thread.currentThread().interrupt();
            throw new ClientStateException(Reason.ABORTED, "interrupted while waiting for " + reply.name());
        }
    }

    /// As [#requestAsync(RpcType, Object, RequestOptions)], without options.
    public <Q, R> CompletableFuture<Message<R>> requestAsync(RpcType<Q, R> type, @Nullable Q payload) {
        return requestAsync(type, payload, RequestOptions.none());
    }

    /// As [#request(RpcType, Object, RequestOptions)], without blocking: what would be thrown completes
    /// the future. Cancelling the future cancels the request. The future completes on the client's
    /// executor.
    public <Q, R> CompletableFuture<Message<R>> requestAsync(
            RpcType<Q, R> type, @Nullable Q payload, RequestOptions options) {
        return requestAsync(type.request(), payload, type.response(), options);
    }

    /// As [#request(MessageType, Object, MessageType, RequestOptions)], without blocking.
    public <Q, R> CompletableFuture<Message<R>> requestAsync(
            MessageType<Q> type, @Nullable Q payload, MessageType<R> reply, RequestOptions options) {
        try {
            return start(type, payload, reply, options).outcome();
        } catch (ClientException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /// As [#room(String, RoomOptions)], with [RoomOptions#standard].
    public Room room(String name) {
        return room(name, RoomOptions.standard());
    }

    /// A room on this connection, whose server has the rooms' routes in its router (rooms protocol, section 7).
    /// The same object, with the options it was made with, until it is closed or has ended; any number of rooms
    /// at a time.
    ///
    /// A room with a socket of its own is made by [Room#builder].
    ///
    /// @throws IllegalArgumentException when no room can have that name
    public Room room(String name, RoomOptions options) {
        return rooms().room(name, options);
    }

    /// As [#room(String)], for a channel.
    public Channel channel(String name) {
        return channel(name, RoomOptions.standard());
    }

    /// As [#room(String, RoomOptions)], for a channel.
    public Channel channel(String name, RoomOptions options) {
        return rooms().channel(name, options);
    }

    /// What takes the events of rooms to where they belong.
    public Rooms rooms() {
        roomsLock.lock();
        try {
            if (rooms == null) {
                rooms = roomFactory.roomsOf(this);
            }
            return rooms;
        } finally {
            roomsLock.unlock();
        }
    }

    /// As [#close(int, String)], with code 1000.
    @Override
    public void close() {
        close(NORMAL_CLOSURE, "");
    }

    /// Ends the connection and everything that waits for it: no retry follows, queued messages are
    /// dropped, pending requests fail with [dev.stoa.client.error.ConnectionClosedException]. Messages
    /// that were sent are written before the close frame.
    ///
    /// Blocks until the server has closed too, at most for the close timeout, and never fails. Threads
    /// and timers end with it; a later [#connect] starts afresh.
    ///
    /// @param code 1000 or 3000 to 4999; 1000 is sent for one that a client must not use
    /// @param reason at most 123 bytes of UTF-8; the rest is cut off
    public void close(int code, String reason) {
        connection.close(code, CloseReasons.fitting(reason));
        release.run();
    }

    private <Q, R> Call<R> start(
            MessageType<Q> type, @Nullable Q payload, MessageType<R> reply, RequestOptions options) {
        return requests.start(
                type, payload, reply, options, () -> autoConnect ? connection.connectFirst() : Optional.empty());
    }

    private static void join(CompletableFuture<Void> future) {
        try {
            future.get();
        } catch (ExecutionException error) {
            throw rethrown(error.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ClientStateException(Reason.ABORTED, "interrupted while connecting");
        }
    }

    /// Shows the caller's stack instead of that of the thread on which the error was found.
    private static ClientException rethrown(@Nullable Throwable error) {
        if (error instanceof ClientException known) {
            known.fillInStackTrace();
            return known;
        }
        throw new IllegalStateException("unexpected failure of a request", error);
    }
}
