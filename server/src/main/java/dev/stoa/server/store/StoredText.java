package dev.stoa.server.store;

/// The rule for words and keys that every backend can keep: U+0000 and lone surrogates are not text there.
final class StoredText {
    private StoredText() {}

    /// @throws IllegalArgumentException naming the thing, the limit and the value
    static void check(String what, String text, int maxLength) {
        int length = text.codePointCount(0, text.length());
        if (length == 0 || length > maxLength) {
            throw new IllegalArgumentException(what + " has 1 to " + maxLength + " characters, this one " + length);
        }
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == 0) {
                throw new IllegalArgumentException(what + " must not hold the character U+0000");
            }
            if (Character.isSurrogate(unit)) {
                if (!startsPair(text, i)) {
                    throw new IllegalArgumentException(
                            what + " must not hold the lone surrogate U+%04X".formatted((int) unit));
                }
                i++;
            }
        }
    }

    private static boolean startsPair(String text, int i) {
        return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
    }
}
