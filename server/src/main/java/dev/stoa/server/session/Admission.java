package dev.stoa.server.session;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An endpoint's answer to an [UpgradeRequest].
public sealed interface Admission {
    /// Opens the connection.
    ///
    /// @param principal who it is; null for an anonymous peer
    /// @param data seeds the session's [ConnectionData]
    /// @param subprotocol the value answered in `Sec-WebSocket-Protocol`; null when none was offered
    record Accept(
            @Nullable Principal principal,
            Map<? extends DataKey<?>, ?> data,
            @Nullable String subprotocol) implements Admission {}

    /// Refuses it at the handshake.
    ///
    /// @param status an HTTP status from 400 to 599
    /// @param body text for developers
    record Reject(int status, String body) implements Admission {
        public Reject {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("a refusal's status must be from 400 to 599: " + status);
            }
        }
    }
}
