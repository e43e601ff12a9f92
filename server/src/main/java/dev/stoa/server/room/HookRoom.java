package dev.stoa.server.room;

import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.RoomKind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A room as its hooks see it, when they begin. Confined to the hook's thread, for the time of the hook.
public interface HookRoom {
    RoomKind kind();

    String name();

    /// The room's state, one map for all hooks. Changing it directly lasts while the room is in memory.
    Map<String, RawJson> state();

    /// Sets an entry of the state and keeps it. The state as a whole is bounded by the instance's
    /// `maxStateBytes`; a hook that leaves more fails.
    ///
    /// @param value anything that can be written as JSON
    void setState(String key, @Nullable Object value);

    /// How many active members there are.
    int memberCount();
}
