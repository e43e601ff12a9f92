package dev.stoa.server.store;

/// What a [Write] does besides appending records. Changes of a write are applied in order.
public sealed interface Change {
    /// Sets a row.
    ///
    /// @param key 1 to 512 characters
    record PutRow(String key, byte[] body) implements Change {
        public PutRow {
            StoredText.check("a row's key", key, 512);
        }
    }

    /// Removes a row, if it is there.
    record DeleteRow(String key) implements Change {
        public DeleteRow {
            StoredText.check("a row's key", key, 512);
        }
    }

    /// Remembers a key for the entity's present log; replaces what was remembered under it.
    record PutOnce(Once once) implements Change {}

    /// Forgets the once keys of the entity's present log that start with a prefix.
    record DeleteOnces(String prefix) implements Change {
        public DeleteOnces {
            StoredText.check("a prefix of once keys", prefix, 512);
        }
    }

    /// Writes a part of a checkpoint of the present log, which is whole once its last part is there: a large
    /// one is handed in part by part, in their order, so that no commit becomes long. The store keeps the two
    /// newest that are whole, and what is being written.
    ///
    /// @param offset the last record the checkpoint includes
    /// @param part from 0, which begins the checkpoint at its offset anew
    /// @param isLast whether it is whole with this part
    record PutCheckpoint(long offset, int part, boolean isLast, byte[] body) implements Change {
        public PutCheckpoint {
            if (offset < 0 || part < 0) {
                throw new IllegalArgumentException("no checkpoint at %d has a part %d".formatted(offset, part));
            }
        }

        /// A checkpoint of one part.
        public PutCheckpoint(Checkpoint checkpoint) {
            this(checkpoint.offset(), 0, true, checkpoint.body());
        }
    }

    record PutSnapshot(Snapshot snapshot) implements Change {}

    /// Deletes all snapshots of the entity.
    record DeleteSnapshots() implements Change {}

    /// Deletes the records of one type from the present log, leaving holes: only for logs that end here.
    /// They are unreadable at once; the space is freed later.
    record DeleteRecords(String type) implements Change {
        public DeleteRecords {
            StoredText.check("a record's type", type, 64);
        }
    }

    /// Lets go of the log that the entity had before the header's, in the write that begins the new one: its
    /// records, checkpoints and once keys are unreadable at once; the space is freed later. The write's
    /// records and its other changes belong to the new log.
    record DropLog(long log) implements Change {}

    /// Forgets the entity and all that is its own. Nothing may follow in the write, and its owner cannot
    /// write any more.
    record DeleteEntity() implements Change {}
}
