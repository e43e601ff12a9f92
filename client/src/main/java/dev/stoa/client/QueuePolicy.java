package dev.stoa.client;

/// What happens to messages sent while the connection is not open (router protocol, section 16.4).
public enum QueuePolicy {
    /// They wait; when the queue is full, the new one is refused.
    DROP_NEWEST,
    /// They wait; when the queue is full, the oldest makes room.
    DROP_OLDEST,
    /// They are refused.
    OFF
}
