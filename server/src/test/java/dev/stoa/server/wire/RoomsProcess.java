package dev.stoa.server.wire;

import dev.stoa.server.Stoa;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import java.nio.file.Path;

/// A server of rooms in a process of its own. It lets everybody in and tells its port.
final class RoomsProcess {
    private RoomsProcess() {}

    /// @param args the data directory
    public static void main(String[] args) throws InterruptedException {
        Rooms rooms = Rooms.create(RoomsOptions.named("main").allowingAnonymous());
        Stoa stoa = Stoa.builder().port(0).data(Path.of(args[0])).rooms(rooms).start();
        System.out.println(stoa.port());
        stoa.awaitStop();
    }
}
