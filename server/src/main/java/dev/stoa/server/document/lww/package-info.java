/// Documents in which the last writer of a field wins, as pure values and state: no sockets, no clock,
/// no storage.
///
/// A [dev.stoa.server.document.lww.LwwDocument] is a map from key to record, a record a map from field
/// to JSON value, and each field knows the counter value at which it was last written. What a writer
/// sends is [dev.stoa.server.document.lww.Patches]: checked whole before any of it is applied. Values
/// are never understood, except for [dev.stoa.server.document.lww.ArrayDelta]s: they are kept and sent
/// as the text they came as, so that no number loses a digit and no text its odd surrogate.
///
/// ```
///  bytes ── JsonText ── Patches.parse ── LwwDocument.apply ──► Applied: counter, what was kept
///                       form, limits       all or nothing
/// ```
///
/// The invariant: a document is the fold of the patches it has applied, in their order; two that have
/// applied the same are equal, whether they were replayed, loaded from a checkpoint, or read from a
/// snapshot.
///
/// Start reading at [dev.stoa.server.document.lww.LwwDocument].
@NullMarked
package dev.stoa.server.document.lww;

import org.jspecify.annotations.NullMarked;
