package dev.stoa.server.document;

import dev.stoa.protocol.RawJson;

/// What the application is told of its documents, once it is kept.
///
/// Calls for one document come one after the other, in their order, on a virtual thread; they may block,
/// use the document, and take their time: nothing waits for them. Of one document up to 10,000 calls
/// wait; what comes then is left out, and [#missed] says so. What they throw is logged.
public interface DocumentHooks {
    DocumentHooks NONE = new DocumentHooks() {};

    /// Somebody has edited the document, a socket or the application. Not called for ephemeral data.
    default void changed(DocumentRoom document, Change change) {}

    /// A session has ended.
    ///
    /// @param remaining how many there are now
    default void sessionRemoved(DocumentRoom document, String sessionId, int remaining) {}

    /// So many calls were left out since the last one: read the document.
    default void missed(DocumentRoom document, long calls) {}

    /// An edit.
    ///
    /// @param clientId whose
    /// @param patches a list, as it was sent, without what was dropped
    /// @param timestamp the counter it was applied at
    record Change(String clientId, RawJson patches, long timestamp) {}
}
