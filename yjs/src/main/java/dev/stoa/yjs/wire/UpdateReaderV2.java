package dev.stoa.yjs.wire;

import dev.stoa.yjs.UpdateException;
import dev.stoa.yjs.lib0.Any;
import dev.stoa.yjs.lib0.ByteReader;
import dev.stoa.yjs.lib0.ByteRle;
import dev.stoa.yjs.lib0.IntDiffOptRle;
import dev.stoa.yjs.lib0.StringRle;
import dev.stoa.yjs.lib0.UintOptRle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The second format: a stream for each kind of value. Confined to one thread.
///
/// ```
/// 00 | keyClock | client | leftClock | rightClock | info | strings | parentInfo | typeRef | len | rest
///      each stream with its length before it, the rest without
/// ```
final class UpdateReaderV2 implements UpdateReader {
    private static final byte[] EMPTY_STREAMS = {0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0};

    private final IntDiffOptRle.Reader keyClocks;
    private final UintOptRle.Reader clients;
    private final IntDiffOptRle.Reader leftClocks;
    private final IntDiffOptRle.Reader rightClocks;
    private final ByteRle.Reader infos;
    private final StringRle.Reader strings;
    private final ByteRle.Reader parentInfos;
    private final UintOptRle.Reader typeRefs;
    private final UintOptRle.Reader lengths;
    private final ByteReader rest;
    private final List<String> keys = new ArrayList<>();
    private long rangeEnd;

    UpdateReaderV2(byte[] update) {
        this(new ByteReader(update));
    }

    private UpdateReaderV2(ByteReader in) {
        rest = in;
        rest.varUint();
        keyClocks = new IntDiffOptRle.Reader(rest.varPart());
        clients = new UintOptRle.Reader(rest.varPart());
        leftClocks = new IntDiffOptRle.Reader(rest.varPart());
        rightClocks = new IntDiffOptRle.Reader(rest.varPart());
        infos = new ByteRle.Reader(rest.varPart());
        strings = new StringRle.Reader(rest.varPart());
        parentInfos = new ByteRle.Reader(rest.varPart());
        typeRefs = new UintOptRle.Reader(rest.varPart());
        lengths = new UintOptRle.Reader(rest.varPart());
    }

    /// A reader whose streams are empty.
    static UpdateReaderV2 ofRest(byte[] bytes) {
        byte[] withStreams = new byte[EMPTY_STREAMS.length + bytes.length];
        System.arraycopy(EMPTY_STREAMS, 0, withStreams, 0, EMPTY_STREAMS.length);
        System.arraycopy(bytes, 0, withStreams, EMPTY_STREAMS.length, bytes.length);
        return new UpdateReaderV2(withStreams);
    }

    @Override
    public ByteReader rest() {
        return rest;
    }

    @Override
    public Format format() {
        return Format.V2;
    }

    @Override
    public long client() {
        return clients.read();
    }

    @Override
    public long leftClock() {
        return clock(leftClocks.read());
    }

    @Override
    public long rightClock() {
        return clock(rightClocks.read());
    }

    private static long clock(long value) {
        if (value < 0 || value > ByteReader.MAX_SAFE) {
            throw UpdateException.malformed("a clock of " + value);
        }
        return value;
    }

    @Override
    public int info() {
        return infos.read();
    }

    @Override
    public String string() {
        return strings.read();
    }

    @Override
    public boolean parentIsRoot() {
        return parentInfos.read() == 1;
    }

    @Override
    public long typeRef() {
        return typeRefs.read();
    }

    @Override
    public long length() {
        return lengths.read();
    }

    @Override
    public @Nullable Object any(int nesting) {
        return Any.read(rest, nesting);
    }

    @Override
    public JsonValue json(int nesting) {
        return JsonValue.ofReceived(Any.read(rest, nesting));
    }

    @Override
    public byte[] bytes() {
        return rest.varBytes();
    }

    @Override
    public String key() {
        long index = keyClocks.read();
        if (index >= 0 && index < keys.size()) {
            return keys.get((int) index);
        }
        String key = strings.read();
        keys.add(key);
        return key;
    }

    @Override
    public void beginRanges() {
        rangeEnd = 0;
    }

    @Override
    public long rangeClock() {
        rangeEnd = clock(rangeEnd + rest.varUint());
        return rangeEnd;
    }

    @Override
    public long rangeLength() {
        long length = rest.varUint() + 1;
        rangeEnd = clock(rangeEnd + length);
        return length;
    }
}
