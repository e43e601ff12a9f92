package dev.stoa.client;

/// Where in the handshake the token goes (router protocol, section 1.2). Immutable.
public sealed interface TokenPlacement {
    /// As a query parameter; replaces one of the same name. The query is then written as a form: a
    /// space becomes `+`. An empty token is not sent. The default, with the name `access_token`.
    record Query(String parameter) implements TokenPlacement {
        public Query {
            if (parameter.isEmpty()) {
                throw new IllegalArgumentException("the token's query parameter must have a name");
            }
        }
    }

    /// As one more offered subprotocol, `prefix` and token together. The token must consist of
    /// characters that a subprotocol may have (RFC 9110, `token`): letters, digits and some marks, but
    /// no `:`, `/`, `=` or space.
    record Subprotocol(String prefix, Position position) implements TokenPlacement {}

    /// As the header `Authorization: Bearer`, which a browser cannot send but Java can. An empty token
    /// is not sent.
    record Header() implements TokenPlacement {}

    /// Where the token stands among the application's subprotocols.
    enum Position {
        APPEND,
        PREPEND
    }

    static TokenPlacement query() {
        return new Query("access_token");
    }

    static TokenPlacement query(String parameter) {
        return new Query(parameter);
    }

    /// With prefix `bearer.`, after the application's subprotocols.
    static TokenPlacement subprotocol() {
        return new Subprotocol("bearer.", Position.APPEND);
    }

    static TokenPlacement header() {
        return new Header();
    }
}
