package dev.stoa.client.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// The JDK WebSocket's rules, kept: one write at a time, reading by request, one end.
class LinkTest {
    private static final Handshake HANDSHAKE =
            new Handshake(URI.create("ws://peer/?access_token=secret"), List.of(), Map.of(), Duration.ofSeconds(1));

    private final PlayedSocket socket = new PlayedSocket();
    private final Diary diary = new Diary();
    private final List<Runnable> timers = new ArrayList<>();
    private WebSocket.Listener ear;
    private final Link link = openLink();

    /// Writes down what the owner of a link is told.
    private static final class Diary implements Link.Owner {
        private final List<String> entries = new ArrayList<>();

        @Override
        public void received(Link link, byte[] text) {
            entries.add("text " + text.length);
        }

        @Override
        public void receivedBinary(Link link) {
            entries.add("binary");
        }

        @Override
        public void closed(Link link, int code, String reason) {
            entries.add("closed " + code);
        }
    }

    @Test
    void nothingIsReadBeforeTheStart() {
        ear.onOpen(socket);
        assertThat(socket.requested).isZero();

        link.start();

        assertThat(socket.requested).isEqualTo(1);
    }

    @Test
    void readingStopsAtTheWindowAndGoesOnWhenThereIsRoom() {
        link.start();
        ear.onText(socket, "1", true);
        ear.onText(socket, "2", true);
        assertThat(socket.requested).isEqualTo(3);

        ear.onText(socket, "3", true);
        assertThat(socket.requested).isEqualTo(3);

        link.handled(1);
        assertThat(socket.requested).isEqualTo(4);
        link.handled(1);
        assertThat(socket.requested).isEqualTo(4);
    }

    @Test
    void readingStopsWhenTooManyBytesWait() {
        link.start();

        ear.onText(socket, "x".repeat(100), true);
        assertThat(socket.requested).isEqualTo(1);
        link.handled(100);

        assertThat(socket.requested).isEqualTo(2);
    }

    @Test
    void fragmentsAreAskedForAndDeliveredAsOne() {
        link.start();

        ear.onText(socket, "ab", false);
        ear.onText(socket, "c", true);

        assertThat(diary.entries).containsExactly("text 3");
        assertThat(socket.requested).isEqualTo(3);
    }

    @Test
    void oneTextIsWrittenAtATime() {
        for (String text : List.of("1", "2", "3")) {
            assertThat(link.add(text, true)).isEqualTo(Admission.ADDED);
            link.write();
        }
        assertThat(socket.texts).containsExactly("1");

        socket.endWrite();
        assertThat(socket.texts).containsExactly("1", "2");
        socket.endWrite();
        socket.endWrite();

        assertThat(socket.texts).containsExactly("1", "2", "3");
        assertThat(diary.entries).isEmpty();
    }

    @Test
    void closeWaitsForTheTextsBeforeIt() {
        link.add("1", true);
        link.add("2", true);
        link.write();

        link.close(1000, "");
        assertThat(link.add("3", true)).isEqualTo(Admission.CLOSED);
        socket.endWrite();
        assertThat(socket.closeCodes).isEmpty();
        socket.endWrite();

        assertThat(socket.closeCodes).containsExactly(1000);
    }

    @Test
    void textBeyondTheOutboundLimitIsRefusedUnlessItWaitedElsewhere() {
        assertThat(link.add("x".repeat(300), true)).isEqualTo(Admission.ADDED);
        assertThat(link.add("y", true)).isEqualTo(Admission.FULL);
        assertThat(link.add("z", false)).isEqualTo(Admission.ADDED);
    }

    @Test
    void thousandsOfWritesThatEndAtOnceDoNotDeepenTheStack() {
        socket.writesEndAtOnce = true;
        for (int i = 0; i < 100_000; i++) {
            link.add("x", false);
        }

        link.write();

        assertThat(socket.texts).hasSize(100_000);
    }

    @Test
    void failedWriteEndsTheLinkOnce() {
        link.add("1", true);
        link.add("2", true);
        link.write();

        socket.writes.removeFirst().completeExceptionally(new IOException("broken pipe"));
        ear.onError(socket, new IOException("broken pipe"));
        ear.onClose(socket, 1006, "");

        assertThat(diary.entries).containsExactly("closed 1006");
        assertThat(socket.aborted).isTrue();
        assertThat(socket.texts).containsExactly("1");
    }

    @Test
    void endBeforeTheStartIsToldAtTheStart() {
        ear.onClose(socket, 1001, "");
        assertThat(diary.entries).isEmpty();

        link.start();

        assertThat(diary.entries).containsExactly("closed 1001");
        assertThat(socket.requested).isZero();
    }

    @Test
    void silenceIsNoProofWhileReadingHasStopped() {
        link.start();
        ear.onText(socket, "x".repeat(100), true);
        timers.removeFirst().run();
        assertThat(socket.pings).isEqualTo(1);

        timers.removeFirst().run();

        assertThat(diary.entries).containsExactly("text 100");
        assertThat(timers).hasSize(1);
    }

    @Test
    void silenceOtherwiseEndsTheLink() {
        link.start();
        timers.removeFirst().run();

        timers.removeFirst().run();

        assertThat(diary.entries).containsExactly("closed 1006");
        assertThat(socket.aborted).isTrue();
    }

    @Test
    void handshakeDoesNotTellItsQuery() {
        assertThat(HANDSHAKE.toString()).doesNotContain("secret");
    }

    private Link openLink() {
        Connector connector = (handshake, listener) -> {
            ear = listener;
            return CompletableFuture.completedFuture(socket);
        };
        LinkLimits limits = new LinkLimits(100, 300, 3, Duration.ofSeconds(25), Duration.ofSeconds(10));
        Scheduler scheduler = (delay, task) -> {
            timers.add(task);
            return () -> timers.remove(task);
        };
        return Link.open(connector, HANDSHAKE, diary, limits, scheduler).join();
    }
}
