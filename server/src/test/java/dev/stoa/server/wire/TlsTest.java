package dev.stoa.server.wire;

import static dev.stoa.server.wire.Talk.HEARD;
import static dev.stoa.server.wire.Talk.SAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.server.Stoa;
import dev.stoa.server.router.Router;
import dev.stoa.server.wire.Talk.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Encrypted connections, and certificates that change while the server runs.
class TlsTest {
    @TempDir
    static Path made;

    private static Pem first;
    private static Pem second;
    private static Pem third;

    @TempDir
    Path served;

    private final ManualTimers timers = new ManualTimers();
    private long writes;

    @BeforeAll
    static void makeCertificates() {
        first = Pem.make(made, "first", "EC");
        second = Pem.make(made, "second", "RSA");
        third = Pem.make(made, "third", "EC");
    }

    @BeforeEach
    void serveTheFirst() throws IOException {
        write("cert.pem", first.certificate());
        write("key.pem", first.key());
    }

    @AfterEach
    void noTimerIsLeft() {
        assertThat(timers.waiting()).isZero();
    }

    /// Writes a file whose time of change differs from any before.
    private void write(String name, String text) throws IOException {
        Path file = served.resolve(name);
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L + ++writes * 1000));
    }

    private Hall hall() {
        Router router = Router.create()
                .on(
                        SAY,
                        ctx -> ctx.send(
                                HEARD,
                                new Text(ctx.payload().text() + " "
                                        + ctx.session().request().secure())));
        return Hall.of(
                router, settings -> settings.timers(timers).tls(served.resolve("cert.pem"), served.resolve("key.pem")));
    }

    /// Connects and shakes hands, trusting that certificate only.
    private static RawPeer encrypted(Hall hall, Pem trusted) {
        try {
            SSLSocket socket =
                    (SSLSocket) trusting(trusted.x509()).getSocketFactory().createSocket("127.0.0.1", hall.port());
            socket.startHandshake();
            return hall.added(RawPeer.over(socket));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static SSLContext trusting(X509Certificate certificate) {
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("stoa", certificate);
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trust);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException error) {
            throw new AssertionError(error);
        }
    }

    private static String echo(RawPeer peer, String text) {
        return peer.tell("{'type':'SAY','payload':{'text':'" + text + "'}}")
                .expect("HEARD")
                .at("/payload/text")
                .asString();
    }

    @Test
    void anEncryptedPeerIsServedAsAnyOther() {
        try (Hall hall = hall()) {
            RawPeer peer = encrypted(hall, first);

            assertThat(peer.upgrade("/ws").status()).isEqualTo(101);
            assertThat(echo(peer, "a")).isEqualTo("a true");
            String large = "x".repeat(900_000);
            assertThat(echo(peer, large)).isEqualTo(large + " true");
            peer.sendFrame(8, true, new byte[] {3, (byte) 0xE8});
            assertThat(peer.nextFrame().closeCode()).isEqualTo(1000);
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @Test
    void anEncryptedPeerCanReadWhyItIsRefused() {
        try (Hall hall = hall()) {
            RawPeer peer = encrypted(hall, first).upgrade("/ws", "X-Padding: " + "x".repeat(50_000));

            assertThat(peer.status()).isEqualTo(431);
            assertThat(peer.isCutOff()).isTrue();
            peer.close();
            Awaitility.await().until(() -> timers.waiting() == 1);
        }
    }

    @Test
    void anEncryptedPeerThatBreaksTheProtocolCanReadWhy() {
        try (Hall hall = hall()) {
            RawPeer peer = encrypted(hall, first).upgrade("/ws");

            peer.sendRaw(new byte[] {(byte) 0x81, 1, 'x'}).sendRaw(new byte[10_000]);

            assertThat(peer.nextFrame().closeCode()).isEqualTo(1002);
            assertThat(peer.isCutOff()).isTrue();
            peer.close();
            Awaitility.await().until(() -> timers.waiting() == 1);
        }
    }

    @Test
    void aPeerThatDoesNotEncryptIsCutOff() {
        try (Hall hall = hall()) {
            RawPeer plain = hall.knocking().sendRaw(RawPeer.upgradeRequest("/ws"));

            assertThat(plain.isCutOff()).isTrue();
        }
    }

    @Test
    void aCertificateThatChangesOnDiskIsServedToNewPeersWhileOldOnesStay() throws IOException {
        try (Hall hall = hall()) {
            RawPeer early = encrypted(hall, first).upgrade("/ws");
            write("cert.pem", second.certificate());
            write("key.pem", second.key());

            timers.advance(Duration.ofSeconds(5));

            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> encrypted(hall, second).upgrade("/ws").status() == 101);
            assertThat(echo(early, "still")).isEqualTo("still true");
            assertThatThrownBy(() -> encrypted(hall, first)).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void aCertificateCanBeReadAgainAtOnce() throws IOException {
        try (Hall hall = hall()) {
            write("cert.pem", second.certificate());
            write("key.pem", second.key());

            hall.stoa().reloadTls();

            assertThat(encrypted(hall, second).upgrade("/ws").status()).isEqualTo(101);
        }
    }

    @Test
    void aHalfChangedOrBrokenCertificateLeavesTheOldOneInUse() throws IOException {
        try (Hall hall = hall()) {
            write("cert.pem", second.certificate());
            assertThatThrownBy(() -> hall.stoa().reloadTls()).isInstanceOf(UncheckedIOException.class);
            assertThat(encrypted(hall, first).upgrade("/ws").status()).isEqualTo(101);

            write("cert.pem", third.certificate());
            assertThatThrownBy(() -> hall.stoa().reloadTls())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("the key is not the certificate's");
            assertThat(encrypted(hall, first).upgrade("/ws").status()).isEqualTo(101);

            write("cert.pem", "no certificate at all");
            assertThatThrownBy(() -> hall.stoa().reloadTls()).isInstanceOf(UncheckedIOException.class);
            assertThat(encrypted(hall, first).upgrade("/ws").status()).isEqualTo(101);

            Files.delete(served.resolve("cert.pem"));
            assertThatThrownBy(() -> hall.stoa().reloadTls()).isInstanceOf(UncheckedIOException.class);
            assertThat(encrypted(hall, first).upgrade("/ws").status()).isEqualTo(101);
        }
    }

    @Test
    void aServerDoesNotStartWithFilesThatDoNotFit() throws IOException {
        write("key.pem", second.key());
        Stoa.Builder settings = Stoa.builder()
                .port(0)
                .timers(timers)
                .router("/ws", Router.create())
                .tls(served.resolve("cert.pem"), served.resolve("key.pem"));

        assertThatThrownBy(settings::start)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cert.pem")
                .hasMessageContaining("key.pem");
    }
}
