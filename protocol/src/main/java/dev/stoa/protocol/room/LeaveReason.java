package dev.stoa.protocol.room;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Why a member is no longer active.
public enum LeaveReason {
    /// It said so.
    @JsonProperty("left")
    LEFT,
    /// Its last connection was closed.
    @JsonProperty("closed")
    CLOSED,
    /// Its last connection vanished, or nothing was heard of it.
    @JsonProperty("timeout")
    TIMEOUT,
    /// The node that held its connections is gone.
    @JsonProperty("node-lost")
    NODE_LOST,
    /// The room was destroyed.
    @JsonProperty("destroyed")
    DESTROYED
}
