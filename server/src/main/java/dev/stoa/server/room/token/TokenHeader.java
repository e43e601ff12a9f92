package dev.stoa.server.room.token;

import org.jspecify.annotations.Nullable;

/// What a token's header says that counts: how it claims to be signed, and with which key. Immutable.
record TokenHeader(@Nullable String algorithm, @Nullable String kid) {
    static TokenHeader parse(byte[] json) throws RefusedToken {
        JsonObject header = JsonObject.parse("header", json);
        if (header.find("crit") != null) {
            throw header.malformed("crit", "asks for extensions");
        }
        return new TokenHeader(header.findText("alg"), header.findText("kid"));
    }
}
