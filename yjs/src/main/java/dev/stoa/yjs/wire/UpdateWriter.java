package dev.stoa.yjs.wire;

import dev.stoa.yjs.lib0.ByteWriter;
import org.jspecify.annotations.Nullable;

/// Where the values of an update are put; the mirror of [UpdateReader].
public sealed interface UpdateWriter permits UpdateWriterV1, UpdateWriterV2 {
    static UpdateWriter of(Format format) {
        return switch (format) {
            case V1 -> new UpdateWriterV1();
            case V2 -> new UpdateWriterV2();
        };
    }

    ByteWriter rest();

    void client(long client);

    void leftClock(long clock);

    void rightClock(long clock);

    void info(int info);

    void string(CharSequence string, int from, int to);

    default void string(String string) {
        string(string, 0, string.length());
    }

    void parentIsRoot(boolean root);

    void typeRef(int ref);

    void length(long length);

    void any(@Nullable Object value);

    void json(JsonValue value);

    void bytes(byte[] bytes);

    void key(String key);

    void beginRanges();

    void rangeClock(long clock);

    void rangeLength(long length);

    byte[] toBytes();
}
