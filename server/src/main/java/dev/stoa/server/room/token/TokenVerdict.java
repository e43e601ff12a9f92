package dev.stoa.server.room.token;

import dev.stoa.protocol.ProtocolException;
import java.util.Map;

/// What became of verifying a token.
public sealed interface TokenVerdict {
    /// The token is genuine and good now. Whether it was revoked is asked of [Revocations].
    record Valid(RoomToken token) implements TokenVerdict {}

    /// @param message for the peer: names the limit, the claim or the rule, never the token's content, nor
    ///     anything about the server's keys
    record Refused(RefusalReason reason, String message) implements TokenVerdict {
        /// The same as an error.
        public ProtocolException toException() {
            return ProtocolException.ofPeer(reason.code(), message, Map.of());
        }
    }
}
