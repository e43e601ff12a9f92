package dev.stoa.protocol.room;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/// What a token may allow. In JSON its name in lower case.
public enum RoomOp {
    @JsonProperty("read")
    READ,
    @JsonProperty("publish")
    PUBLISH,
    @JsonProperty("presence")
    PRESENCE,
    @JsonProperty("metadata")
    METADATA,
    @JsonProperty("document")
    DOCUMENT,
    @JsonProperty("admin")
    ADMIN;

    /// As it stands in JSON.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
