package dev.stoa.server.session;

import java.util.Map;

/// Who a session belongs to, as its endpoint authenticated it. Immutable.
///
/// @param id the user's id; not blank
/// @param claims whatever else authentication found out
public record Principal(String id, Map<String, Object> claims) {
    /// The claim of those who may look and not touch: `true`.
    public static final String READ_ONLY = "readOnly";

    public Principal {
        if (id.isBlank()) {
            throw new IllegalArgumentException("a principal's id must not be blank");
        }
        claims = Map.copyOf(claims);
    }

    public static Principal of(String id) {
        return new Principal(id, Map.of());
    }

    /// Whether it may look and not touch, where an endpoint or handler knows the difference.
    public boolean isReadOnly() {
        return Boolean.TRUE.equals(claims.get(READ_ONLY));
    }
}
