package dev.stoa.server.session;

/// A path at which one wire protocol is spoken, with its authentication and its limits.
///
/// Implementations are thread-safe.
public interface Endpoint {
    /// A short name for logs and metrics.
    String name();

    EndpointLimits limits();

    /// The header that tells the session's id in the 101 answer.
    String clientIdHeader();

    /// Decides about a connection. Called on a virtual thread and may block, within the server's
    /// handshake timeout; an exception refuses with 500.
    Admission admit(UpgradeRequest request) throws Exception;

    /// Starts the conversation of an admitted connection. Called on the session's event loop: must not
    /// block.
    Conversation open(Session session);

    /// The code and reason for connections that are open when the server stops.
    default CloseReason shutdownReason() {
        return new CloseReason(1001, "Server shutting down");
    }

    /// The code and reason for a connection whose peer reads too slowly.
    default CloseReason slowConsumerReason() {
        return CloseReason.SLOW_CONSUMER;
    }
}
