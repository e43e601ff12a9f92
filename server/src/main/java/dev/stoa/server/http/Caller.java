package dev.stoa.server.http;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// Who asks, once let in. Immutable.
record Caller(String name, Set<Scope> scopes, boolean mayNameActors) {
    /// Somebody on this machine, where no keys are configured.
    static final Caller LOCAL = new Caller("local", EnumSet.allOf(Scope.class), true);

    static Caller of(ApiKey key) {
        return new Caller(key.name(), key.scopes(), key.mayNameActors());
    }

    void require(Scope scope) {
        if (!scopes.contains(scope)) {
            throw refused("API key " + name + " lacks the scope " + scope.text());
        }
    }

    void requireNamingActors() {
        if (!mayNameActors) {
            throw refused("API key " + name + " may not name an actor");
        }
    }

    private static ProtocolException refused(String message) {
        return ProtocolException.ofPeer(ErrorCode.PERMISSION_DENIED, message, Map.of());
    }
}
