package dev.stoa.server.room.token;

import dev.stoa.protocol.room.RoomKind;
import dev.stoa.server.entity.Command;
import dev.stoa.server.entity.Done;

/// What an instance's [RevocationsEntity] is asked.
public sealed interface RevocationCommand<R extends Record> extends Command<R> {
    /// Refuses from now on what `revocation` concerns. Answered once it is kept. Refused with
    /// `RESOURCE_EXHAUSTED` when [Revocations#MAX] are held.
    record Revoke(Revocation revocation) implements RevocationCommand<Done> {}

    /// Asks whether a verified token was revoked, for use in a room.
    record Check(RoomToken token, RoomKind kind, String name) implements RevocationCommand<Checked> {}

    /// The answer to [Check].
    record Checked(boolean refused) {}
}
