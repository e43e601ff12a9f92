package dev.stoa.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodePointsTest {
    @Test
    void textsAreOrderedAsTheirUtf8Bytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String a = text(random);
            String b = text(random);
            int bytes = Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
            assertThat(Integer.signum(CodePoints.ORDER.compare(a, b)))
                    .as("seed %d: \"%s\" and \"%s\"", seed, a, b)
                    .isEqualTo(Integer.signum(bytes));
        }
    }

    @Test
    void everythingWithAPrefixIsBeforeWhatIsBehindIt() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String prefix = text(random);
            String other = random.nextBoolean() ? prefix + text(random) : text(random);
            String end = CodePoints.after(prefix);
            boolean inRange = CodePoints.ORDER.compare(other, prefix) >= 0
                    && (end == null || CodePoints.ORDER.compare(other, end) < 0);
            assertThat(inRange)
                    .as("seed %d: \"%s\" after \"%s\"", seed, other, prefix)
                    .isEqualTo(other.startsWith(prefix));
        }
    }

    private static String text(Random random) {
        int[] points = {'a', 'b', 0x7F, 0xE9, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    @Test
    void nothingIsBehindTheLastCodePoint() {
        assertThat(CodePoints.after("\uDBFF\uDFFF")).isNull();
        assertThat(CodePoints.after("")).isNull();
        assertThat(CodePoints.after("a\uDBFF\uDFFF")).isEqualTo("b");
        assertThat(CodePoints.after("\uD7FF")).isEqualTo("\uE000");
    }
}
