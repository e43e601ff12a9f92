package dev.stoa.server.document;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/// Snapshots as files of a directory, `<document id>.json`, as the reference server's `FileStorage`
/// names them.
///
/// Ids of letters, digits, `_`, `-` and, but for the first character, `.` stand as they are, up to 100
/// characters; of others every other byte of their UTF-8 form is percent-encoded, so that no id leads
/// out of the directory. An id whose name would be longer than 255 bytes cannot be stored. On file
/// systems that ignore case, ids must differ by more than that.
///
/// A file is written beside its place, forced to the disk, and moved there. Thread-safe.
public final class SnapshotFiles implements DocumentStorage {
    private static final int MAX_PLAIN_LENGTH = 100;
    private static final int MAX_NAME_BYTES = 255;
    private static final String SUFFIX = ".json";

    private final Path directory;

    private SnapshotFiles(Path directory) {
        this.directory = directory;
    }

    /// @param directory made when something is saved
    public static SnapshotFiles in(Path directory) {
        return new SnapshotFiles(directory);
    }

    @Override
    public Optional<byte[]> load(String documentId) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file(documentId)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    @Override
    public void save(String documentId, byte[] snapshot) throws IOException {
        Path target = file(documentId);
        Files.createDirectories(directory);
        Path beside = directory.resolve("." + UUID.randomUUID() + ".tmp");
        try {
            write(beside, snapshot);
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        }
    }

    /// The file of a document.
    ///
    /// @throws IOException when its name would be too long
    Path file(String documentId) throws IOException {
        String name = encoded(documentId) + SUFFIX;
        if (name.length() > MAX_NAME_BYTES) {
            throw new IOException("a file's name of " + name.length() + " bytes exceeds " + MAX_NAME_BYTES);
        }
        return directory.resolve(name);
    }

    private static String encoded(String documentId) {
        if (documentId.length() <= MAX_PLAIN_LENGTH
                && !documentId.startsWith(".")
                && documentId.chars().allMatch(SnapshotFiles::isPlain)) {
            return documentId;
        }
        StringBuilder name = new StringBuilder();
        for (byte b : documentId.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(b) && !(b == '.' && name.isEmpty())) {
                name.append((char) b);
            } else {
                name.append('%').append("%02X".formatted(b & 0xFF));
            }
        }
        return name.toString();
    }

    private static boolean isPlain(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.';
    }
}
