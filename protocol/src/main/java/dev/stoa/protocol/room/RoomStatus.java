package dev.stoa.protocol.room;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/// Where a room is in its life. In JSON its name in lower case.
public enum RoomStatus {
    @JsonProperty("active")
    ACTIVE,
    @JsonProperty("idle")
    IDLE,
    @JsonProperty("destroyed")
    DESTROYED;

    /// As it stands in JSON.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
