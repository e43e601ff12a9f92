package dev.stoa.yjs;

/// What an update, and a document's waiting room, may cost. Immutable.
///
/// Every figure is checked before a document changes; the error names the component that was exceeded.
///
/// Memory follows from them. Applying a v1 update of `n` bytes takes at most 32 n bytes and a mebibyte. A
/// v2 update can describe structs without bytes of their own, each of which takes at most 320 bytes more:
/// who takes v2 from strangers, which no provider sends, may want fewer `structs`.
///
/// @param updateBytes size of one update
/// @param structs structs of one update, whatever its bytes say
/// @param structsPerByte with `structsBase`: structs that a v2 update may describe for each of its bytes
/// @param structsBase structs that any v2 update may describe
/// @param nesting levels of `any` and JSON values, at most [#MOST_NESTING]
/// @param emptyUnits units that carry no bytes (collected, deleted, skipped) in one update
/// @param deleteRanges ranges in the delete set of one update
/// @param pendingRanges deleted ranges that wait for their structs in one document
/// @param pendingBytes bytes of structs that wait for others in one document
/// @param pendingUpdates updates with waiting structs since the waiting room was last empty
public record Limits(
        int updateBytes,
        int structs,
        int structsPerByte,
        int structsBase,
        int nesting,
        long emptyUnits,
        int deleteRanges,
        int pendingRanges,
        int pendingBytes,
        int pendingUpdates) {
    /// More levels are not allowed, so that reading a value needs little stack.
    public static final int MOST_NESTING = 200;

    private static final Limits DEFAULTS =
            new Limits(16 << 20, 5_000_000, 8, 1_000, 100, Integer.MAX_VALUE, 1_000_000, 100_000, 8 << 20, 64);

    /// @throws IllegalArgumentException for a figure that makes no sense
    public Limits {
        if (updateBytes < 2
                || structs < 1
                || structsPerByte < 1
                || structsBase < 1
                || nesting < 1
                || emptyUnits < 1
                || deleteRanges < 1
                || pendingRanges < 0
                || pendingBytes < 0
                || pendingUpdates < 0) {
            throw new IllegalArgumentException("a limit is below its least value");
        }
        if (nesting > MOST_NESTING) {
            throw new IllegalArgumentException("nesting of " + nesting + " exceeds " + MOST_NESTING);
        }
        if (emptyUnits > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("emptyUnits of " + emptyUnits + " exceeds " + Integer.MAX_VALUE);
        }
    }

    private static final Limits OWN = new Limits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            MOST_NESTING,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);

    /// What suits updates of strangers.
    public static Limits defaults() {
        return DEFAULTS;
    }

    /// What suits bytes of one's own keeping, which hold what was allowed piece by piece: everything
    /// that fits a Java array.
    public static Limits ofOwnBytes() {
        return OWN;
    }

    /// These limits with another size of one update, for a checkpoint of one's own.
    public Limits withUpdateBytes(int bytes) {
        return new Limits(
                bytes,
                structs,
                structsPerByte,
                structsBase,
                nesting,
                emptyUnits,
                deleteRanges,
                pendingRanges,
                pendingBytes,
                pendingUpdates);
    }
}
