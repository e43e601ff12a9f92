package dev.stoa.server.entity;

import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;

/// The state of an entity at one moment, on its way to a checkpoint: its bytes in parts, each made when the one
/// before it has been kept, while the entity goes on.
///
/// @param parts at least one; must not look at anything that changes. A part should be quickly made and of
///     [#PART_BYTES] at most: it takes its place among turns
public record Image(Iterator<byte[]> parts) {
    /// What a part should not exceed.
    public static final int PART_BYTES = 64 * 1024;

    /// A state that is bytes already.
    public static Image of(byte[] bytes) {
        int parts = Math.max(1, Math.ceilDiv(bytes.length, PART_BYTES));
        return new Image(IntStream.range(0, parts)
                .mapToObj(part -> parts == 1
                        ? bytes
                        : Arrays.copyOfRange(bytes, part * PART_BYTES, Math.min(bytes.length, (part + 1) * PART_BYTES)))
                .iterator());
    }
}
