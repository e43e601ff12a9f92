package dev.stoa.yjs.lib0;

import java.math.BigDecimal;

/// The text of a number in JavaScript: the shortest digits, as Java finds them too, in JavaScript's places.
public final class JsNumbers {
    private JsNumbers() {}

    public static String text(double value) {
        if (value == 0) {
            return "0";
        }
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Infinity" : "-Infinity";
        }
        BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
        String digits = shortest.unscaledValue().toString();
        int point = digits.length() - shortest.scale();
        return (value < 0 ? "-" : "") + place(digits, point);
    }

    /// @param point how many digits stand before the point
    private static String place(String digits, int point) {
        if (point > 21 || point < -5) {
            int exponent = point - 1;
            String rest = digits.length() > 1 ? "." + digits.substring(1) : "";
            return digits.charAt(0) + rest + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
        }
        if (point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        if (point >= digits.length()) {
            return digits + "0".repeat(point - digits.length());
        }
        return digits.substring(0, point) + "." + digits.substring(point);
    }
}
