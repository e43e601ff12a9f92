package dev.stoa.yjs.sync;

import dev.stoa.yjs.UpdateException;
import dev.stoa.yjs.YDoc;
import dev.stoa.yjs.lib0.ByteReader;
import dev.stoa.yjs.lib0.ByteWriter;

/// One step of the synchronisation of two documents, always in v1. Immutable as long as nobody writes
/// into its bytes.
///
/// ```
/// 00 varBytes state vector    01 varBytes update    02 varBytes update
/// ```
public sealed interface SyncMessage {
    /// The vector or update that it carries; not copied.
    byte[] payload();

    /// "This is what I have": to be answered with a [Step2].
    record Step1(byte[] payload) implements SyncMessage {
        /// What the sender of this message does not have.
        public Step2 answer(YDoc doc) {
            return new Step2(doc.encodeState(payload));
        }
    }

    /// "This is what you do not have."
    record Step2(byte[] payload) implements SyncMessage {}

    /// "This has changed."
    record Update(byte[] payload) implements SyncMessage {}

    /// The step that asks for what a document does not have.
    static Step1 step1(YDoc doc) {
        return new Step1(doc.stateVector());
    }

    /// Reads a message.
    ///
    /// @throws UpdateException if it is none; the payload is not looked at
    static SyncMessage decode(byte[] bytes) {
        return decode(bytes, 0);
    }

    /// Reads the message that a frame holds from a place on, to its end.
    ///
    /// @throws UpdateException if it is none; the payload is not looked at
    static SyncMessage decode(byte[] frame, int from) {
        ByteReader in = new ByteReader(frame, from, frame.length);
        long kind = in.varUint();
        byte[] payload = in.varBytes();
        in.expectEnd();
        return switch (kind > 2 ? 3 : (int) kind) {
            case 0 -> new Step1(payload);
            case 1 -> new Step2(payload);
            case 2 -> new Update(payload);
            default -> throw UpdateException.unsupported("a sync message has the unknown kind " + kind);
        };
    }

    /// Whether it carries an update, which a read-only peer may not send.
    default boolean writes() {
        return !(this instanceof Step1);
    }

    /// The bytes of the message.
    default byte[] encode() {
        ByteWriter out = new ByteWriter(payload().length + 8);
        out.u8(
                switch (this) {
                    case Step1 ignored -> 0;
                    case Step2 ignored -> 1;
                    case Update ignored -> 2;
                });
        out.varBytes(payload());
        return out.toBytes();
    }
}
