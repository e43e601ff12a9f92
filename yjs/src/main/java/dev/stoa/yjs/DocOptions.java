package dev.stoa.yjs;

/// How a document is made. Immutable.
///
/// @param clientId under which its own edits are written: below 2^53, and never used by another
///     document or by an earlier life of this one, because two writers under one id destroy each
///     other's edits
/// @param collect whether the content of what is deleted is forgotten; a document that does not collect
///     can go back to a [Snapshot]
/// @param limits of updates and of what waits
public record DocOptions(long clientId, boolean collect, Limits limits) {
    /// @throws IllegalArgumentException for a client id that is none
    public DocOptions {
        if (clientId < 0 || clientId > (1L << 53) - 1) {
            throw new IllegalArgumentException("a client id of " + clientId + " is not in 0..2^53-1");
        }
    }

    /// A collecting document with the usual limits. Draw the id at random, 32 bits, for each document
    /// in memory.
    public static DocOptions of(long clientId) {
        return new DocOptions(clientId, true, Limits.defaults());
    }

    /// The same, collecting or not.
    public DocOptions collect(boolean collects) {
        return new DocOptions(clientId, collects, limits);
    }

    /// The same with other limits.
    public DocOptions limits(Limits others) {
        return new DocOptions(clientId, collect, others);
    }
}
