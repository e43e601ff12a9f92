package dev.stoa.protocol.room;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/// Whether a principal is known. In JSON its name in lower case.
public enum PrincipalKind {
    @JsonProperty("anonymous")
    ANONYMOUS,
    @JsonProperty("user")
    USER;

    /// As it stands in JSON.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
