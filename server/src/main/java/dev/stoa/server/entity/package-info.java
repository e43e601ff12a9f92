/// Entities: places with one owner, one mailbox and one durable log.
///
/// An [Entity] is a single-threaded state machine whose state is the fold of its own log, with small rows
/// beside it. What it is asked comes as [Command]s through an [EntityRef]; each is handled in a [Turn], which
/// collects what shall be kept and what shall follow once it is kept: answers and effects. A [Placement] says
/// where an entity lives; [LocalPlacement] runs all of them here.
///
/// ```
///  ask ──► mailbox ──► turn: check, change state, ── write ──► Store (many in one commit)
///          (bounded)   append, answer, effect                     │ committed
///                            ▲                                    ▼
///          asker ◄── answers and effects, in the order of the turns
/// ```
///
/// The one invariant: no answer and no effect leaves before the commit that covers its turn and every turn
/// before it. If that commit fails, the state is thrown away and read again, and those turns never happened.
@NullMarked
package dev.stoa.server.entity;

import org.jspecify.annotations.NullMarked;
