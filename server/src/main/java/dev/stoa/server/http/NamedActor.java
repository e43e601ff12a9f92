package dev.stoa.server.http;

import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.AwarenessOptions;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveOptions;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.MetadataOptions;
import dev.stoa.protocol.room.PresenceOptions;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.protocol.room.YjsUpdateOptions;
import org.jspecify.annotations.Nullable;

/// The actor that a request's body names. Stateless.
final class NamedActor {
    private NamedActor() {}

    /// @return null when it names none
    static @Nullable RoomPrincipal in(@Nullable Object body) {
        return switch (body) {
            case MessageInput input -> input.actor();
            case JoinOptions options -> options.actor();
            case LeaveOptions options -> options.actor();
            case PresenceOptions options -> options.actor();
            case MetadataOptions options -> options.actor();
            case AuthorizeOptions options -> options.actor();
            case UpdateOptions options -> options.actor();
            case AwarenessOptions options -> options.actor();
            case YjsUpdateOptions options -> options.actor();
            case null, default -> null;
        };
    }
}
