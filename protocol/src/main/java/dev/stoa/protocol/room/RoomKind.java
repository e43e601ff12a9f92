package dev.stoa.protocol.room;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/// What kind of place a name stands for. In JSON its name in lower case.
public enum RoomKind {
    @JsonProperty("room")
    ROOM,
    @JsonProperty("channel")
    CHANNEL;

    /// As it stands in JSON.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
