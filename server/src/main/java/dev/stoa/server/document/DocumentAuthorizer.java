package dev.stoa.server.document;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.session.UpgradeRequest;
import org.jspecify.annotations.Nullable;

/// Decides who may come to which document, and as what. Thread-safe; called on virtual threads, so it
/// may block, for as long as a handshake may take.
///
/// It is asked when a client connects, and again whenever the client brings a new token on an open
/// connection.
@FunctionalInterface
public interface DocumentAuthorizer {
    /// Lets a client in, or refuses it by throwing: the text of a `ProtocolException` is told to the
    /// client, nothing of any other exception.
    Grant authorize(Applicant applicant) throws Exception;

    /// Who wants in.
    ///
    /// @param token as the client brought it; null where a refresh has none, never null at connecting
    /// @param request the handshake; null at a refresh
    record Applicant(
            String documentId,
            String clientId,
            @Nullable String token,
            @Nullable UpgradeRequest request) {}

    /// What it may do.
    ///
    /// @param metadata kept with the session; null for none, or at a refresh for what there is
    record Grant(Permission permission, @Nullable RawJson metadata) {
        public static Grant of(Permission permission) {
            return new Grant(permission, null);
        }
    }
}
