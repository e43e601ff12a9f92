/// Collaborative documents: rooms whose state is one [dev.stoa.server.document.lww.LwwDocument]
/// (documents protocol).
///
/// A [dev.stoa.server.document.Documents] is an instance of them; a
/// [dev.stoa.server.document.DocumentRoom] is a handle on one. Each is an entity: edits of sockets and
/// of the application are commands, an edit is a record of the log, and the document is the fold of the
/// log.
///
/// ```
///  socket ── DocumentSockets ─┐                       ┌─ LwwDocument     what is kept
///                             ├─ command ──► DocumentEntity ─ EphemeralState  what clients show meanwhile
///  application ─ DocumentRoom ┘   (mailbox)           └─ guests          who is there
///                                        │
///           sockets ◄── acks, broadcasts, answers: after the commit, in the order of the turns
///   DocumentEvents ◄── edits                         of those who follow the document from within
/// ```
///
/// The invariant: on each socket, everything caused by an edit comes before everything caused by a later
/// one, and nothing of an edit is seen by anybody before it is kept.
///
/// Start reading at [dev.stoa.server.document.DocumentRoom], or at
/// [dev.stoa.server.document.DocumentEntity] for how it works.
@NullMarked
package dev.stoa.server.document;

import org.jspecify.annotations.NullMarked;
