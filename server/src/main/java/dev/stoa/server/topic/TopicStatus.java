package dev.stoa.server.topic;

/// How a session stands to a topic.
public enum TopicStatus {
    SETTLED,
    PENDING_SUBSCRIBE,
    PENDING_UNSUBSCRIBE,
    ABSENT
}
