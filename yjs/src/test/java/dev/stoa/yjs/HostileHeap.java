package dev.stoa.yjs;

import dev.stoa.yjs.lib0.ByteWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/// Applies updates of the shapes that cost most memory for their bytes. Run by [FuzzTest] in a JVM with a small heap.
final class HostileHeap {
    static final int BYTES = 1 << 20;

    private HostileHeap() {}

    private interface Part {
        byte[] of(int index);
    }

    public static void main(String[] arguments) {
        Map<String, Part> items = new LinkedHashMap<>();
        items.put("collected ranges", i -> Hex.bytes("00 01"));
        items.put("letters in disorder", i -> Hex.bytes(i == 0 ? "04 01 01 74 01 61" : "44 01 00 01 61"));
        items.put("deleted items", i -> Hex.bytes(i == 0 ? "01 01 01 74 01" : "41 01 00 01"));
        items.put("types", i -> Hex.bytes(i == 0 ? "07 01 01 74 00" : "47 01 00 00"));
        items.put("marks", i -> Hex.bytes(i == 0 ? "06 01 01 74 00 01 31" : "46 01 00 00 01 31"));
        items.put("keys", i -> Hex.bytes(i == 0 ? "28 01 01 6d 01 6b 01 7e" : "a8 01" + number(i - 1) + "01 7e"));
        for (Map.Entry<String, Part> shape : items.entrySet()) {
            boolean growing = shape.getKey().equals("keys");
            int each = growing ? 7 : shape.getValue().of(1).length;
            apply(shape.getKey(), block(BYTES / each, shape.getValue(), growing));
        }
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
        System.out.println("done");
    }

    private static String number(long value) {
        ByteWriter out = new ByteWriter();
        out.varUint(value);
        return Hex.of(out.toBytes());
    }

    private static void apply(String name, byte[] update) {
        System.out.println(name + ", " + update.length + " bytes");
        YDoc doc = YDoc.create(DocOptions.of(5));
        try {
            doc.apply(update, null);
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
