package dev.stoa.yjs.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One client of a document and its structs by clock, contiguous from 0. Confined to its document.
///
/// A short list is one flat array. A long one is cut into chunks, so that a struct can be put into the
/// middle of a million at the cost of a few hundred. A place is a number, chunk in the high half and
/// index in the low half, and is good until the list changes.
public final class Client {
    private static final int CHUNK = 1024;
    static final long NOWHERE = -1;
    private static final Struct[] NONE = {};
    private static final int[] NO_SIZES = {};

    final long id;
    private Struct[] first = NONE;
    private Struct @Nullable [] @Nullable [] chunks;
    private int[] sizes = NO_SIZES;
    private int chunkCount = 1;
    private int size;
    private long end;

    /// The end before the transaction; negative while it has not changed in it.
    private long begun = -1;

    /// What the plan for an arriving update has reached; see [Arrivals].
    long planned;

    @Nullable
    LongPairs deleted;

    Arrivals.@Nullable Block arriving;

    Client(long id) {
        this.id = id;
    }

    public long id() {
        return id;
    }

    /// The next clock that is expected.
    public long end() {
        return end;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    long before() {
        return begun < 0 ? end : begun;
    }

    /// Remembers where the transaction began; true the first time.
    boolean touch() {
        if (begun >= 0) {
            return false;
        }
        begun = end;
        return true;
    }

    void untouch() {
        begun = -1;
    }

    Struct at(long place) {
        return chunk((int) (place >>> 32))[(int) place];
    }

    private Struct[] chunk(int index) {
        Struct[] chunk = chunks == null ? first : chunks[index];
        if (chunk == null) {
            throw new IndexOutOfBoundsException(index);
        }
        return chunk;
    }

    private int chunkSize(int index) {
        return chunks == null ? size : sizes[index];
    }

    /// The place of the struct that holds a clock, which must be below the end.
    long place(long clock) {
        if (clock < 0 || clock >= end) {
            throw new IllegalStateException("clock " + clock + " of client " + id + " is not in 0.." + end);
        }
        int chunk = chunks == null ? 0 : chunkOf(clock);
        Struct[] structs = chunk(chunk);
        int low = 0;
        int high = chunkSize(chunk) - 1;
        if (structs[high].clock <= clock) {
            return (long) chunk << 32 | high;
        }
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Struct struct = structs[middle];
            if (clock < struct.clock) {
                high = middle - 1;
            } else if (clock >= struct.end()) {
                low = middle + 1;
            } else {
                return (long) chunk << 32 | middle;
            }
        }
        throw new IllegalStateException("clock " + clock + " of client " + id + " is missing");
    }

    private int chunkOf(long clock) {
        int low = 0;
        int high = chunkCount - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (chunk(middle)[0].clock <= clock) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    Struct find(long clock) {
        return at(place(clock));
    }

    long firstPlace() {
        return size == 0 ? NOWHERE : 0;
    }

    long lastPlace() {
        return size == 0 ? NOWHERE : (long) (chunkCount - 1) << 32 | (chunkSize(chunkCount - 1) - 1);
    }

    long next(long place) {
        int chunk = (int) (place >>> 32);
        if ((int) place + 1 < chunkSize(chunk)) {
            return place + 1;
        }
        return chunk + 1 < chunkCount ? (long) (chunk + 1) << 32 : NOWHERE;
    }

    long previous(long place) {
        if ((int) place > 0) {
            return place - 1;
        }
        int chunk = (int) (place >>> 32);
        return chunk > 0 ? (long) (chunk - 1) << 32 | (chunkSize(chunk - 1) - 1) : NOWHERE;
    }

    /// How many structs there are from a place on.
    int countFrom(long place) {
        int chunk = (int) (place >>> 32);
        int count = chunkSize(chunk) - (int) place;
        for (int i = chunk + 1; i < chunkCount; i++) {
            count += chunkSize(i);
        }
        return count;
    }

    void append(Struct struct) {
        int last = chunkCount - 1;
        int used = chunkSize(last);
        if (used == CHUNK) {
            insertChunk(chunkCount, new Struct[16], 0);
            last++;
            used = 0;
        }
        put(last, used, struct);
        end = struct.end();
    }

    /// Puts the right half of a split behind its left half.
    void insertAfter(long place, Struct struct) {
        int chunk = (int) (place >>> 32);
        int index = (int) place + 1;
        if (chunkSize(chunk) == CHUNK) {
            halve(chunk);
            if (index > CHUNK / 2) {
                chunk++;
                index -= CHUNK / 2;
            }
        }
        put(chunk, index, struct);
    }

    private void put(int chunk, int index, Struct struct) {
        Struct[] structs = chunk(chunk);
        int used = chunkSize(chunk);
        if (used == structs.length) {
            structs = Arrays.copyOf(structs, Math.min(CHUNK, used + (used >> 1) + 1));
            if (chunks == null) {
                first = structs;
            } else {
                chunks[chunk] = structs;
            }
        }
        System.arraycopy(structs, index, structs, index + 1, used - index);
        structs[index] = struct;
        if (chunks != null) {
            sizes[chunk]++;
        }
        size++;
    }

    private void halve(int chunk) {
        Struct[] structs = chunk(chunk);
        Struct[] upper = Arrays.copyOfRange(structs, CHUNK / 2, CHUNK + CHUNK / 4);
        insertChunk(chunk + 1, upper, CHUNK / 2);
        sizes[chunk] = CHUNK / 2;
        Arrays.fill(structs, CHUNK / 2, CHUNK, null);
    }

    private void insertChunk(int at, Struct[] structs, int used) {
        if (chunks == null) {
            chunks = new Struct[4][];
            chunks[0] = first;
            sizes = new int[] {size, 0, 0, 0};
            first = NONE;
        }
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunkCount * 2);
            sizes = Arrays.copyOf(sizes, chunkCount * 2);
        }
        System.arraycopy(chunks, at, chunks, at + 1, chunkCount - at);
        System.arraycopy(sizes, at, sizes, at + 1, chunkCount - at);
        chunks[at] = structs;
        sizes[at] = used;
        chunkCount++;
    }

    void replace(long place, Struct struct) {
        chunk((int) (place >>> 32))[(int) place] = struct;
    }

    /// Takes out the structs behind one place up to another, which have been joined to the first.
    void removeAfter(long place, long through) {
        int from = (int) (place >>> 32);
        int to = (int) (through >>> 32);
        if (from == to) {
            cut(from, (int) place + 1, (int) through + 1);
            return;
        }
        cut(to, 0, (int) through + 1);
        for (int chunk = to - 1; chunk > from; chunk--) {
            cut(chunk, 0, chunkSize(chunk));
        }
        cut(from, (int) place + 1, chunkSize(from));
        dropEmptyChunks(from + 1, to + 1);
    }

    private void cut(int chunk, int from, int to) {
        Struct[] structs = chunk(chunk);
        int used = chunkSize(chunk);
        System.arraycopy(structs, to, structs, from, used - to);
        Arrays.fill(structs, used - (to - from), used, null);
        if (chunks != null) {
            sizes[chunk] -= to - from;
        }
        size -= to - from;
    }

    private void dropEmptyChunks(int from, int to) {
        if (chunks == null) {
            return;
        }
        int kept = from;
        for (int i = from; i < chunkCount; i++) {
            if (i >= to || sizes[i] > 0) {
                chunks[kept] = chunks[i];
                sizes[kept++] = sizes[i];
            }
        }
        Arrays.fill(chunks, kept, chunkCount, null);
        chunkCount = kept;
    }

    @Override
    public String toString() {
        return "Client[" + id + " to " + end + "]";
    }
}
