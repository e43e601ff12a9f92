package dev.stoa.yjs.wire;

/// A part of a long text that shares its characters, so that cutting a long text often stays cheap.
/// Immutable.
public final class TextSlice implements CharSequence {
    /// Shorter parts are copied; what a slice saves must outweigh keeping the whole.
    private static final int LEAST = 256;

    private final String whole;
    private final int from;
    private final int length;

    private TextSlice(String whole, int from, int length) {
        this.whole = whole;
        this.from = from;
        this.length = length;
    }

    static CharSequence of(CharSequence text, int from, int to) {
        if (to - from < LEAST) {
            return text.subSequence(from, to).toString();
        }
        if (text instanceof TextSlice slice) {
            return new TextSlice(slice.whole, slice.from + from, to - from);
        }
        return new TextSlice(text.toString(), from, to - from);
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        return whole.charAt(from + index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return whole.substring(from + start, from + end);
    }

    @Override
    public String toString() {
        return whole.substring(from, from + length);
    }
}
