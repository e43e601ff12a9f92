package dev.stoa.property;

import java.util.List;
import java.util.SplittableRandom;

/// Random values of one case, all following from its seed. Confined to one thread.
public final class Chance {
    private static final String TROUBLE =
            "\"\\/\b\f\n\r\t\u0000\u001F\u007F\u0080\u00E9\u07FF\u0800\u2028\uFEFF\uFFFD\uFFFF";

    private final long seed;
    private final SplittableRandom random;

    public Chance(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    public long seed() {
        return seed;
    }

    /// A number from `low` to `high`, both included.
    public int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    public long any() {
        return random.nextLong();
    }

    /// True once in `n` times.
    public boolean onceIn(int n) {
        return random.nextInt(n) == 0;
    }

    public <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /// A text of at most `length` code points without lone surrogates: plain, awkward and far-away
    /// characters.
    public String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = between(0, length); i > 0; i--) {
            switch (between(0, 4)) {
                case 0 -> text.append(TROUBLE.charAt(between(0, TROUBLE.length() - 1)));
                case 1 -> text.appendCodePoint(between(0x10000, 0x10FFFF));
                case 2 -> text.appendCodePoint(between(0, 0xD7FF));
                default -> text.append((char) between(' ', '~'));
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "Chance[seed=" + seed + "]";
    }
}
