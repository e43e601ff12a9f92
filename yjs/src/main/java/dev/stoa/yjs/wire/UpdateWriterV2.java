package dev.stoa.yjs.wire;

import dev.stoa.yjs.lib0.Any;
import dev.stoa.yjs.lib0.ByteRle;
import dev.stoa.yjs.lib0.ByteWriter;
import dev.stoa.yjs.lib0.IntDiffOptRle;
import dev.stoa.yjs.lib0.StringRle;
import dev.stoa.yjs.lib0.UintOptRle;
import org.jspecify.annotations.Nullable;

/// The second format: a stream for each kind of value; see [UpdateReaderV2]. Confined to one thread.
final class UpdateWriterV2 implements UpdateWriter {
    private final IntDiffOptRle.Writer keyClocks = new IntDiffOptRle.Writer();
    private final UintOptRle.Writer clients = new UintOptRle.Writer();
    private final IntDiffOptRle.Writer leftClocks = new IntDiffOptRle.Writer();
    private final IntDiffOptRle.Writer rightClocks = new IntDiffOptRle.Writer();
    private final ByteRle.Writer infos = new ByteRle.Writer();
    private final StringRle.Writer strings = new StringRle.Writer();
    private final ByteRle.Writer parentInfos = new ByteRle.Writer();
    private final UintOptRle.Writer typeRefs = new UintOptRle.Writer();
    private final UintOptRle.Writer lengths = new UintOptRle.Writer();
    private final ByteWriter rest = new ByteWriter();
    private long keys;
    private long rangeEnd;

    @Override
    public ByteWriter rest() {
        return rest;
    }

    @Override
    public void client(long client) {
        clients.write(client);
    }

    @Override
    public void leftClock(long clock) {
        leftClocks.write(clock);
    }

    @Override
    public void rightClock(long clock) {
        rightClocks.write(clock);
    }

    @Override
    public void info(int info) {
        infos.write(info);
    }

    @Override
    public void string(CharSequence string, int from, int to) {
        strings.write(string, from, to);
    }

    @Override
    public void parentIsRoot(boolean root) {
        parentInfos.write(root ? 1 : 0);
    }

    @Override
    public void typeRef(int ref) {
        typeRefs.write(ref);
    }

    @Override
    public void length(long length) {
        lengths.write(length);
    }

    @Override
    public void any(@Nullable Object value) {
        Any.write(rest, value);
    }

    @Override
    public void json(JsonValue value) {
        Any.write(rest, value.value());
    }

    @Override
    public void bytes(byte[] bytes) {
        rest.varBytes(bytes);
    }

    /// Always as a new key: older readers fail on an index that is used again.
    @Override
    public void key(String key) {
        keyClocks.write(keys++);
        string(key);
    }

    @Override
    public void beginRanges() {
        rangeEnd = 0;
    }

    @Override
    public void rangeClock(long clock) {
        rest.varUint(clock - rangeEnd);
        rangeEnd = clock;
    }

    @Override
    public void rangeLength(long length) {
        rest.varUint(length - 1);
        rangeEnd += length;
    }

    @Override
    public byte[] toBytes() {
        ByteWriter out = new ByteWriter(rest.size() + 64);
        out.u8(0);
        out.varPart(keyClocks.finish());
        out.varPart(clients.finish());
        out.varPart(leftClocks.finish());
        out.varPart(rightClocks.finish());
        out.varPart(infos.finish());
        out.varPart(strings.finish());
        out.varPart(parentInfos.finish());
        out.varPart(typeRefs.finish());
        out.varPart(lengths.finish());
        out.raw(rest);
        return out.toBytes();
    }
}
