package dev.stoa.yjs.store;

import dev.stoa.yjs.wire.Contents;
import dev.stoa.yjs.wire.UpdateWriter;

/// A range of a client's clocks. One that is no [Item] is collected: its place and content are
/// forgotten. Confined to its document.
public sealed class Struct permits Item {
    final Client client;
    long clock;
    int length;

    Struct(Client client, long clock, int length) {
        this.client = client;
        this.clock = clock;
        this.length = length;
    }

    public final long clientId() {
        return client.id;
    }

    public final long clock() {
        return clock;
    }

    public final int length() {
        return length;
    }

    final long end() {
        return clock + length;
    }

    final long last() {
        return clock + length - 1;
    }

    /// Whether it was there before the transaction began.
    final boolean isOld() {
        return clock < client.before();
    }

    boolean isDeleted() {
        return true;
    }

    /// Writes the first units only.
    void writeUntil(UpdateWriter out, int until) {
        out.info(Contents.GC);
        out.length(until);
    }

    void write(UpdateWriter out, int offset) {
        out.info(Contents.GC);
        out.length(length - offset);
    }
}
