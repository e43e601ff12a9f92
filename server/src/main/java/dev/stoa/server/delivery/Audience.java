package dev.stoa.server.delivery;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The listeners of one topic on one event loop.
///
/// Frames published in one turn of the loop are collected in one buffer, which every listener gets as a
/// shared duplicate at the end of the turn; nothing is copied or encoded for a recipient. A listener
/// that must get less of it, because it came later, is excluded from a frame, or was sent something of
/// its own in between, has its own position in the buffer. Once somebody has a share of a buffer, it is
/// never moved to make room: the socket may still be reading from where it is.
///
/// ```
///  plain batch:   | frame | frame | frame |      one duplicate for each plain listener
///  deflated twin: | frame | frame |              one for each that negotiated compression
/// ```
///
/// Confined to the event loop.
public final class Audience {
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int USUAL_BYTES = 512;
    private static final Seat[] NOBODY = {};

    private final DeliveryLoop loop;
    private final Map<Outlet, Seat> seatOf = new IdentityHashMap<>();
    private Seat[] seats = NOBODY;

    // What handing out looks at for each listener lies side by side, without the seats themselves.
    private Outlet[] outlets = {};
    private int[] positionBatch = {};
    private int[] positions = {};
    private boolean positioned;
    private int count;
    private int compressingCount;
    private @Nullable ByteBuf plain;
    private @Nullable ByteBuf deflated;
    private int batchId;
    private long batchDeliveries;
    private boolean shared;
    private boolean pending;

    public Audience(DeliveryLoop loop) {
        this.loop = loop;
    }

    /// Adds a listener; it gets what is published from now on. Does nothing if it listens already.
    public void add(Outlet outlet) {
        assert loop.isCurrent();
        if (seatOf.containsKey(outlet)) {
            return;
        }
        Seat seat = new Seat(this, outlet);
        seatOf.put(outlet, seat);
        if (count == seats.length) {
            grow();
        }
        seat.index = count++;
        place(seat, batchId - 1, 0);
        if (outlet.isCompressing()) {
            compressingCount++;
        }
        int missed = collected(outlet);
        if (missed > 0) {
            moveTo(seat, missed);
        }
        outlet.sitIn(seat);
    }

    private void grow() {
        int room = Math.max(4, count * 2);
        seats = Arrays.copyOf(seats, room);
        outlets = Arrays.copyOf(outlets, room);
        positionBatch = Arrays.copyOf(positionBatch, room);
        positions = Arrays.copyOf(positions, room);
    }

    private void place(Seat seat, int batch, int position) {
        seats[seat.index] = seat;
        outlets[seat.index] = seat.outlet;
        positionBatch[seat.index] = batch;
        positions[seat.index] = position;
    }

    /// Notes that a listener has, or must not get, the first `position` bytes of the current batch.
    private void moveTo(Seat seat, int position) {
        positionBatch[seat.index] = batchId;
        positions[seat.index] = position;
        positioned = true;
    }

    private int positionOf(int index, int batch) {
        return positionBatch[index] == batch ? positions[index] : 0;
    }

    /// Removes a listener, which still gets what was published before.
    public void remove(Outlet outlet) {
        assert loop.isCurrent();
        Seat seat = seatOf.remove(outlet);
        if (seat == null) {
            return;
        }
        catchUp(seat);
        outlet.leave(seat);
        Seat last = seats[--count];
        int lastBatch = positionBatch[count];
        int lastPosition = positions[count];
        seats[count] = null;
        outlets[count] = null;
        if (last != seat) {
            last.index = seat.index;
            place(last, lastBatch, lastPosition);
        }
        if (outlet.isCompressing()) {
            compressingCount--;
        }
    }

    /// Whether a listener sits here.
    public boolean has(Outlet outlet) {
        assert loop.isCurrent();
        return seatOf.containsKey(outlet);
    }

    /// Publishes a frame to every listener but `except`.
    public void publish(Frame frame, @Nullable Outlet except) {
        assert loop.isCurrent();
        if (count == 0) {
            return;
        }
        Seat excluded = except == null ? null : seatOf.get(except);
        if (excluded != null) {
            catchUp(excluded);
        }
        if (shared && (lacksRoom(plain, frame) || lacksRoom(deflated, frame))) {
            handOutBatch();
        }
        collect(frame);
        batchDeliveries += excluded == null ? count : count - 1;
        if (excluded != null) {
            moveTo(excluded, collected(excluded.outlet));
        }
        if (!pending) {
            pending = true;
            loop.hasPending(this);
        }
        if (isFull(plain) || isFull(deflated)) {
            handOutBatch();
        }
    }

    /// Ends the turn: every listener gets its share.
    void handOut() {
        pending = false;
        handOutBatch();
    }

    private void handOutBatch() {
        ByteBuf plainBatch = plain;
        ByteBuf deflatedBatch = deflated;
        if (plainBatch == null && deflatedBatch == null) {
            return;
        }
        plain = null;
        deflated = null;
        shared = false;
        boolean alone = !pending && loop.singleAudience();
        int id = batchId++;
        long deliveries = batchDeliveries;
        batchDeliveries = 0;
        boolean whole = !positioned;
        positioned = false;
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            Outlet outlet = outlets[i];
            ByteBuf batch = outlet.isCompressing() ? deflatedBatch : plainBatch;
            if (batch != null) {
                bytes += give(outlet, batch, whole ? 0 : positionOf(i, id), alone);
            }
        }
        loop.counters().sent(deliveries, bytes);
        if (plainBatch != null) {
            plainBatch.release();
        }
        if (deflatedBatch != null) {
            deflatedBatch.release();
        }
    }

    /// Gives one listener what it does not have yet of the batch still being collected.
    void catchUp(Seat seat) {
        ByteBuf batch = seat.outlet.isCompressing() ? deflated : plain;
        if (batch != null) {
            int bytes = give(seat.outlet, batch, positionOf(seat.index, batchId), false);
            shared |= bytes > 0;
            loop.counters().sent(0, bytes);
            moveTo(seat, batch.writerIndex());
        }
    }

    private static int give(Outlet outlet, ByteBuf batch, int from, boolean alone) {
        int bytes = batch.writerIndex() - from;
        if (bytes > 0) {
            ByteBuf share = from == 0 ? batch.retainedDuplicate() : batch.retainedSlice(from, bytes);
            outlet.writeShared(share, alone);
        }
        return bytes;
    }

    private void collect(Frame frame) {
        if (count > compressingCount) {
            plain = append(plain, frame);
        }
        if (compressingCount > 0) {
            deflated = append(deflated, frame.deflated(loop.deflation()));
        }
    }

    private ByteBuf append(@Nullable ByteBuf batch, Frame frame) {
        ByteBuf buffer = batch != null ? batch : loop.allocator().directBuffer(Math.max(USUAL_BYTES, frame.size()));
        return buffer.writeBytes(frame.array(), frame.offset(), frame.size());
    }

    /// Bytes of the current batch that a listener like `outlet` would be given.
    private int collected(Outlet outlet) {
        ByteBuf batch = outlet.isCompressing() ? deflated : plain;
        return batch == null ? 0 : batch.writerIndex();
    }

    private static boolean lacksRoom(@Nullable ByteBuf batch, Frame frame) {
        return batch != null && batch.writableBytes() < frame.size();
    }

    private static boolean isFull(@Nullable ByteBuf batch) {
        return batch != null && batch.readableBytes() >= BATCH_BYTES;
    }
}
