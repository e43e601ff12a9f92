/// What is kept: the port to durable storage, and its implementation in memory.
///
/// A [Store] keeps entities. Each has a [Header], a *log* of [LogRecord]s numbered from 1 without holes,
/// *rows* (small state by key that replaces itself), *checkpoints* (the state that the log folds to, at an
/// offset), *snapshots* (copies that somebody asked for) and *once keys* (what must not be done twice).
/// All of it changes through [Write]s only, which are committed whole and in order, many in one commit.
///
/// The one invariant: a write is committed only if its owner still holds the entity's fence and everything
/// that owner wrote before it is committed. Start reading at [Store].
@NullMarked
package dev.stoa.server.store;

import org.jspecify.annotations.NullMarked;
