package dev.stoa.yjs;

import dev.stoa.yjs.wire.Format;
import dev.stoa.yjs.wire.StateVector;
import dev.stoa.yjs.wire.UpdateMerge;
import dev.stoa.yjs.wire.UpdateWalks;
import java.util.List;
import java.util.Map;

/// Updates as bytes, without a document: check, merge, cut, convert. All linear in the bytes, all thread-safe.
///
/// Methods without a version in their name are for v1, which is what peers send.
public final class Updates {
    static final Limits OWN = new Limits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Limits.defaults().structsPerByte(),
            Limits.defaults().structsBase(),
            Limits.defaults().nesting(),
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);

    private Updates() {}

    /// Reads all of an update and refuses what a document would refuse because of its bytes alone.
    ///
    /// @throws UpdateException naming what is wrong
    public static void check(byte[] update, Limits limits) {
        UpdateWalks.check(Format.V1, update, limits);
    }

    public static void checkV2(byte[] update, Limits limits) {
        UpdateWalks.check(Format.V2, update, limits);
    }

    /// One update that does what all of them do, in any order; parts that cannot be integrated yet are kept.
    public static byte[] merge(List<byte[]> updates) {
        return UpdateMerge.merge(Format.V1, updates, OWN);
    }

    public static byte[] mergeV2(List<byte[]> updates) {
        return UpdateMerge.merge(Format.V2, updates, OWN);
    }

    /// What of an update somebody with this state vector does not have; deletions stay whole.
    public static byte[] diff(byte[] update, byte[] stateVector) {
        return UpdateWalks.diff(Format.V1, update, StateVector.decode(stateVector), OWN);
    }

    public static byte[] diffV2(byte[] update, byte[] stateVector) {
        return UpdateWalks.diff(Format.V2, update, StateVector.decode(stateVector), OWN);
    }

    /// The state vector that an empty document would have after this update.
    public static byte[] stateVector(byte[] update) {
        return UpdateWalks.vector(Format.V1, update, OWN).encode();
    }

    public static byte[] stateVectorV2(byte[] update) {
        return UpdateWalks.vector(Format.V2, update, OWN).encode();
    }

    /// The clocks an update speaks of. Immutable.
    ///
    /// @param from for each client its first clock
    /// @param to for each client the clock behind its last one
    public record Meta(Map<Long, Long> from, Map<Long, Long> to) {}

    public static Meta meta(byte[] update) {
        return meta(Format.V1, update);
    }

    public static Meta metaV2(byte[] update) {
        return meta(Format.V2, update);
    }

    private static Meta meta(Format format, byte[] update) {
        UpdateWalks.Span span = UpdateWalks.span(format, update, OWN);
        return new Meta(Map.copyOf(span.from()), Map.copyOf(span.to()));
    }

    public static byte[] toV2(byte[] updateV1) {
        return UpdateWalks.convert(Format.V1, Format.V2, updateV1, OWN);
    }

    public static byte[] toV1(byte[] updateV2) {
        return UpdateWalks.convert(Format.V2, Format.V1, updateV2, OWN);
    }

    /// Whether a snapshot has seen all that an update holds.
    public static boolean contains(Snapshot snapshot, byte[] update) {
        return UpdateWalks.within(Format.V1, update, snapshot.vector(), snapshot.deletes(), OWN);
    }
}
