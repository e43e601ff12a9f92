package dev.stoa.bench.durable;

import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.Stoa;
import dev.stoa.server.room.AsyncRoom;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.store.Store;

/// Rooms of a whole server, without sockets: publish, and the answer that comes when it is durable. Thread-safe.
final class RoomsTarget implements Target {
    private static final MessageInput MESSAGE = MessageInput.of("said", "x".repeat(BODY_BYTES - 2));

    private final Stoa stoa;
    private final AsyncRoom[] rooms;

    RoomsTarget(Store store, int logs) throws InterruptedException {
        Rooms instance = Rooms.create("bench");
        this.stoa = Stoa.builder().port(0).store(store).rooms(instance).start();
        this.rooms = new AsyncRoom[logs];
        for (int i = 0; i < logs; i++) {
            rooms[i] = instance.async(RoomKind.ROOM, "room " + i).as(RoomPrincipal.user("ada"));
        }
    }

    @Override
    public void append(int log, Runnable done) {
        rooms[log].publish(MESSAGE).whenComplete((_, failure) -> {
            if (failure != null) {
                throw new IllegalStateException("a publish failed", failure);
            }
            done.run();
        });
    }

    @Override
    public void close() {
        stoa.close();
    }
}
