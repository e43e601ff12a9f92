package dev.stoa.yjs;

import dev.stoa.yjs.lib0.ByteWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Applies updates of the shapes that cost most memory for their bytes. Run by [HeapTest] in a JVM with
/// a small heap; with arguments it applies the v2 updates in these files.
final class HostileHeap {
    static final int BYTES = 1 << 20;

    private HostileHeap() {}

    private interface Part {
        byte[] of(int index);
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            v1();
        }
        for (String file : arguments) {
            byte[] update = Files.readAllBytes(Path.of(file));
            apply(file, update, true);
            Updates.checkV2(update, Limits.defaults());
            Updates.toV1(update);
        }
        System.out.println("done");
    }

    private static void v1() {
        Map<String, Part> items = new LinkedHashMap<>();
        items.put("collected ranges", i -> Hex.bytes("00 01"));
        items.put("letters in disorder", i -> Hex.bytes(i == 0 ? "04 01 01 74 01 61" : "44 01 00 01 61"));
        items.put("deleted items", i -> Hex.bytes(i == 0 ? "01 01 01 74 01" : "41 01 00 01"));
        items.put("types", i -> Hex.bytes(i == 0 ? "07 01 01 74 00" : "47 01 00 00"));
        items.put("marks", i -> Hex.bytes(i == 0 ? "06 01 01 74 00 01 31" : "46 01 00 00 01 31"));
        items.put("keys", i -> Hex.bytes(i == 0 ? "28 01 01 6d 01 6b 01 7e" : "a8 01" + number(i - 1) + "01 7e"));
        items.put("maps in maps", i -> Hex.bytes(i == 0 ? "07 01 01 6d 01" : "27 00 01" + number(i - 1) + "01 6b 01"));
        items.put("keys of maps", i -> Hex.bytes(i == 0 ? "07 01 01 6d 01" : "28 00 01 00 03" + key(i) + "01 7e"));
        items.put(
                "strangers",
                i -> Hex.bytes("c4" + number(20_000L + 2 * i) + "00" + number(20_001L + 2 * i) + "00 01 61"));
        for (Map.Entry<String, Part> shape : items.entrySet()) {
            int each = shape.getValue().of(100_000).length;
            boolean growing = shape.getValue().of(1).length < each
                    || !Arrays.equals(shape.getValue().of(1), shape.getValue().of(2));
            apply(shape.getKey(), block(BYTES / each, shape.getValue(), growing));
        }
        apply("blocks that wait", waiting());
        for (String value : new String[] {
            "76 00",
            "76 01 00 7e",
            "75 00",
            "75 01 7e",
            "77 02 61 62",
            "77 01 61",
            "7d 41",
            "7e",
            "74 00",
            "7a 00 00 00 00 00 00 00 01"
        }) {
            apply("values " + value, values(value));
        }
        apply("clients", clients());
        apply("deleted ranges", ranges());
        for (String claim : new String[] {
            "01 ff ff ff ff 07 01 00",
            "01 01 01 00 08 01 01 61 ff ff ff ff 07 7e",
            "00 ff ff ff ff 07",
            "00 01 01 ff ff ff ff 07"
        }) {
            apply("claim " + claim, Hex.bytes(claim));
        }
    }

    private static String number(long value) {
        ByteWriter out = new ByteWriter();
        out.varUint(value);
        return Hex.of(out.toBytes());
    }

    private static String key(int index) {
        return String.format(" %02x %02x %02x ", 0x21 + index % 90, 0x21 + index / 90 % 90, 0x21 + index / 8100 % 90);
    }

    private static void apply(String name, byte[] update) {
        apply(name, update, false);
    }

    private static void apply(String name, byte[] update, boolean v2) {
        System.out.println(name + ", " + update.length + " bytes");
        YDoc doc = YDoc.create(DocOptions.of(5));
        try {
            if (v2) {
                doc.applyV2(update, null);
            } else {
                doc.apply(update, null);
            }
        } catch (UpdateException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }

    private static byte[] block(int count, Part part, boolean growing) {
        ByteWriter out = new ByteWriter(BYTES + 100);
        out.varUint(1);
        out.varUint(count);
        out.varUint(1);
        out.varUint(0);
        byte[] usual = part.of(1);
        for (int i = 0; i < count; i++) {
            byte[] bytes = i == 0 || growing ? part.of(i) : usual;
            out.raw(bytes, 0, bytes.length);
        }
        out.u8(0);
        return out.toBytes();
    }

    private static byte[] values(String value) {
        byte[] bytes = Hex.bytes(value);
        int count = BYTES / bytes.length;
        ByteWriter out = new ByteWriter(BYTES + 100);
        out.raw(Hex.bytes("01 01 01 00 08 01 01 61"), 0, 8);
        out.varUint(count);
        for (int i = 0; i < count; i++) {
            out.raw(bytes, 0, bytes.length);
        }
        out.u8(0);
        return out.toBytes();
    }

    private static byte[] clients() {
        int count = BYTES / 7;
        ByteWriter out = new ByteWriter(BYTES + 100);
        out.varUint(count);
        for (int i = count; i > 0; i--) {
            out.u8(1);
            out.varUint(i);
            out.raw(Hex.bytes("00 00 01"), 0, 3);
        }
        out.u8(0);
        return out.toBytes();
    }

    /// Of as many clients, each with a letter between those of two others who never come.
    private static byte[] waiting() {
        int count = BYTES / 16;
        ByteWriter out = new ByteWriter(BYTES + 100);
        out.varUint(count);
        for (int i = count; i > 0; i--) {
            out.u8(1);
            out.varUint(20_000 + i);
            out.u8(0);
            out.u8(0xc4);
            out.varUint(200_000 + i);
            out.u8(0);
            out.varUint(400_000 + i);
            out.raw(Hex.bytes("00 01 61"), 0, 3);
        }
        out.u8(0);
        return out.toBytes();
    }

    private static byte[] ranges() {
        int count = BYTES / 8;
        ByteWriter out = new ByteWriter(BYTES + 100);
        out.u8(0);
        out.u8(1);
        out.u8(1);
        out.varUint(count);
        for (int i = 0; i < count; i++) {
            out.varUint(2L * i + 300_000);
            out.u8(1);
        }
        return out.toBytes();
    }
}
