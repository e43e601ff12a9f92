package dev.stoa.server.room;

import dev.stoa.protocol.room.RoomKind;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Is told of what an instance's rooms do, where its options ask for traces: enough to make spans of. Called on the
/// room's thread; must return soon. Exceptions are logged and ignored.
@FunctionalInterface
public interface RoomObserver {
    /// An observer that looks at nothing.
    RoomObserver NONE = _ -> {};

    void onOperation(Operation operation);

    /// What a room was asked, once it is kept and answered, or refused.
    ///
    /// @param name what was asked, like `Publish` or `Join`
    /// @param began when the room took it up
    /// @param took until its commit, or its refusal
    /// @param error the code it was refused with; null when it was not
    record Operation(
            RoomKind kind,
            String room,
            String name,
            Instant began,
            Duration took,
            @Nullable String error) {}
}
