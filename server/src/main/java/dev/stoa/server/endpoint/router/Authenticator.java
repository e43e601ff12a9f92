package dev.stoa.server.endpoint.router;

import dev.stoa.server.session.UpgradeRequest;

/// Decides about a connection before it opens. Runs on a virtual thread and may block; an exception
/// refuses with 500.
@FunctionalInterface
public interface Authenticator {
    Authentication authenticate(UpgradeRequest request) throws Exception;
}
