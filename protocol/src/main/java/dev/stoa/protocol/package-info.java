/// What server and client agree on: typed contracts, the envelope around them, and errors.
///
/// A contract is a [dev.stoa.protocol.MessageType] or a [dev.stoa.protocol.RpcType]; a peer's bytes
/// become an [dev.stoa.protocol.Envelope] in one pass that finds the fields and leaves the payload where
/// it is; the contract then decodes and validates that payload, strictly.
/// [dev.stoa.protocol.EnvelopeWriter] goes the other way. [dev.stoa.protocol.ErrorCode] and
/// [dev.stoa.protocol.ErrorPayload] hold the rules for what a peer is told.
///
/// The invariant: nothing leaves this package unchecked. A payload that a handler sees satisfies its
/// contract.
///
/// Start reading at [dev.stoa.protocol.MessageType].
@NullMarked
package dev.stoa.protocol;

import org.jspecify.annotations.NullMarked;
