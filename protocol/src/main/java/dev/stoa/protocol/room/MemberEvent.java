package dev.stoa.protocol.room;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/// What happened to a member. In JSON its name in lower case.
public enum MemberEvent {
    @JsonProperty("joined")
    JOINED,
    @JsonProperty("left")
    LEFT,
    @JsonProperty("updated")
    UPDATED;

    /// As it stands in JSON.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
