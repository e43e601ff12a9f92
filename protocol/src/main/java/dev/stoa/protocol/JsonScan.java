package dev.stoa.protocol;

/// A validating walk over JSON text in UTF-8 bytes: every method takes the position of a first byte and
/// returns the position after the last, or a negative code when the text is not JSON (RFC 8259).
/// Allocates nothing.
///
/// Stricter than the RFC in two points: nesting is limited to [Json#MAX_DEPTH], and an escaped lone
/// surrogate is refused, because no UTF-8 text can carry it onwards.
final class JsonScan {
    static final int INVALID = -1;
    static final int TOO_DEEP = -2;

    private JsonScan() {}

    static int skipSpace(byte[] b, int p, int end) {
        while (p < end) {
            byte c = b[p];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return p;
            }
            p++;
        }
        return p;
    }

    /// @param depth nesting levels already open
    static int skipValue(byte[] b, int p, int end, int depth) {
        if (p >= end) {
            return INVALID;
        }
        return switch (b[p]) {
            case '"' -> skipString(b, p + 1, end);
            case '{' -> depth >= Json.MAX_DEPTH ? TOO_DEEP : skipObject(b, p + 1, end, depth + 1);
            case '[' -> depth >= Json.MAX_DEPTH ? TOO_DEEP : skipArray(b, p + 1, end, depth + 1);
            case 't' -> skipLiteral(b, p, end, "true");
            case 'f' -> skipLiteral(b, p, end, "false");
            case 'n' -> skipLiteral(b, p, end, "null");
            default -> skipNumber(b, p, end);
        };
    }

    /// @param p the position after the opening brace
    private static int skipObject(byte[] b, int p, int end, int depth) {
        p = skipSpace(b, p, end);
        if (p < end && b[p] == '}') {
            return p + 1;
        }
        while (p < end && b[p] == '"') {
            p = skipString(b, p + 1, end);
            if (p < 0) {
                return p;
            }
            p = skipSpace(b, p, end);
            if (p >= end || b[p] != ':') {
                return INVALID;
            }
            p = skipValue(b, skipSpace(b, p + 1, end), end, depth);
            if (p < 0) {
                return p;
            }
            p = skipSpace(b, p, end);
            if (p >= end) {
                return INVALID;
            }
            if (b[p] == '}') {
                return p + 1;
            }
            if (b[p] != ',') {
                return INVALID;
            }
            p = skipSpace(b, p + 1, end);
        }
        return INVALID;
    }

    private static int skipArray(byte[] b, int p, int end, int depth) {
        p = skipSpace(b, p, end);
        if (p < end && b[p] == ']') {
            return p + 1;
        }
        while (true) {
            p = skipValue(b, p, end, depth);
            if (p < 0) {
                return p;
            }
            p = skipSpace(b, p, end);
            if (p >= end) {
                return INVALID;
            }
            if (b[p] == ']') {
                return p + 1;
            }
            if (b[p] != ',') {
                return INVALID;
            }
            p = skipSpace(b, p + 1, end);
        }
    }

    /// @param p the position after the opening quote
    static int skipString(byte[] b, int p, int end) {
        while (true) {
            p = Swar.skipPlain(b, p, end);
            if (p >= end) {
                return INVALID;
            }
            int c = b[p];
            if (c == '"') {
                return p + 1;
            }
            if (c == '\\') {
                p = skipEscape(b, p + 1, end);
            } else {
                p = c < 0 ? skipMultiByte(b, p, end) : INVALID;
            }
            if (p < 0) {
                return p;
            }
        }
    }

    private static int skipEscape(byte[] b, int p, int end) {
        if (p >= end) {
            return INVALID;
        }
        return switch (b[p]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> p + 1;
            case 'u' -> skipUnicodeEscape(b, p + 1, end);
            default -> INVALID;
        };
    }

    private static int skipUnicodeEscape(byte[] b, int p, int end) {
        int unit = hex4(b, p, end);
        if (unit < 0 || unit >= 0xDC00 && unit <= 0xDFFF) {
            return INVALID;
        }
        if (unit < 0xD800 || unit > 0xDBFF) {
            return p + 4;
        }
        if (p + 10 > end || b[p + 4] != '\\' || b[p + 5] != 'u') {
            return INVALID;
        }
        int low = hex4(b, p + 6, end);
        return low >= 0xDC00 && low <= 0xDFFF ? p + 10 : INVALID;
    }

    private static int hex4(byte[] b, int p, int end) {
        if (p + 4 > end) {
            return INVALID;
        }
        int unit = 0;
        for (int i = p; i < p + 4; i++) {
            int digit = b[i] < 0 ? -1 : Character.digit(b[i], 16);
            if (digit < 0) {
                return INVALID;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    private static int skipMultiByte(byte[] b, int p, int end) {
        int lead = b[p] & 0xFF;
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || p + length > end) {
            return INVALID;
        }
        int second = b[p + 1] & 0xFF;
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest) {
            return INVALID;
        }
        for (int i = p + 2; i < p + length; i++) {
            if ((b[i] & 0xC0) != 0x80) {
                return INVALID;
            }
        }
        return p + length;
    }

    private static int skipLiteral(byte[] b, int p, int end, String literal) {
        if (p + literal.length() > end) {
            return INVALID;
        }
        for (int i = 0; i < literal.length(); i++) {
            if (b[p + i] != literal.charAt(i)) {
                return INVALID;
            }
        }
        return p + literal.length();
    }

    static int skipNumber(byte[] b, int p, int end) {
        if (p < end && b[p] == '-') {
            p++;
        }
        if (p >= end || !isDigit(b[p])) {
            return INVALID;
        }
        p = b[p] == '0' ? p + 1 : skipDigits(b, p, end);
        if (p < end && b[p] == '.') {
            if (p + 1 >= end || !isDigit(b[p + 1])) {
                return INVALID;
            }
            p = skipDigits(b, p + 1, end);
        }
        if (p < end && (b[p] == 'e' || b[p] == 'E')) {
            p++;
            if (p < end && (b[p] == '+' || b[p] == '-')) {
                p++;
            }
            if (p >= end || !isDigit(b[p])) {
                return INVALID;
            }
            p = skipDigits(b, p, end);
        }
        return p;
    }

    private static int skipDigits(byte[] b, int p, int end) {
        while (p < end && isDigit(b[p])) {
            p++;
        }
        return p;
    }

    static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }
}
