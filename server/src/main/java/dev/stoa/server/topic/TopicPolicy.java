package dev.stoa.server.topic;

import dev.stoa.server.session.Session;

/// An application's rules for topics, in one place (router protocol, section 12.4).
///
/// Called on the thread of the handler that subscribes or publishes. Thread-safe.
public interface TopicPolicy {
    /// Gives a topic its canonical name, which everything after this sees.
    default String normalize(String topic, Session session) {
        return topic;
    }

    /// Allows an action by returning; any exception denies it.
    default void authorize(TopicAction action, String topic, Session session) throws Exception {}
}
