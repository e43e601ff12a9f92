package dev.stoa.client.room;

import dev.stoa.client.ClientFault;
import dev.stoa.client.Subscription;
import dev.stoa.client.error.RoomEndedException;
import dev.stoa.client.lane.Callbacks;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.RoomMessages;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// The application's callbacks for one room. Thread-safe.
///
/// @param faults told of data that does not fit its class
record RoomListeners(
        Callbacks<RoomState> state,
        Callbacks<RoomEndedException> ended,
        Callbacks<HistoryMessage> message,
        Callbacks<RoomMessages.MemberChange> member,
        Callbacks<RoomMessages.PresenceChange> presence,
        Callbacks<RawJson> metadata,
        Callbacks<RoomMessages.Restored> restored,
        Callbacks<RoomMessages.Destroyed> destroyed,
        Callbacks<RoomGap> gap,
        Callbacks<RoomMessages.UpdateEvent> update,
        Callbacks<RoomMessages.AwarenessEvent> awareness,
        Consumer<ClientFault> faults) {
    static RoomListeners of(Consumer<ClientFault> faults) {
        return new RoomListeners(
                new Callbacks<>("onState callback of a room"),
                new Callbacks<>("onEnded callback"),
                new Callbacks<>("onMessage callback"),
                new Callbacks<>("onMember callback"),
                new Callbacks<>("onPresence callback"),
                new Callbacks<>("onMetadata callback"),
                new Callbacks<>("onRestored callback"),
                new Callbacks<>("onDestroyed callback"),
                new Callbacks<>("onGap callback"),
                new Callbacks<>("onUpdate callback"),
                new Callbacks<>("onAwareness callback"),
                faults);
    }

    /// Calls back for messages of one type, their data bound to a class; data that does not fit is a fault.
    <D> Subscription onTyped(String type, Class<D> dataClass, BiConsumer<? super D, ? super HistoryMessage> callback) {
        return message.add(message -> {
            if (!message.type().equals(type)) {
                return;
            }
            D data;
            RawJson raw = message.data();
            try {
                data = raw == null ? null : raw.as(dataClass);
            } catch (IllegalArgumentException misfit) {
                fault(message, String.valueOf(misfit.getMessage()));
                return;
            }
            if (data == null) {
                fault(message, "no " + dataClass.getSimpleName() + ": there is no data");
            } else {
                callback.accept(data, message);
            }
        });
    }

    private void fault(HistoryMessage message, String problem) {
        faults.accept(new ClientFault(
                ClientFault.Kind.VALIDATION,
                "data of message " + message.messageId() + " of type " + message.type() + " does not fit: " + problem,
                Wire.MESSAGE.name(),
                List.of(),
                String.valueOf(message.data())));
    }
}
