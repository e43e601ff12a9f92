package dev.stoa.client.room;

import dev.stoa.client.ClientState;
import dev.stoa.client.StoaClient;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rooms of one connection: takes each event to the room that it names. Thread-safe.
///
/// Applications get theirs by [StoaClient#room] and [StoaClient#channel].
public final class Rooms {
    private final StoaClient client;
    private final RoomTools tools;
    private final TokenRenewal renewal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Place<?>> places = new HashMap<>();
    private @Nullable Attachment whole;

    private record Key(RoomKind kind, String name) {}

    /// What the application holds, and what is behind it.
    private record Place<H>(H handle, Attachment attachment) {}

    /// Begins to listen on a connection; once for each.
    public Rooms(StoaClient client, RoomTools tools) {
        this.client = client;
        this.tools = tools;
        this.renewal = new TokenRenewal(client, tools);
        client.onState(this::connection);
        on(
                Wire.JOIN.response(),
                RoomMessages.Joined::room,
                RoomMessages.Joined::kind,
                (room, message) -> room.joined(message.payload(), message.correlationId()));
        on(
                Wire.MEMBERS.response(),
                result -> result.room(),
                result -> result.kind(),
                (room, message) -> room.reception().members(message.payload(), message.correlationId()));
        event(
                Wire.MESSAGE,
                RoomMessages.MessageEvent::room,
                RoomMessages.MessageEvent::kind,
                (room, event) -> room.message(event.message()));
        event(Wire.MEMBER, RoomMessages.MemberChange::room, RoomMessages.MemberChange::kind, Reception::member);
        event(
                Wire.PRESENCE,
                RoomMessages.PresenceChanges::room,
                RoomMessages.PresenceChanges::kind,
                Reception::presence);
        event(Wire.METADATA, RoomMessages.MetadataChange::room, RoomMessages.MetadataChange::kind, Reception::metadata);
        event(Wire.RESTORED, RoomMessages.Restored::room, RoomMessages.Restored::kind, Reception::restored);
        event(Wire.GAP, RoomMessages.Gap::room, RoomMessages.Gap::kind, Reception::gap);
        event(Wire.UPDATE, RoomMessages.UpdateEvent::room, RoomMessages.UpdateEvent::kind, Reception::update);
        event(
                Wire.AWARENESS,
                RoomMessages.AwarenessEvent::room,
                RoomMessages.AwarenessEvent::kind,
                Reception::awareness);
        on(
                Wire.DESTROYED,
                RoomMessages.Destroyed::room,
                RoomMessages.Destroyed::kind,
                (room, message) -> room.destroyed(message.payload()));
        client.on(Wire.TOKEN_EXPIRING, message -> renewal.begin());
    }

    /// The room of that name on this connection: the same object until it is closed or has ended.
    ///
    /// @throws IllegalArgumentException when no room can have that name
    public Room room(String name, RoomOptions options) {
        return place(RoomKind.ROOM, name, options, Room::new);
    }

    /// As [#room], for a channel.
    public Channel channel(String name, RoomOptions options) {
        return place(RoomKind.CHANNEL, name, options, Channel::new);
    }

    /// The one room of its own socket. Called once, before any other.
    Attachment whole(RoomKind kind, String name, RoomOptions options, RoomReturn returning) {
        Address address = new Address(kind, name, true);
        Attachment only = new Attachment(new Setting(address, client, tools, options), returning, client::close);
        lock.lock();
        try {
            whole = only;
        } finally {
            lock.unlock();
        }
        return only;
    }

    RoomTools tools() {
        return tools;
    }

    @SuppressWarnings("unchecked") // the kind decides the handle's class
    private <H> H place(RoomKind kind, String name, RoomOptions options, Function<Attachment, H> handle) {
        Key key = new Key(kind, name);
        lock.lock();
        try {
            Place<?> present = places.get(key);
            if (present != null && present.attachment().ended().isEmpty()) {
                return (H) present.handle();
            }
            Address address = new Address(kind, name, false);
            Attachment attachment =
                    new Attachment(new Setting(address, client, tools, options), null, () -> forget(key));
            H made = handle.apply(attachment);
            places.put(key, new Place<>(made, attachment));
            return made;
        } finally {
            lock.unlock();
        }
    }

    private void forget(Key key) {
        lock.lock();
        try {
            places.computeIfPresent(
                    key, (same, place) -> place.attachment().ended().isPresent() ? null : place);
        } finally {
            lock.unlock();
        }
    }

    private void connection(ClientState state) {
        all().forEach(room -> room.connection(state));
    }

    private List<Attachment> all() {
        lock.lock();
        try {
            return whole != null
                    ? List.of(whole)
                    : places.values().stream()
                            .<Attachment>map(Place::attachment)
                            .toList();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Attachment find(@Nullable String room, @Nullable RoomKind kind) {
        lock.lock();
        try {
            if (whole != null) {
                return whole;
            }
            Place<?> place = room == null ? null : places.get(new Key(kind == null ? RoomKind.ROOM : kind, room));
            return place == null ? null : place.attachment();
        } finally {
            lock.unlock();
        }
    }

    private <P> void event(
            MessageType<P> type,
            Function<P, @Nullable String> room,
            Function<P, @Nullable RoomKind> kind,
            BiConsumer<Reception, P> taker) {
        on(type, room, kind, (attachment, message) -> taker.accept(attachment.reception(), message.payload()));
    }

    private <P> void on(
            MessageType<P> type,
            Function<P, @Nullable String> room,
            Function<P, @Nullable RoomKind> kind,
            BiConsumer<Attachment, Message<P>> taker) {
        client.on(type, message -> {
            Attachment named = find(room.apply(message.payload()), kind.apply(message.payload()));
            if (named != null) {
                taker.accept(named, message);
            }
        });
    }
}
