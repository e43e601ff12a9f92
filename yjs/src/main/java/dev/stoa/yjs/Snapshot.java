package dev.stoa.yjs;

import dev.stoa.yjs.lib0.ByteReader;
import dev.stoa.yjs.wire.DeleteSet;
import dev.stoa.yjs.wire.Format;
import dev.stoa.yjs.wire.StateVector;
import dev.stoa.yjs.wire.UpdateReader;
import dev.stoa.yjs.wire.UpdateWriter;

/// Names a state of a document: which clocks it had seen and which of them were deleted. Immutable.
///
/// ```
/// deleteSet, stateVector        no lengths between them
/// ```
///
/// It holds no content: to go back to it takes a document that does not collect.
public final class Snapshot {
    private final DeleteSet deletes;
    private final StateVector vector;

    Snapshot(DeleteSet deletes, StateVector vector) {
        this.deletes = deletes;
        this.vector = vector;
    }

    /// A snapshot from its v1 bytes.
    ///
    /// @throws UpdateException if the bytes are none
    public static Snapshot decode(byte[] bytes) {
        return decode(Format.V1, bytes);
    }

    /// The same for v2.
    public static Snapshot decodeV2(byte[] bytes) {
        return decode(Format.V2, bytes);
    }

    private static Snapshot decode(Format format, byte[] bytes) {
        UpdateReader in = UpdateReader.ofRest(format, bytes);
        DeleteSet deletes = DeleteSet.read(in, Limits.defaults());
        ByteReader rest = in.rest();
        StateVector vector = StateVector.read(rest);
        rest.expectEnd();
        return new Snapshot(deletes, vector);
    }

    /// Its v1 bytes, those of yjs for the same state.
    public byte[] encode() {
        return encode(Format.V1);
    }

    /// The same in v2.
    public byte[] encodeV2() {
        return encode(Format.V2);
    }

    private byte[] encode(Format format) {
        UpdateWriter out = UpdateWriter.of(format);
        deletes.write(out);
        vector.write(out.rest());
        return out.rest().toBytes();
    }

    DeleteSet deletes() {
        return deletes;
    }

    StateVector vector() {
        return vector;
    }

    /// Whether a unit was visible then.
    boolean shows(long client, long clock) {
        return clock < vector.clock(client) && !deletes.contains(client, clock);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Snapshot that && deletes.equals(that.deletes) && vector.equals(that.vector);
    }

    @Override
    public int hashCode() {
        return deletes.hashCode() * 31 + vector.hashCode();
    }

    @Override
    public String toString() {
        return "Snapshot[" + vector + ", " + deletes + "]";
    }
}
