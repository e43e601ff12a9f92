/// Ephemeral fan-out by name: sessions subscribe to topics, whatever is published reaches the
/// subscribers of that moment, and nothing is kept.
///
/// [dev.stoa.server.topic.Topics] holds every topic of the server; [dev.stoa.server.topic.Subscriptions]
/// is one session's view and its rules. A topic exists while somebody listens.
///
/// The invariant: a session's subscriptions and the topics' listeners agree, and end with the session.
@NullMarked
package dev.stoa.server.topic;

import org.jspecify.annotations.NullMarked;
