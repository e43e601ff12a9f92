package dev.stoa.server.endpoint.router;

import dev.stoa.server.session.DataKey;
import dev.stoa.server.session.Principal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an [Authenticator] found out. Immutable.
public sealed interface Authentication {
    /// The peer may connect.
    ///
    /// @param principal who it is; null for anonymous
    /// @param data seeds the connection's data
    record Accepted(@Nullable Principal principal, Map<? extends DataKey<?>, ?> data) implements Authentication {
        /// The same, with a value for the connection's data.
        public <T> Accepted with(DataKey<T> key, T value) {
            Map<DataKey<?>, Object> more = new LinkedHashMap<>(data);
            more.put(key, value);
            return new Accepted(principal, more);
        }
    }

    /// The peer may not connect.
    ///
    /// @param status an HTTP status from 400 to 599
    record Rejected(int status, String body) implements Authentication {}

    /// It is `principal`.
    static Accepted accept(Principal principal) {
        return new Accepted(principal, Map.of());
    }

    /// It is the user of that id.
    static Accepted accept(String userId) {
        return accept(Principal.of(userId));
    }

    /// Nobody knows who it is, and that is fine.
    static Accepted anonymous() {
        return new Accepted(null, Map.of());
    }

    /// Refused with 401 `Unauthorized`.
    static Rejected reject() {
        return new Rejected(401, "Unauthorized");
    }

    static Rejected reject(int status, String body) {
        return new Rejected(status, body);
    }
}
