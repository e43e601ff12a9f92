package dev.stoa.server.topic;

/// What asking the topic's own listeners came to (router protocol, section 12.3).
public enum TopicVerification {
    /// It listens.
    SUBSCRIBED,
    /// It does not listen.
    UNSUBSCRIBED,
    /// The topic cannot tell. Topics of this node always can.
    UNSUPPORTED,
    /// What is remembered and what the topic says differ, or a policy failed.
    ERROR,
    /// There was no answer in time.
    TIMEOUT
}
