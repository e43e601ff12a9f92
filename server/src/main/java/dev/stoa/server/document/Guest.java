package dev.stoa.server.document;

import dev.stoa.protocol.RawJson;

/// A session at a document. Confined to the document's mailbox.
final class Guest {
    final SessionRef session;
    final String clientId;
    Permission permission;
    RawJson metadata;

    Guest(SessionRef session, String clientId, Permission permission, RawJson metadata) {
        this.session = session;
        this.clientId = clientId;
        this.permission = permission;
        this.metadata = metadata;
    }
}
