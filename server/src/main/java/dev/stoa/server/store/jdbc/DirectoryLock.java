package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Keeps a directory for this store alone, as long as it is open: a file lock, which the operating system
/// takes back when the process dies. The file stays and says who has it. Immutable.
final class DirectoryLock implements AutoCloseable {
    private static final String FILE = "stoa.lock";
    private static final int LONGEST_HOLDER = 64;

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Makes the directory if it is missing, and locks it.
    static DirectoryLock take(Path directory) {
        Path file = directory.resolve(FILE);
        FileChannel channel = null;
        try {
            Files.createDirectories(directory);
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                String holder = holder(channel);
                channel.close();
                throw new StoreException(
                        "the data directory %s is in use by another server%s: stop it, or choose another directory"
                                .formatted(directory, holder));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(
                    ("process " + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new DirectoryLock(channel);
        } catch (IOException | ReadOnlyFileSystemException e) {
            closeQuietly(channel);
            String reason = e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
            throw new StoreException(
                    "cannot write to the data directory %s (%s): give this user the right to write there, or choose another directory"
                            .formatted(directory, reason),
                    e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_HOLDER);
        int length = channel.read(text, 0);
        return length <= 0 ? "" : " (" + new String(text.array(), 0, length, StandardCharsets.US_ASCII).strip() + ")";
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException _) {
                // the first failure is the one to tell
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
