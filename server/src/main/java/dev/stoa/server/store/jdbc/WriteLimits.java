package dev.stoa.server.store.jdbc;

/// What may wait to be written, and how much of it one commit takes. Immutable.
///
/// @param maxWaitingBytes beyond this sum of [dev.stoa.server.store.Write#size] a write fails at once
/// @param maxBatchRecords a commit takes no further write once it has so many records
/// @param maxBatchBytes a commit takes no further write once it has so many bytes
public record WriteLimits(long maxWaitingBytes, int maxBatchRecords, long maxBatchBytes) {
    public static final WriteLimits USUAL = new WriteLimits(64L << 20, 4096, 16L << 20);

    public WriteLimits {
        if (maxWaitingBytes < 1 || maxBatchRecords < 1 || maxBatchBytes < 1) {
            throw new IllegalArgumentException("limits of writing are positive, not %d, %d, %d"
                    .formatted(maxWaitingBytes, maxBatchRecords, maxBatchBytes));
        }
    }
}
