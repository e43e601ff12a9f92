package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps a directory for this store alone, as long as it is open: a file lock, which the operating system
/// takes back when the process dies. The file stays and says who has it. Thread-safe.
final class DirectoryLock implements AutoCloseable {
    /// Directories that this process has locked, by their real paths. It has to be one for the process, because the
    /// lock is: as soon as a process closes any channel to the file, all its locks on it are gone, so a second
    /// store must be refused before it opens one.
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private static final String FILE = "stoa.lock";
    private static final int LONGEST_HOLDER = 64;

    private final Path place;
    private final FileChannel channel;

    private DirectoryLock(Path place, FileChannel channel) {
        this.place = place;
        this.channel = channel;
    }

    /// Makes the directory if it is missing, and locks it.
    static DirectoryLock take(Path directory) {
        try {
            Files.createDirectories(directory);
            Path place = directory.toRealPath();
            if (!OWN.add(place)) {
                throw inUse(directory, " (process " + ProcessHandle.current().pid() + ", this one)");
            }
            boolean taken = false;
            try {
                DirectoryLock lock = new DirectoryLock(place, locked(directory, place));
                taken = true;
                return lock;
            } finally {
                if (!taken) {
                    OWN.remove(place);
                }
            }
        } catch (IOException | ReadOnlyFileSystemException e) {
            String reason = e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
            throw new StoreException(
                    "cannot write to the data directory %s (%s): give this user the right to write there, or choose another directory"
                            .formatted(directory, reason),
                    e);
        }
    }

    private static FileChannel locked(Path directory, Path place) throws IOException {
        FileChannel channel = FileChannel.open(
                place.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            if (channel.tryLock() == null) {
                throw inUse(directory, holder(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(
                    ("process " + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            locked = true;
            return channel;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static StoreException inUse(Path directory, String holder) {
        return new StoreException(
                "the data directory %s is in use by another server%s: stop it, or choose another directory"
                        .formatted(directory, holder));
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_HOLDER);
        int length = channel.read(text, 0);
        return length <= 0 ? "" : " (" + new String(text.array(), 0, length, StandardCharsets.US_ASCII).strip() + ")";
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(DirectoryLock.class.getName())
                    .log(System.Logger.Level.WARNING, "the lock of " + place + " was not given back", e);
        }
        OWN.remove(place);
    }
}
