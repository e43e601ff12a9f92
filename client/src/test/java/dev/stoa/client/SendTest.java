package dev.stoa.client;

import static dev.stoa.client.Contracts.LOGOUT;
import static dev.stoa.client.Contracts.SAY;
import static dev.stoa.client.Contracts.SAY_IN_ROOM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.client.Contracts.Say;
import dev.stoa.client.SendResult.Queued;
import dev.stoa.client.SendResult.Refused;
import dev.stoa.client.SendResult.Sent;
import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ClientStateException.Reason;
import dev.stoa.client.error.ValidationException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What goes out, and what waits (router protocol, sections 2.1 and 16.4).
class SendTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_795_189_536_758L);

    private final ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void closePeer() throws IOException {
        peer.close();
    }

    @Test
    void messageGoesOutAsTheProtocolWritesIt() {
        try (var client = peer.client().clock(() -> NOW).build()) {
            var connection = peer.connected(client);

            assertThat(client.send(SAY, new Say("hi"))).isEqualTo(new Sent());
            assertThat(client.send(LOGOUT)).isEqualTo(new Sent());

            assertThat(connection.readText())
                    .isEqualTo(
                            "{\"type\":\"SAY\",\"meta\":{\"timestamp\":1795189536758},\"payload\":{\"text\":\"hi\"}}");
            assertThat(connection.readText()).isEqualTo("{\"type\":\"LOGOUT\",\"meta\":{\"timestamp\":1795189536758}}");
        }
    }

    @Test
    void metaCarriesTheContractsKeysAndNoReservedOnes() {
        try (var client = peer.client().build()) {
            var connection = peer.connected(client);
            Map<String, Object> meta =
                    Map.of("roomId", "r", "clientId", "me", "receivedAt", 1, "correlationId", "x", "timestamp", 7);

            client.send(SAY_IN_ROOM, new Say("hi"), SendOptions.ofMeta(meta).withCorrelationId("c1"));

            assertThat(connection.readText())
                    .isEqualTo("{\"type\":\"SAY_IN_ROOM\",\"meta\":{\"timestamp\":7,\"correlationId\":\"c1\","
                            + "\"roomId\":\"r\"},\"payload\":{\"text\":\"hi\"}}");
        }
    }

    @Test
    void invalidPayloadIsRefusedAndNothingIsSent() {
        try (var client = peer.client().build()) {
            var connection = peer.connected(client);

            var result = client.send(SAY, new Say(" "));
            client.send(LOGOUT);

            assertThat(result)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.why())
                                    .isInstanceOfSatisfying(
                                            ValidationException.class,
                                            why -> assertThat(why.issues())
                                                    .extracting(issue -> issue.path())
                                                    .containsExactly("text")));
            assertThat(result.accepted()).isFalse();
            assertThat(connection.readJson().path("type").stringValue()).isEqualTo("LOGOUT");
        }
    }

    @Test
    void missingPayloadAndUndeclaredOrMissingMetaAreRefused() {
        var client = peer.client().build();

        assertThat(client.send(SAY, null)).isInstanceOf(Refused.class);
        assertThat(client.send(SAY, new Say("hi"), SendOptions.ofMeta(Map.of("source", "ui"))))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.why()).isInstanceOf(ValidationException.class));
        assertThat(client.send(SAY_IN_ROOM, new Say("hi"))).isInstanceOf(Refused.class);
    }

    @Test
    void queueIsFlushedInOrderAfterWhatStateCallbacksSend() {
        try (var client = peer.client().build()) {
            client.onState(state -> {
                if (state == ClientState.OPEN) {
                    assertThat(client.send(SAY, new Say("hello"))).isEqualTo(new Sent());
                }
            });
            assertThat(client.send(SAY, new Say("one"))).isEqualTo(new Queued());
            assertThat(client.send(SAY, new Say("two"))).isEqualTo(new Queued());

            var connection = peer.connected(client);
            client.send(SAY, new Say("three"));

            assertThat(texts(connection, 4)).containsExactly("hello", "one", "two", "three");
        }
    }

    @Test
    void otherThreadsStayBehindTheQueueWhileStateCallbacksRun() throws Exception {
        CountDownLatch inCallback = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (var client = peer.client().build()) {
            client.onState(state -> {
                if (state == ClientState.OPEN) {
                    inCallback.countDown();
                    await(goOn);
                    client.send(SAY, new Say("hello"));
                }
            });
            client.send(SAY, new Say("one"));
            client.connectAsync();
            var connection = peer.opened();
            await(inCallback);

            assertThat(client.state()).isEqualTo(ClientState.OPEN);
            assertThat(client.send(SAY, new Say("two"))).isEqualTo(new Queued());
            goOn.countDown();

            assertThat(texts(connection, 3)).containsExactly("hello", "one", "two");
        }
    }

    @Test
    void fullQueueRefusesTheNewest() {
        Recording<ClientFault> faults = new Recording<>();
        try (var client = peer.client().queue(QueuePolicy.DROP_NEWEST, 2).build()) {
            client.onError(faults);
            client.send(SAY, new Say("one"));
            client.send(SAY, new Say("two"));

            var result = client.send(SAY, new Say("three"));

            assertThat(result)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.why())
                                    .isInstanceOfSatisfying(
                                            ClientStateException.class,
                                            why -> assertThat(why.reason()).isEqualTo(Reason.QUEUE_FULL)));
            assertThat(faults.next().kind()).isEqualTo(ClientFault.Kind.OVERFLOW);
            assertThat(texts(peer.connected(client), 2)).containsExactly("one", "two");
        }
    }

    @Test
    void fullQueueDropsTheOldestWhenToldTo() {
        Recording<ClientFault> faults = new Recording<>();
        try (var client = peer.client().queue(QueuePolicy.DROP_OLDEST, 2).build()) {
            client.onError(faults);
            client.send(SAY, new Say("one"));
            client.send(SAY, new Say("two"));

            assertThat(client.send(SAY, new Say("three"))).isEqualTo(new Queued());

            assertThat(faults.next()).satisfies(fault -> {
                assertThat(fault.kind()).isEqualTo(ClientFault.Kind.OVERFLOW);
                assertThat(fault.type()).isEqualTo("SAY");
            });
            assertThat(texts(peer.connected(client), 2)).containsExactly("two", "three");
        }
    }

    @Test
    void withoutAQueueMessagesAreRefusedUntilOpen() {
        try (var client = peer.client().queue(QueuePolicy.OFF, 1).build()) {
            assertThat(client.send(LOGOUT))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.why())
                                    .isInstanceOfSatisfying(
                                            ClientStateException.class,
                                            why -> assertThat(why.reason()).isEqualTo(Reason.NOT_OPEN)));

            peer.connected(client);

            assertThat(client.send(LOGOUT)).isEqualTo(new Sent());
        }
    }

    @Test
    void queueOutlivesALostConnection() {
        VirtualTime time = new VirtualTime();
        try (var client = peer.client().scheduler(time).build()) {
            peer.connected(client).close(1001);
            var delay = time.nextDelay();
            assertThat(client.send(SAY, new Say("later"))).isEqualTo(new Queued());

            time.advance(delay);

            assertThat(texts(peer.opened(), 1)).containsExactly("later");
        }
    }

    @Test
    void closeDropsTheQueue() {
        try (var client = peer.client().build()) {
            client.send(SAY, new Say("gone"));
            client.close();
            var connection = peer.connected(client);

            client.send(SAY, new Say("kept"));

            assertThat(texts(connection, 1)).containsExactly("kept");
        }
    }

    @Test
    void messagesOfManyThreadsArriveWholeAndInEachThreadsOrder() throws Exception {
        try (var client = peer.client().build()) {
            var connection = peer.connected(client);
            List<Thread> senders = new ArrayList<>();
            for (int sender = 0; sender < 4; sender++) {
                String name = "t" + sender + " ";
                senders.add(Thread.startVirtualThread(() -> {
                    for (int i = 0; i < 250; i++) {
                        client.send(SAY, new Say(name + i));
                    }
                }));
            }

            List<String> received = texts(connection, 1000);

            for (int sender = 0; sender < 4; sender++) {
                String name = "t" + sender + " ";
                List<String> expected = new ArrayList<>();
                for (int i = 0; i < 250; i++) {
                    expected.add(name + i);
                }
                assertThat(received.stream().filter(text -> text.startsWith(name)))
                        .containsExactlyElementsOf(expected);
            }
            for (Thread sender : senders) {
                sender.join();
            }
        }
    }

    @Test
    void largeMessageArrivesWhole() {
        String text = "é".repeat(450_000);
        try (var client = peer.client().build()) {
            var connection = peer.connected(client);

            client.send(SAY, new Say(text));

            assertThat(connection.readJson().path("payload").path("text").stringValue())
                    .isEqualTo(text);
        }
    }

    @Test
    void peerThatDoesNotReadMakesSendRefuse() {
        String text = "x".repeat(100_000);
        try (var client = peer.client().maxOutboundChars(200_000).build()) {
            var connection = peer.connected(client);
            SendResult result = new Sent();
            int sent = 0;
            while (result instanceof Sent && sent < 10_000) {
                result = client.send(SAY, new Say(text));
                sent++;
            }

            assertThat(result)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.why())
                                    .isInstanceOfSatisfying(
                                            ClientStateException.class,
                                            why -> assertThat(why.reason()).isEqualTo(Reason.OUTBOUND_FULL)));
            assertThat(texts(connection, sent - 1)).hasSize(sent - 1).containsOnly(text);
        }
    }

    private static List<String> texts(PeerConnection connection, int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(connection.readJson().path("payload").path("text").stringValue());
        }
        return texts;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
