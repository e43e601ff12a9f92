package dev.stoa.server.net;

import dev.stoa.server.delivery.Deflation;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/// Reads a peer's frames (RFC 6455, section 5): unmasks, joins fragments, expands compressed messages,
/// and refuses what the protocol forbids.
///
/// ```
///  | FIN RSV1-3 opcode | MASK length 7 | length 16 or 64 | masking key 32 | payload |
/// ```
///
/// Confined to the event loop.
final class FrameReader {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] EMPTY = {};
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final IntSupplier maxMessageBytes;
    private final @Nullable Supplier<Deflation> deflation;
    private byte @Nullable [] fragments;
    private int fragmentsLength;
    private int fragmentsOpcode;
    private boolean fragmentsDeflated;

    /// What a reader finds.
    interface Sink {
        void onMessage(byte[] message, boolean binary);

        void onPing(byte[] payload);

        void onPong();

        void onClose(byte[] payload);
    }

    /// A peer broke the protocol; the connection must be closed with `code`.
    static final class Violation extends Exception {
        private static final long serialVersionUID = 1;
        private final int code;

        Violation(int code, String message) {
            super(message, null, false, false);
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /// @param maxMessageBytes the largest message allowed at this moment
    /// @param deflation expands compressed messages; null when compression was not negotiated
    FrameReader(IntSupplier maxMessageBytes, @Nullable Supplier<Deflation> deflation) {
        this.maxMessageBytes = maxMessageBytes;
        this.deflation = deflation;
    }

    /// Reads one frame if `in` holds a whole one.
    ///
    /// @return false when more bytes are needed; nothing is consumed then
    boolean readFrame(ByteBuf in, Sink sink) throws Violation {
        int start = in.readerIndex();
        int available = in.readableBytes();
        if (available < 2) {
            return false;
        }
        int first = in.getByte(start);
        int second = in.getByte(start + 1);
        int opcode = first & 0x0F;
        int length7 = second & 0x7F;
        check(first, second, opcode, length7);
        int headerLength = length7 < 126 ? 6 : length7 == 126 ? 8 : 14;
        if (available < headerLength) {
            return false;
        }
        long length = length7 < 126 ? length7 : length7 == 126 ? in.getUnsignedShort(start + 2) : in.getLong(start + 2);
        checkLength(opcode, length);
        if (available - headerLength < length) {
            return false;
        }
        int mask = in.getInt(start + headerLength - 4);
        byte[] payload = unmask(in, start + headerLength, (int) length, mask);
        in.readerIndex(start + headerLength + (int) length);
        dispatch(first, opcode, payload, sink);
        return true;
    }

    private void check(int first, int second, int opcode, int length7) throws Violation {
        if (second >= 0) {
            throw new Violation(1002, "Frame is not masked");
        }
        boolean control = opcode >= CLOSE;
        boolean compressed = (first & 0x40) != 0;
        if ((first & 0x30) != 0 || compressed && (deflation == null || control || opcode == CONTINUATION)) {
            throw new Violation(1002, "Reserved bits are set");
        }
        if (opcode > BINARY && opcode < CLOSE || opcode > PONG) {
            throw new Violation(1002, "Unknown opcode " + opcode);
        }
        if (control && (first >= 0 || length7 > 125)) {
            throw new Violation(1002, "Control frame is fragmented or longer than 125 bytes");
        }
        if (!control && (opcode == CONTINUATION) != (fragments != null)) {
            throw new Violation(1002, "Fragments out of order");
        }
    }

    private void checkLength(int opcode, long length) throws Violation {
        long total = opcode == CONTINUATION ? fragmentsLength + length : length;
        if (length < 0 || total < 0 || total > maxMessageBytes.getAsInt()) {
            throw tooLarge(maxMessageBytes.getAsInt());
        }
    }

    private static Violation tooLarge(int limit) {
        return new Violation(1009, "Message exceeds " + limit + " bytes");
    }

    private void dispatch(int first, int opcode, byte[] payload, Sink sink) throws Violation {
        switch (opcode) {
            case CLOSE -> sink.onClose(payload);
            case PING -> sink.onPing(payload);
            case PONG -> sink.onPong();
            case CONTINUATION -> {
                addFragment(payload);
                if (first < 0) {
                    byte[] whole = Arrays.copyOf(fragments == null ? EMPTY : fragments, fragmentsLength);
                    fragments = null;
                    fragmentsLength = 0;
                    deliver(whole, fragmentsOpcode, fragmentsDeflated, sink);
                }
            }
            default -> {
                boolean compressed = (first & 0x40) != 0;
                if (first < 0) {
                    deliver(payload, opcode, compressed, sink);
                } else {
                    fragments = EMPTY;
                    fragmentsOpcode = opcode;
                    fragmentsDeflated = compressed;
                    addFragment(payload);
                }
            }
        }
    }

    private void addFragment(byte[] payload) {
        byte[] known = fragments == null ? EMPTY : fragments;
        int length = fragmentsLength + payload.length;
        if (length > known.length) {
            known = Arrays.copyOf(known, Math.max(length, Math.min(maxMessageBytes.getAsInt(), known.length * 2)));
        }
        System.arraycopy(payload, 0, known, fragmentsLength, payload.length);
        fragments = known;
        fragmentsLength = length;
    }

    private void deliver(byte[] message, int opcode, boolean compressed, Sink sink) throws Violation {
        if (!compressed || deflation == null) {
            sink.onMessage(message, opcode == BINARY);
            return;
        }
        int limit = maxMessageBytes.getAsInt();
        byte[] expanded;
        try {
            expanded = deflation.get().inflate(message, limit);
        } catch (DataFormatException malformed) {
            throw new Violation(1007, "Compressed message is malformed");
        }
        if (expanded.length > limit) {
            throw tooLarge(limit);
        }
        sink.onMessage(expanded, opcode != TEXT);
    }

    private static byte[] unmask(ByteBuf in, int from, int length, int mask) {
        if (length == 0) {
            return EMPTY;
        }
        byte[] out = new byte[length];
        in.getBytes(from, out);
        long mask64 = (long) mask << 32 | mask & 0xFFFFFFFFL;
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            LONGS.set(out, i, (long) LONGS.get(out, i) ^ mask64);
        }
        for (; i < length; i++) {
            out[i] ^= (byte) (mask >>> (24 - 8 * (i & 3)));
        }
        return out;
    }
}
