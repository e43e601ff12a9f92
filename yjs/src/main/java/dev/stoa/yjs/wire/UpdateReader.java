package dev.stoa.yjs.wire;

import dev.stoa.yjs.lib0.ByteReader;
import org.jspecify.annotations.Nullable;

/// Where the values of an update are found. The order of calls is that of the v1 layout in both formats.
public sealed interface UpdateReader permits UpdateReaderV1, UpdateReaderV2 {
    static UpdateReader of(Format format, byte[] update) {
        return switch (format) {
            case V1 -> new UpdateReaderV1(update);
            case V2 -> new UpdateReaderV2(update);
        };
    }

    /// For a delete set that stands alone, without the streams of an update.
    static UpdateReader ofRest(Format format, byte[] bytes) {
        return switch (format) {
            case V1 -> new UpdateReaderV1(bytes);
            case V2 -> UpdateReaderV2.ofRest(bytes);
        };
    }

    /// The part that holds counts, clocks and whatever has no stream of its own.
    ByteReader rest();

    Format format();

    long client();

    /// Of an origin or a parent, after its client.
    long leftClock();

    long rightClock();

    int info();

    String string();

    /// Whether a root's name follows and not an id.
    boolean parentIsRoot();

    long typeRef();

    long length();

    @Nullable
    Object any(int nesting);

    JsonValue json(int nesting);

    byte[] bytes();

    String key();

    /// Begins the deleted ranges of another client.
    void beginRanges();

    long rangeClock();

    long rangeLength();
}
