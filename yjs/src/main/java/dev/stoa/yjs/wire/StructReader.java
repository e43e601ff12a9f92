package dev.stoa.yjs.wire;

import dev.stoa.yjs.Limits;
import dev.stoa.yjs.UpdateException;
import dev.stoa.yjs.lib0.ByteReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Walks the structs of an update; its fields describe the current one.
///
/// What no honest peer writes is refused here, before anything is done with it: empty structs, clocks
/// out of range, references to oneself or one's future, a client with two blocks, more structs than the
/// bytes may describe. After the last struct, [#deletes] reads the delete set. Confined to one thread.
///
/// ```
/// update := varUint blocks, block*, deleteSet
/// block  := varUint structs, client, varUint firstClock, struct*
/// struct := 00 length | 0a length | info, [origin], [rightOrigin], [parent, [parentSub]], content
/// ```
public final class StructReader {
    /// Stands for "no client" in the fields of ids.
    public static final long NONE = -1;

    public static final int ORIGIN = 0x80;
    public static final int RIGHT_ORIGIN = 0x40;
    public static final int PARENT_SUB = 0x20;
    private static final int REF = 0x1f;

    private final UpdateReader in;
    private final ByteReader rest;
    private final Limits limits;
    private final int bytes;
    private long structs;
    private long emptyUnits;
    private int blocksLeft;
    private int structsLeft;
    private long[] clients = new long[4];
    private int clientCount;
    private boolean descending = true;

    public long client = NONE;
    public long clock;
    public int length;
    public int ref;
    public long originClient;
    public long originClock;
    public long rightClient;
    public long rightClock;
    public @Nullable String parentRoot;
    public long parentClient;
    public long parentClock;
    public @Nullable String parentSub;
    /// Whether the info byte says that the struct belongs to a key, even if the key itself is not here.
    public boolean keyed;

    public @Nullable Object content;

    /// @throws UpdateException at once if it is too large or its head is malformed
    public StructReader(Format format, byte[] update, Limits limits) {
        if (update.length > limits.updateBytes()) {
            throw UpdateException.overLimit("updateBytes", "an update", update.length, limits.updateBytes());
        }
        this.in = UpdateReader.of(format, update);
        this.rest = in.rest();
        this.limits = limits;
        this.bytes = update.length;
        this.blocksLeft = rest.size("a count of blocks");
    }

    /// Steps to the next struct; false after the last one.
    public boolean next() {
        if (structsLeft == 0 && !nextBlock()) {
            return false;
        }
        structsLeft--;
        clock += length;
        int info = in.info();
        ref = info & REF;
        switch (ref) {
            case Contents.GC, Contents.SKIP -> {
                content = null;
                long units = ref == Contents.GC ? in.length() : rest.varUint();
                empty(units);
            }
            default -> item(info);
        }
        if (length > ByteReader.MAX_SAFE - clock) {
            throw UpdateException.malformed("a struct of " + length + " units at clock " + clock + " exceeds 2^53-1");
        }
        return true;
    }

    private boolean nextBlock() {
        do {
            if (blocksLeft == 0) {
                return false;
            }
            blocksLeft--;
            int count = rest.size("a count of structs");
            claim(count);
            structsLeft = count;
            client = in.client();
            clock = rest.varUint();
            length = 0;
            remember(client);
        } while (structsLeft == 0);
        return true;
    }

    private void claim(int count) {
        structs += count;
        if (structs > limits.structs()) {
            throw UpdateException.overLimit("structs", "an update's number of structs", structs, limits.structs());
        }
        if (in.format() == Format.V1) {
            if (count > rest.remaining()) {
                throw UpdateException.malformed(count + " structs in " + rest.remaining() + " bytes");
            }
        } else {
            long allowed = (long) limits.structsPerByte() * bytes + limits.structsBase();
            if (structs > allowed) {
                throw UpdateException.overLimit(
                        "structsPerByte", "the number of structs in " + bytes + " bytes", structs, allowed);
            }
        }
    }

    private void remember(long next) {
        if (clientCount > 0 && next >= clients[clientCount - 1]) {
            descending = false;
        }
        if (clientCount == clients.length) {
            clients = Arrays.copyOf(clients, clientCount * 2);
        }
        clients[clientCount++] = next;
        if (blocksLeft == 0 && !descending) {
            long[] sorted = Arrays.copyOf(clients, clientCount);
            Arrays.sort(sorted);
            for (int i = 1; i < clientCount; i++) {
                if (sorted[i] == sorted[i - 1]) {
                    throw UpdateException.malformed("client " + sorted[i] + " has two blocks");
                }
            }
        }
    }

    private void item(int info) {
        originClient = NONE;
        rightClient = NONE;
        parentClient = NONE;
        parentRoot = null;
        parentSub = null;
        keyed = (info & PARENT_SUB) != 0;
        if ((info & ORIGIN) != 0) {
            originClient = in.client();
            originClock = in.leftClock();
            checkPast(originClient, originClock);
        }
        if ((info & RIGHT_ORIGIN) != 0) {
            rightClient = in.client();
            rightClock = in.rightClock();
            checkPast(rightClient, rightClock);
        }
        if ((info & (ORIGIN | RIGHT_ORIGIN)) == 0) {
            parent();
        }
        content();
    }

    private void parent() {
        if (in.parentIsRoot()) {
            parentRoot = in.string();
        } else {
            parentClient = in.client();
            parentClock = in.leftClock();
            checkPast(parentClient, parentClock);
        }
        if (keyed) {
            parentSub = in.string();
        }
    }

    private void checkPast(long otherClient, long otherClock) {
        if (otherClient == client && otherClock >= clock) {
            throw UpdateException.malformed(
                    "the struct at clock " + clock + " refers to its own client's clock " + otherClock);
        }
    }

    private void content() {
        switch (ref) {
            case Contents.DELETED -> {
                content = null;
                empty(in.length());
            }
            case Contents.STRING -> {
                String text = in.string();
                units(text.length());
                content = text;
            }
            case Contents.ANY, Contents.JSON -> {
                long count = in.length();
                // a text of the legacy kind may be empty only in v2, whose streams the reader bounds by structs
                if (count > Math.max(rest.remaining(), in.format() == Format.V2 ? bytes : 0)) {
                    throw UpdateException.malformed(count + " values in " + rest.remaining() + " bytes");
                }
                units((int) count);
                content = Contents.read(in, ref, length, limits);
            }
            default -> {
                units(1);
                content = Contents.read(in, ref, 1, limits);
            }
        }
    }

    private void units(int units) {
        if (units == 0) {
            throw UpdateException.malformed("the struct at clock " + clock + " is empty");
        }
        length = units;
    }

    /// Units that cost no bytes: a few bytes could use up a client's clock.
    private void empty(long units) {
        emptyUnits += Math.min(units, 1L << 53);
        if (emptyUnits > limits.emptyUnits()) {
            throw UpdateException.overLimit(
                    "emptyUnits", "an update's units without content", emptyUnits, limits.emptyUnits());
        }
        units((int) units);
    }

    /// Whether the blocks so far came in the order that writers keep: by client, the largest first.
    public boolean descending() {
        return descending;
    }

    public int blocksAhead() {
        return blocksLeft;
    }

    /// How many structs of the current block are still to come.
    public int structsAhead() {
        return structsLeft;
    }

    /// Reads what follows the last struct; nothing may follow that.
    public DeleteSet deletes() {
        DeleteSet deletes = DeleteSet.read(in, limits);
        rest.expectEnd();
        return deletes;
    }

    /// Writes the current struct from an offset on, as a reader without a document knows it.
    public void write(UpdateWriter out, int offset) {
        write(out, offset, false);
    }

    /// The same for an item whose content has been cut already.
    void writeTail(UpdateWriter out, int offset) {
        write(out, offset, true);
    }

    private void write(UpdateWriter out, int offset, boolean cut) {
        if (ref == Contents.GC) {
            out.info(Contents.GC);
            out.length(length - offset);
        } else if (ref == Contents.SKIP) {
            writeSkip(out, length - offset);
        } else {
            boolean origin = offset > 0 || originClient != NONE;
            boolean right = rightClient != NONE;
            out.info(ref | (origin ? ORIGIN : 0) | (right ? RIGHT_ORIGIN : 0) | (parentSub != null ? PARENT_SUB : 0));
            if (origin) {
                out.client(offset > 0 ? client : originClient);
                out.leftClock(offset > 0 ? clock + offset - 1 : originClock);
            }
            if (right) {
                out.client(rightClient);
                out.rightClock(rightClock);
            }
            if (!origin && !right) {
                writeParent(out);
            }
            if (cut) {
                Contents.write(out, ref, content, 0, length - offset);
            } else {
                Contents.write(out, ref, content, offset, length);
            }
        }
    }

    private void writeParent(UpdateWriter out) {
        out.parentIsRoot(parentRoot != null);
        if (parentRoot != null) {
            out.string(parentRoot);
        } else {
            out.client(parentClient);
            out.leftClock(parentClock);
        }
        if (parentSub != null) {
            out.string(parentSub);
        }
    }

    public static void writeSkip(UpdateWriter out, long length) {
        out.info(Contents.SKIP);
        out.rest().varUint(length);
    }
}
