package dev.stoa.server.session;

import java.util.Map;

/// Who a session belongs to, as its endpoint authenticated it. Immutable.
///
/// @param id the user's id; not blank
/// @param claims whatever else authentication found out
public record Principal(String id, Map<String, Object> claims) {
    public Principal {
        if (id.isBlank()) {
            throw new IllegalArgumentException("a principal's id must not be blank");
        }
        claims = Map.copyOf(claims);
    }

    public static Principal of(String id) {
        return new Principal(id, Map.of());
    }
}
