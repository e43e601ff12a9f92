package dev.stoa.server.document.lww;

/// The bounds of one document. Immutable.
///
/// @param maxDocumentBytes of the whole document, about as its JSON has it, tombstones included
/// @param maxRecords records of the document, tombstones included
/// @param maxKeyBytes UTF-8 bytes of a key, and of a field's name
/// @param maxFields fields of one record
/// @param maxArrayLength numbers in an array that a delta makes
/// @param maxPatchEntries entries in what one writer sends at once
/// @param maxEphemeralBytes of what one client shows of itself
public record LwwLimits(
        long maxDocumentBytes,
        int maxRecords,
        int maxKeyBytes,
        int maxFields,
        int maxArrayLength,
        int maxPatchEntries,
        long maxEphemeralBytes) {
    public LwwLimits {
        if (maxDocumentBytes < 1
                || maxRecords < 1
                || maxKeyBytes < 1
                || maxFields < 1
                || maxArrayLength < 1
                || maxPatchEntries < 1
                || maxEphemeralBytes < 1) {
            throw new IllegalArgumentException("a document's bounds must be at least 1");
        }
    }

    /// 32 MiB, a million records, keys of 1024 bytes, 1000 fields, arrays of a million numbers, a
    /// million entries at once, 256 KiB of ephemeral data for each client.
    public static LwwLimits usual() {
        return new LwwLimits(32L * 1024 * 1024, 1_000_000, 1024, 1000, 1_000_000, 1_000_000, 256 * 1024);
    }

    /// No bounds, for what was accepted once.
    public static LwwLimits none() {
        int most = Integer.MAX_VALUE;
        return new LwwLimits(Long.MAX_VALUE, most, most, most, most, most, Long.MAX_VALUE);
    }

    public LwwLimits withMaxDocumentBytes(long bytes) {
        return new LwwLimits(
                bytes, maxRecords, maxKeyBytes, maxFields, maxArrayLength, maxPatchEntries, maxEphemeralBytes);
    }

    public LwwLimits withMaxRecords(int records) {
        return new LwwLimits(
                maxDocumentBytes, records, maxKeyBytes, maxFields, maxArrayLength, maxPatchEntries, maxEphemeralBytes);
    }

    public LwwLimits withMaxEphemeralBytes(long bytes) {
        return new LwwLimits(
                maxDocumentBytes, maxRecords, maxKeyBytes, maxFields, maxArrayLength, maxPatchEntries, bytes);
    }
}
