package dev.stoa.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A place in JSON text that is known to be well-formed, and the values that can be read there the short
/// way: each method returns null, wherever the place is then, for what is not as expected. Confined to
/// one call.
final class JsonCursor {
    private final byte[] b;
    private final int end;
    private int p;

    JsonCursor(byte[] b, int start, int end) {
        this.b = b;
        this.p = start;
        this.end = end;
    }

    /// Passes over space and, if it is next, `c`.
    boolean accept(char c) {
        p = JsonScan.skipSpace(b, p, end);
        if (p < end && b[p] == c) {
            p++;
            return true;
        }
        return false;
    }

    /// Passes over a key after its opening quote, and over its colon, if it is `name`.
    boolean acceptKey(byte[] name) {
        int after = p + name.length;
        if (after >= end || b[after] != '"') {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (b[p + i] != name[i]) {
                return false;
            }
        }
        p = after + 1;
        return accept(':');
    }

    @Nullable
    String text() {
        if (!accept('"')) {
            return null;
        }
        int start = p;
        boolean ascii = true;
        int at = Swar.skipPlain(b, p, end);
        while (at < end && b[at] < 0) {
            ascii = false;
            at = Swar.skipPlain(b, at + 1, end);
        }
        if (at >= end || b[at] != '"') {
            return null;
        }
        p = at + 1;
        return new String(b, start, at - start, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    @Nullable
    Long longInteger() {
        p = JsonScan.skipSpace(b, p, end);
        boolean negative = p < end && b[p] == '-';
        int start = negative ? p + 1 : p;
        int at = start;
        long value = 0;
        while (at < end && JsonScan.isDigit(b[at]) && at - start < 18) {
            value = value * 10 + (b[at] - '0');
            at++;
        }
        if (at == start || at < end && isNumberPart(b[at])) {
            return null;
        }
        p = at;
        return negative ? -value : value;
    }

    @Nullable
    Integer integer() {
        Long value = longInteger();
        return value == null || value != value.intValue() ? null : Integer.valueOf(value.intValue());
    }

    @Nullable
    Double number() {
        p = JsonScan.skipSpace(b, p, end);
        int at = JsonScan.skipNumber(b, p, end);
        if (at < 0 || b[p] == '-' && b[p + 1] == '0') {
            return null;
        }
        double value = Double.parseDouble(new String(b, p, at - p, StandardCharsets.ISO_8859_1));
        p = at;
        return Double.isFinite(value) ? value : null;
    }

    @Nullable
    Boolean bool() {
        p = JsonScan.skipSpace(b, p, end);
        if (p < end && b[p] == 't') {
            p += 4;
            return Boolean.TRUE;
        }
        if (p < end && b[p] == 'f') {
            p += 5;
            return Boolean.FALSE;
        }
        return null;
    }

    private static boolean isNumberPart(byte c) {
        return JsonScan.isDigit(c) || c == '.' || c == 'e' || c == 'E';
    }
}
