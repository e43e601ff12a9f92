package dev.stoa.server.room;

import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.RoomKind;
import java.util.Map;

/// A room as its hooks see it. Confined to the room's thread, for the time of the hook.
public interface HookRoom {
    RoomKind kind();

    String name();

    /// The room's state, one map for all hooks. Changing it directly lasts while the room is in memory.
    Map<String, RawJson> state();

    /// Sets an entry of the state and keeps it.
    void setState(String key, Object value);

    /// How many active members there are.
    int memberCount();
}
