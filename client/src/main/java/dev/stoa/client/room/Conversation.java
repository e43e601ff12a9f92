package dev.stoa.client.room;

import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.RpcType;
import dev.stoa.protocol.room.AwarenessResult;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.DocumentResult;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.HistoryResult;
import dev.stoa.protocol.room.LeaveResult;
import dev.stoa.protocol.room.LifecycleResult;
import dev.stoa.protocol.room.MembersOptions;
import dev.stoa.protocol.room.MembersResult;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.MetadataResult;
import dev.stoa.protocol.room.PresenceResult;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.protocol.room.UpdateResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Says what the application asks in the words of the protocol, with the marks that let it be said twice:
/// idempotency keys, and this device's clock for document updates. Thread-safe.
final class Conversation {
    private final Attachment attachment;
    private final Setting setting;
    private final @Nullable String room;
    private final @Nullable RoomKind kind;
    private final AtomicInteger clock;

    Conversation(Attachment attachment) {
        this.attachment = attachment;
        this.setting = attachment.setting();
        this.room = setting.address().room();
        this.kind = setting.address().kindOnWire();
        this.clock = new AtomicInteger(setting.options().clock());
    }

    CompletableFuture<PublishResult> publish(MessageInput input) {
        return say(Wire.PUBLISH, input, result -> {});
    }

    CompletableFuture<PublishResult> broadcast(MessageInput input) {
        return say(Wire.BROADCAST, input, result -> attachment.reception().made(result.epoch(), result.offset()));
    }

    CompletableFuture<LeaveResult> leave(@Nullable String memberId) {
        return ask(Wire.LEAVE, new RoomMessages.Leave(room, kind, memberId), resending(), result -> {});
    }

    CompletableFuture<PresenceResult> presence(RawJson presence, boolean replace) {
        return ask(
                Wire.SET_PRESENCE,
                new RoomMessages.SetPresence(room, kind, presence, replace ? true : null),
                resending(),
                result -> attachment.wishPresence(result.presence()));
    }

    /// Never sent twice: another's later change could be undone.
    CompletableFuture<MetadataResult> metadata(RawJson metadata, boolean replace) {
        return ask(
                Wire.SET_METADATA,
                new RoomMessages.SetMetadata(room, kind, metadata, replace ? true : null),
                false,
                result -> {});
    }

    CompletableFuture<MembersResult> members(MembersOptions options) {
        return ask(
                Wire.MEMBERS,
                new RoomMessages.GetMembers(room, kind, options.limit(), options.cursor()),
                resending(),
                result -> {});
    }

    CompletableFuture<HistoryResult> history(HistoryOptions options) {
        RoomMessages.GetHistory wanted = new RoomMessages.GetHistory(
                room,
                kind,
                options.limit(),
                options.cursor(),
                options.after(),
                options.types(),
                options.from(),
                options.to());
        return ask(Wire.HISTORY, wanted, resending(), result -> {});
    }

    Stream<HistoryMessage> messages(HistoryOptions options) {
        return Pages.stream(
                options.cursor(),
                cursor ->
                        history(page(options, cursor)).thenApply(page -> new Pages.Page<>(page.items(), page.cursor())),
                "the history of " + setting.address());
    }

    /// A cursor takes the place of the position that the first page began at.
    private static HistoryOptions page(HistoryOptions options, @Nullable String cursor) {
        return cursor == null
                ? options
                : new HistoryOptions(options.limit(), cursor, null, options.types(), options.from(), options.to());
    }

    CompletableFuture<LifecycleResult> lifecycle() {
        return ask(Wire.LIFECYCLE, new RoomMessages.Of(room, kind), resending(), result -> {});
    }

    CompletableFuture<UpdateResult> applyUpdate(UpdateOptions update) {
        refuseActor(update.actor());
        boolean named = update.clientId() != null && update.clock() != null;
        String client = update.clientId() == null ? attachment.reception().device() : update.clientId();
        Integer at = update.clock();
        if (at == null && update.clientId() == null) {
            at = clock.incrementAndGet();
        }
        return ask(
                Wire.APPLY_UPDATE,
                new RoomMessages.ApplyUpdate(room, kind, update.update(), client, at),
                resending() && (named || update.clientId() == null),
                result -> attachment.reception().made(result.epoch(), result.offset()));
    }

    CompletableFuture<DocumentResult> document(DocumentOptions options) {
        return ask(
                Wire.DOCUMENT,
                new RoomMessages.GetDocument(room, kind, options.sinceClock(), options.limit(), options.cursor()),
                resending(),
                result -> {});
    }

    Stream<DocumentUpdate> updates(DocumentOptions options) {
        return Pages.stream(
                options.cursor(),
                cursor -> document(new DocumentOptions(options.sinceClock(), options.limit(), cursor))
                        .thenApply(page -> new Pages.Page<>(page.updates(), page.cursor())),
                "the document of " + setting.address());
    }

    CompletableFuture<AwarenessResult> awareness(RawJson state) {
        return ask(
                Wire.SET_AWARENESS,
                attachment.awareness().message(state),
                resending(),
                result -> attachment.awareness().told(state));
    }

    private CompletableFuture<PublishResult> say(
            RpcType<RoomMessages.Publish, PublishResult> type, MessageInput input, Consumer<PublishResult> effect) {
        refuseActor(input.actor());
        String key = input.idempotencyKey();
        if (key == null && resending()) {
            key = setting.tools().ids().get();
        }
        RoomMessages.Publish message =
                new RoomMessages.Publish(room, kind, input.type(), input.data(), input.metadata(), key);
        return ask(type, message, resending(), effect);
    }

    private <Q, R> CompletableFuture<R> ask(RpcType<Q, R> type, Q payload, boolean repeatable, Consumer<R> effect) {
        return attachment.ask(new Operation<>(type, payload, repeatable, effect));
    }

    private boolean resending() {
        return setting.options().resending();
    }

    private static void refuseActor(@Nullable RoomPrincipal actor) {
        if (actor != null) {
            throw new IllegalArgumentException("a client cannot name its actor: the server knows it by its token");
        }
    }
}
