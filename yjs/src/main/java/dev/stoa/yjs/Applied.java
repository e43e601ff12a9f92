package dev.stoa.yjs;

/// What an update has done to a document. Immutable.
///
/// A duplicate has neither integrated nor left anything waiting. What is new or waiting belongs into a
/// log; what is effective is for the other peers.
///
/// @param integrated whether the document has changed
/// @param pending whether parts of this update wait for others
/// @param effective the change as a v1 update, together with what had waited for it; empty array if
/// nothing changed
/// @param scanned how many candidates were looked at to order concurrent items: the one cost that a
///     peer can make quadratic
public record Applied(boolean integrated, boolean pending, byte[] effective, long scanned) {
    /// Whether everything in the update was known before.
    public boolean duplicate() {
        return !integrated && !pending;
    }
}
