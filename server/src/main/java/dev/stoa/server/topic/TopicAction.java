package dev.stoa.server.topic;

/// What a policy is asked to allow.
public enum TopicAction {
    SUBSCRIBE,
    UNSUBSCRIBE,
    PUBLISH
}
