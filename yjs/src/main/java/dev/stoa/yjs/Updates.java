package dev.stoa.yjs;

import dev.stoa.yjs.wire.Format;
import dev.stoa.yjs.wire.StateVector;
import dev.stoa.yjs.wire.UpdateMerge;
import dev.stoa.yjs.wire.UpdateWalks;
import java.util.List;
import java.util.Map;

/// Updates as bytes, without a document: check, merge, cut, convert. All linear in the bytes, all
/// thread-safe.
///
/// An update that is malformed is refused with an [UpdateException]; limits of size are those of Java. Only
/// v2 updates that describe more structs than 8 for each byte and 1,000 are refused too: one's own such
/// state is read with [YDoc#loadV2]. Arguments are not changed.
///
/// Methods without a version in their name are for v1, which is what peers send.
public final class Updates {
    private static final Limits ANY_SIZE = new Limits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Limits.defaults().structsPerByte(),
            Limits.defaults().structsBase(),
            Limits.MOST_NESTING,
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

    /// The same for a v2 update.
    public static void checkV2(byte[] update, Limits limits) {
        UpdateWalks.check(Format.V2, update, limits);
    }

    /// One update that does what all of them do, in any order; parts that cannot be integrated yet are
    /// kept.
    public static byte[] merge(List<byte[]> updates) {
        return UpdateMerge.merge(Format.V1, updates, ANY_SIZE);
    }

    /// The same for v2 updates.
    public static byte[] mergeV2(List<byte[]> updates) {
        return UpdateMerge.merge(Format.V2, updates, ANY_SIZE);
    }

    /// What of an update somebody with this state vector does not have; deletions stay whole.
    public static byte[] diff(byte[] update, byte[] stateVector) {
        return UpdateWalks.diff(Format.V1, update, StateVector.decode(stateVector), ANY_SIZE);
    }

    /// The same for a v2 update.
    public static byte[] diffV2(byte[] update, byte[] stateVector) {
        return UpdateWalks.diff(Format.V2, update, StateVector.decode(stateVector), ANY_SIZE);
    }

    /// The state vector that an empty document would have after this update.
    public static byte[] stateVector(byte[] update) {
        return UpdateWalks.vector(Format.V1, update, ANY_SIZE).encode();
    }

    /// The same for a v2 update.
    public static byte[] stateVectorV2(byte[] update) {
        return UpdateWalks.vector(Format.V2, update, ANY_SIZE).encode();
    }

    /// The clocks an update speaks of. Immutable.
    ///
    /// @param from for each client its first clock
    /// @param to for each client the clock behind its last one
    public record Meta(Map<Long, Long> from, Map<Long, Long> to) {}

    /// The clocks of an update, gaps included.
    public static Meta meta(byte[] update) {
        return meta(Format.V1, update);
    }

    /// The same for a v2 update.
    public static Meta metaV2(byte[] update) {
        return meta(Format.V2, update);
    }

    private static Meta meta(Format format, byte[] update) {
        UpdateWalks.Span span = UpdateWalks.span(format, update, ANY_SIZE);
        return new Meta(Map.copyOf(span.from()), Map.copyOf(span.to()));
    }

    /// The same structs and deletions in v2.
    public static byte[] toV2(byte[] updateV1) {
        return UpdateWalks.convert(Format.V1, Format.V2, updateV1, ANY_SIZE);
    }

    /// The same structs and deletions in v1.
    public static byte[] toV1(byte[] updateV2) {
        return UpdateWalks.convert(Format.V2, Format.V1, updateV2, ANY_SIZE);
    }

    /// Whether a snapshot has seen all that an update holds.
    public static boolean contains(Snapshot snapshot, byte[] update) {
        return UpdateWalks.within(Format.V1, update, snapshot.vector(), snapshot.deletes(), ANY_SIZE);
    }
}
