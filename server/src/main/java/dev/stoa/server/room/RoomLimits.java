package dev.stoa.server.room;

/// What a room takes (rooms protocol, section 3). Sizes are of JSON without blanks, in bytes of UTF-8.
///
/// @param maxMessageBytes data and metadata of a message together; an update of a document as well
/// @param maxMetadataBytes of a room, a member, or a message
/// @param maxPresenceBytes of a member; the awareness of a device as well
/// @param maxMembers active members of a room
/// @param maxConnections live sockets of a room
/// @param maxDepth nesting of any JSON value
/// @param maxSnapshotBytes of all that a snapshot holds
/// @param maxSnapshots snapshots of a room
/// @param maxStateBytes of the state that a room's hooks share
public record RoomLimits(
        int maxMessageBytes,
        int maxMetadataBytes,
        int maxPresenceBytes,
        int maxMembers,
        int maxConnections,
        int maxDepth,
        int maxSnapshotBytes,
        int maxSnapshots,
        int maxStateBytes) {
    public RoomLimits {
        if (maxDepth < 1 || maxDepth > 100) {
            throw new IllegalArgumentException("maxDepth is 1 to 100, not " + maxDepth);
        }
        if (maxMessageBytes < 1
                || maxMetadataBytes < 2
                || maxPresenceBytes < 2
                || maxMembers < 1
                || maxConnections < 1
                || maxSnapshotBytes < 1
                || maxSnapshots < 1
                || maxStateBytes < 2) {
            throw new IllegalArgumentException("a room's limits must leave room for something");
        }
    }

    public static RoomLimits usual() {
        return new RoomLimits(64 * 1024, 16 * 1024, 4 * 1024, 10_000, 100_000, 64, 64 * 1024 * 1024, 1000, 64 * 1024);
    }

    public RoomLimits withMaxMessageBytes(int bytes) {
        return new RoomLimits(
                bytes,
                maxMetadataBytes,
                maxPresenceBytes,
                maxMembers,
                maxConnections,
                maxDepth,
                maxSnapshotBytes,
                maxSnapshots,
                maxStateBytes);
    }

    public RoomLimits withMaxMembers(int members) {
        return new RoomLimits(
                maxMessageBytes,
                maxMetadataBytes,
                maxPresenceBytes,
                members,
                maxConnections,
                maxDepth,
                maxSnapshotBytes,
                maxSnapshots,
                maxStateBytes);
    }

    public RoomLimits withMaxConnections(int connections) {
        return new RoomLimits(
                maxMessageBytes,
                maxMetadataBytes,
                maxPresenceBytes,
                maxMembers,
                connections,
                maxDepth,
                maxSnapshotBytes,
                maxSnapshots,
                maxStateBytes);
    }

    public RoomLimits withMaxSnapshots(int snapshots, int bytesOfEach) {
        return new RoomLimits(
                maxMessageBytes,
                maxMetadataBytes,
                maxPresenceBytes,
                maxMembers,
                maxConnections,
                maxDepth,
                bytesOfEach,
                snapshots,
                maxStateBytes);
    }
}
