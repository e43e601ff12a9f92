package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Scribe;
import java.nio.file.Path;

/// A server's process, as far as its store goes: opens it, writes record after record, and says of each when it is
/// committed. It is killed from outside.
final class SqliteProcess {
    private SqliteProcess() {}

    public static void main(String[] arguments) {
        JdbcStore store = JdbcStore.sqlite(Path.of(arguments[0]));
        Scribe room = Scribe.creating(store, new EntityId("room", "a")).commit();
        int limit = Integer.parseInt(arguments[1]);
        for (int i = 1; i <= limit; i++) {
            room.append("m" + i).commit();
            System.out.println(i);
        }
        store.close();
        System.out.println("closed");
    }
}
