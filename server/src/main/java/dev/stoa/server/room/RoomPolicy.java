package dev.stoa.server.room;

import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.server.session.Session;
import java.util.EnumSet;
import java.util.Set;

/// What a session of an application's own router may do in a room, asked with each of its messages. Called on an
/// event loop: must not block.
@FunctionalInterface
public interface RoomPolicy {
    /// @return what is allowed; empty for nothing
    Set<RoomOp> allowed(Session session, RoomKind kind, String room);

    /// Everything but administration, for those whom the endpoint let in; only reading for those who are read
    /// only.
    static RoomPolicy usual() {
        return (session, _, _) ->
                session.principal() != null && session.principal().isReadOnly()
                        ? EnumSet.of(RoomOp.READ)
                        : EnumSet.complementOf(EnumSet.of(RoomOp.ADMIN));
    }
}
