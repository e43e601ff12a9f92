package dev.stoa.yjs;

import java.util.HexFormat;

/// Bytes as the tests write them: hexadecimal, with blanks and dots between.
final class Hex {
    private Hex() {}

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("[^0-9a-fA-F]", ""));
    }

    static String of(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
