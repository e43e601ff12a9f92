package dev.stoa.yjs.wire;

import dev.stoa.yjs.lib0.Any;
import dev.stoa.yjs.lib0.ByteWriter;
import org.jspecify.annotations.Nullable;

/// The first format: all values one after the other. Confined to one thread.
final class UpdateWriterV1 implements UpdateWriter {
    private final ByteWriter out = new ByteWriter();

    @Override
    public ByteWriter rest() {
        return out;
    }

    @Override
    public void client(long client) {
        out.varUint(client);
    }

    @Override
    public void leftClock(long clock) {
        out.varUint(clock);
    }

    @Override
    public void rightClock(long clock) {
        out.varUint(clock);
    }

    @Override
    public void info(int info) {
        out.u8(info);
    }

    @Override
    public void string(CharSequence string, int from, int to) {
        out.varString(string, from, to);
    }

    @Override
    public void parentIsRoot(boolean root) {
        out.u8(root ? 1 : 0);
    }

    @Override
    public void typeRef(int ref) {
        out.varUint(ref);
    }

    @Override
    public void length(long length) {
        out.varUint(length);
    }

    @Override
    public void any(@Nullable Object value) {
        Any.write(out, value);
    }

    @Override
    public void json(JsonValue value) {
        out.varString(value.text());
    }

    @Override
    public void bytes(byte[] bytes) {
        out.varBytes(bytes);
    }

    @Override
    public void key(String key) {
        out.varString(key);
    }

    @Override
    public void beginRanges() {}

    @Override
    public void rangeClock(long clock) {
        out.varUint(clock);
    }

    @Override
    public void rangeLength(long length) {
        out.varUint(length);
    }

    @Override
    public byte[] toBytes() {
        return out.toBytes();
    }
}
