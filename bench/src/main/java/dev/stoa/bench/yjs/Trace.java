package dev.stoa.bench.yjs;

import dev.stoa.yjs.YText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/// The editing trace of benchmark B4: a paper written keystroke by keystroke. Immutable.
final class Trace {
    private static final Path FILE = Path.of("yjs/src/test/resources/b4-trace.bin.gz");

    private final int[] positions;
    private final char[] characters;

    private Trace(int[] positions, char[] characters) {
        this.positions = positions;
        this.characters = characters;
    }

    /// @param root the checkout
    static Trace read(Path root) throws IOException {
        byte[] data;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(root.resolve(FILE)))) {
            data = in.readAllBytes();
        }
        int[] positions = new int[data.length];
        char[] characters = new char[data.length];
        int count = 0;
        int cursor = 0;
        for (int at = 8; at < data.length; ) {
            int z = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = data[at++];
                z |= (b & 0x7f) << shift;
                if (b >= 0) {
                    break;
                }
            }
            cursor += (z & 1) != 0 ? -((z + 1) >> 1) : z >> 1;
            positions[count] = cursor;
            characters[count] = (char) data[at++];
            if (characters[count++] != 0) {
                cursor++;
            }
        }
        return new Trace(Arrays.copyOf(positions, count), Arrays.copyOf(characters, count));
    }

    int edits() {
        return positions.length;
    }

    void apply(YText text) {
        for (int i = 0; i < positions.length; i++) {
            if (characters[i] == 0) {
                text.delete(positions[i], 1);
            } else {
                text.insert(positions[i], String.valueOf(characters[i]));
            }
        }
    }
}
