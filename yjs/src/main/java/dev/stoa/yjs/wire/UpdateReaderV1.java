package dev.stoa.yjs.wire;

import dev.stoa.yjs.lib0.Any;
import dev.stoa.yjs.lib0.ByteReader;
import org.jspecify.annotations.Nullable;

/// The first format: all values one after the other. Confined to one thread.
final class UpdateReaderV1 implements UpdateReader {
    private final ByteReader in;

    UpdateReaderV1(byte[] update) {
        in = new ByteReader(update);
    }

    @Override
    public ByteReader rest() {
        return in;
    }

    @Override
    public Format format() {
        return Format.V1;
    }

    @Override
    public long client() {
        return in.varUint();
    }

    @Override
    public long leftClock() {
        return in.varUint();
    }

    @Override
    public long rightClock() {
        return in.varUint();
    }

    @Override
    public int info() {
        return in.u8();
    }

    @Override
    public String string() {
        return in.varString();
    }

    @Override
    public boolean parentIsRoot() {
        return in.varUint() == 1;
    }

    @Override
    public long typeRef() {
        return in.varUint();
    }

    @Override
    public long length() {
        return in.varUint();
    }

    @Override
    public @Nullable Object any(int nesting) {
        return Any.read(in, nesting);
    }

    @Override
    public JsonValue json(int nesting) {
        return JsonValue.ofText(in.varString(), nesting);
    }

    @Override
    public byte[] bytes() {
        return in.varBytes();
    }

    @Override
    public String key() {
        return in.varString();
    }

    @Override
    public void beginRanges() {}

    @Override
    public long rangeClock() {
        return in.varUint();
    }

    @Override
    public long rangeLength() {
        return in.varUint();
    }
}
