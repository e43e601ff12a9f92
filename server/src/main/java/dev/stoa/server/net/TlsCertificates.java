package dev.stoa.server.net;

import dev.stoa.server.port.Timers;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;

/// The server's certificate and key, read from PEM files and read again when they change, without a
/// restart.
///
/// A change that cannot be read is logged and the old certificate stays in use. Thread-safe.
public final class TlsCertificates implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TlsCertificates.class.getName());
    private static final Duration CHECK_EVERY = Duration.ofSeconds(5);

    private final Path certificate;
    private final Path key;
    private final Timers timers;
    private volatile SslContext context;
    private volatile FileTime[] readAt;
    private volatile Timers.Timeout nextCheck;
    private volatile boolean closed;

    private TlsCertificates(Path certificate, Path key, Timers timers) {
        this.certificate = certificate;
        this.key = key;
        this.timers = timers;
        this.readAt = modified();
        this.context = read();
        this.nextCheck = timers.schedule(CHECK_EVERY, this::check);
    }

    /// Reads the files and starts watching them.
    ///
    /// @param certificate PEM file with the certificate chain
    /// @param key PEM file with its private key (PKCS#8)
    /// @throws UncheckedIOException when they cannot be read or do not fit each other
    public static TlsCertificates open(Path certificate, Path key, Timers timers) {
        return new TlsCertificates(certificate, key, timers);
    }

    SslContext context() {
        return context;
    }

    /// Reads the files again now.
    ///
    /// @throws UncheckedIOException when they cannot be read or do not fit each other; the old
    ///     certificate stays in use then
    public void reload() {
        FileTime[] now = modified();
        context = read();
        readAt = now;
        LOG.log(System.Logger.Level.INFO, "TLS certificate read from {0}", certificate);
    }

    private void check() {
        Thread.startVirtualThread(() -> {
            try {
                if (!Arrays.equals(modified(), readAt)) {
                    reload();
                }
            } catch (UncheckedIOException unreadable) {
                LOG.log(System.Logger.Level.WARNING, "TLS certificate not reloaded, the old one stays", unreadable);
            } finally {
                checkLater();
            }
        });
    }

    private synchronized void checkLater() {
        if (!closed) {
            nextCheck = timers.schedule(CHECK_EVERY, this::check);
        }
    }

    private SslContext read() {
        try {
            return KeyPairFiles.read(certificate, key).serverContext();
        } catch (IOException | GeneralSecurityException unusable) {
            throw new UncheckedIOException(
                    "TLS files " + certificate + " and " + key + " cannot be used: " + unusable.getMessage(),
                    unusable instanceof IOException io ? io : new IOException(unusable));
        }
    }

    private FileTime[] modified() {
        try {
            return new FileTime[] {Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key)};
        } catch (IOException missing) {
            throw new UncheckedIOException("TLS files " + certificate + " and " + key + " cannot be read", missing);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        nextCheck.cancel();
    }
}
