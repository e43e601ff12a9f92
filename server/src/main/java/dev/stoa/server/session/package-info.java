/// A live connection and who is behind it, seen without a network.
///
/// An [dev.stoa.server.session.Endpoint] admits a connection and opens a
/// [dev.stoa.server.session.Conversation] on its [dev.stoa.server.session.Session]; the network layer
/// below feeds the conversation, the features above use the session. [dev.stoa.server.session.Sessions]
/// finds sessions by id and by user.
///
/// The invariant: a conversation is told of its end exactly once, after everything else it is told.
@NullMarked
package dev.stoa.server.session;

import org.jspecify.annotations.NullMarked;
