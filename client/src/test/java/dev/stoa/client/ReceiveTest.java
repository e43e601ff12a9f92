package dev.stoa.client;

import static dev.stoa.client.Contracts.GET_USER;
import static dev.stoa.client.Contracts.LOGOUT;
import static dev.stoa.client.Contracts.SAID;
import static dev.stoa.client.Contracts.SAY_IN_ROOM;
import static dev.stoa.client.Contracts.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.client.Contracts.GetUser;
import dev.stoa.client.Contracts.InRoom;
import dev.stoa.client.Contracts.Say;
import dev.stoa.client.Contracts.User;
import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.MessageType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What comes in (router protocol, sections 2.3 and 16.6).
class ReceiveTest {
    private final ScriptedPeer peer = new ScriptedPeer();
    private final StoaClient client = peer.client().ids(() -> "r1").build();
    private final PeerConnection connection = peer.connected(client);
    private final Recording<String> heard = new Recording<>();
    private final Recording<ClientFault> faults = new Recording<>();
    private final Recording<Envelope> unhandled = new Recording<>();

    @AfterEach
    void closeBoth() throws IOException {
        peer.close();
        client.close();
    }

    @Test
    void handlersGetTheWholeMessageInRegistrationOrder() {
        client.on(SAID, message -> heard.accept("first " + message.payload().text() + message.timestamp()));
        client.on(SAID, message -> heard.accept("second " + message.payload().text()));

        connection.send(said("a"));
        connection.send(said("b"));

        assertThat(List.of(heard.next(), heard.next(), heard.next(), heard.next()))
                .containsExactly("first a1.0", "second a", "first b1.0", "second b");
    }

    @Test
    void handlerThatThrowsHarmsNoOther() {
        client.on(SAID, message -> {
            throw new IllegalStateException("broken on purpose");
        });
        client.on(SAID, message -> heard.accept(message.payload().text()));

        connection.send(said("a"));
        connection.send(said("b"));

        assertThat(heard.next()).isEqualTo("a");
        assertThat(heard.next()).isEqualTo("b");
    }

    @Test
    void closedSubscriptionHearsNothingAndLeavesTheTypeUnhandled() {
        client.onUnhandled(unhandled);
        var subscription =
                client.on(SAID, message -> heard.accept(message.payload().text()));
        connection.send(said("a"));
        assertThat(heard.next()).isEqualTo("a");

        subscription.close();
        subscription.close();
        connection.send(said("b"));

        assertThat(unhandled.next().type()).isEqualTo("SAID");
        assertThat(heard.isEmpty()).isTrue();
    }

    @Test
    void extendedMetaReachesTheHandler() {
        client.on(
                SAY_IN_ROOM, message -> heard.accept(message.meta(InRoom.class).roomId()));

        connection.send("{\"type\":\"SAY_IN_ROOM\",\"meta\":{\"roomId\":\"r\"},\"payload\":{\"text\":\"a\"}}");

        assertThat(heard.next()).isEqualTo("r");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"SAID\",\"meta\":{},\"payload\":{\"text\":\"a\"},\"id\":1}",
                "{\"type\":\"SAID\",\"meta\":{\"traceId\":\"t\"},\"payload\":{\"text\":\"a\"}}",
                "{\"type\":\"SAID\",\"meta\":{},\"payload\":{\"text\":\"a\",\"more\":1}}",
                "{\"type\":\"SAID\",\"meta\":{\"timestamp\":\"1\"},\"payload\":{\"text\":\"a\"}}",
                "{\"type\":\"SAID\",\"meta\":{\"correlationId\":null},\"payload\":{\"text\":\"a\"}}",
                "{\"type\":\"SAID\",\"meta\":{},\"payload\":{\"text\":\" \"}}",
                "{\"type\":\"SAID\",\"meta\":{},\"payload\":{}}",
                "{\"type\":\"SAID\",\"meta\":{}}",
                "{\"type\":\"LOGOUT\",\"meta\":{},\"payload\":{}}",
                "{\"type\":\"LOGOUT\",\"meta\":{},\"payload\":null}"
            })
    void frameThatBreaksItsContractIsReportedAndDropped(String frame) {
        client.on(SAID, message -> heard.accept("invalid message reached the handler"));
        client.on(LOGOUT, message -> heard.accept("invalid message reached the handler"));
        client.onError(faults);
        client.onUnhandled(unhandled);

        connection.send(frame);

        ClientFault fault = faults.next();
        assertThat(fault.kind()).isEqualTo(ClientFault.Kind.VALIDATION);
        assertThat(fault.type()).isIn("SAID", "LOGOUT");
        assertThat(fault.issues()).isNotEmpty();
        assertThat(fault.text()).isEqualTo(frame);
        assertThat(fault.toString()).doesNotContain(frame);
        assertThat(heard.isEmpty()).isTrue();
        assertThat(unhandled.isEmpty()).isTrue();
    }

    @Test
    void frameWithoutMetaIsValid() {
        client.on(SAID, message -> heard.accept(message.payload().text()));

        connection.send("{\"type\":\"SAID\",\"payload\":{\"text\":\"a\"}}");

        assertThat(heard.next()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no json", "{\"type\":\"SAID\"", "{} {}"})
    void textThatIsNotJsonIsAParseFault(String frame) {
        client.onError(faults);

        connection.send(frame);

        assertThat(faults.next().kind()).isEqualTo(ClientFault.Kind.PARSE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "\"x\"", "{}", "{\"type\":1}"})
    void jsonWithoutATextTypeIsAValidationFault(String frame) {
        client.onError(faults);

        connection.send(frame);

        assertThat(faults.next().kind()).isEqualTo(ClientFault.Kind.VALIDATION);
    }

    @Test
    void binaryFrameIsAParseFaultAndTheConnectionGoesOn() {
        client.onError(faults);
        client.on(SAID, message -> heard.accept(message.payload().text()));

        connection.sendFrame(false, PeerConnection.BINARY, new byte[10]);
        connection.sendFrame(true, PeerConnection.CONTINUATION, new byte[10]);
        connection.send(said("a"));

        assertThat(faults.next().kind()).isEqualTo(ClientFault.Kind.PARSE);
        assertThat(heard.next()).isEqualTo("a");
        assertThat(faults.isEmpty()).isTrue();
    }

    @Test
    void unknownTypeGoesToTheOneUnhandledCallback() {
        Recording<Envelope> replaced = new Recording<>();
        client.onUnhandled(replaced);
        client.onUnhandled(unhandled);

        connection.send("{\"type\":\"NEWS\",\"payload\":{\"n\":1}}");

        Envelope envelope = unhandled.next();
        assertThat(envelope.type()).isEqualTo("NEWS");
        assertThat(envelope.payloadTree().path("n").intValue()).isEqualTo(1);
        assertThat(replaced.isEmpty()).isTrue();
    }

    @Test
    void errorWithoutARequestReachesItsHandler() {
        record Failure(String code, String message, boolean retryable) {}
        client.on(
                MessageType.of("ERROR", Failure.class),
                message -> heard.accept(message.payload().code()));

        connection.send("{\"type\":\"ERROR\",\"meta\":{},\"payload\":{\"code\":\"NOT_FOUND\",\"message\":\"m\","
                + "\"retryable\":false}}");

        assertThat(heard.next()).isEqualTo("NOT_FOUND");
    }

    @Test
    void contradictingContractOfOneTypeIsRefusedAtOnce() {
        client.on(SAID, message -> {});

        assertThatThrownBy(() -> client.on(MessageType.of("SAID", User.class), message -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SAID");
    }

    @Test
    void fragmentsArePutTogether() {
        byte[] text = said("é€😀").getBytes(StandardCharsets.UTF_8);
        client.on(SAID, message -> heard.accept(message.payload().text()));

        connection.sendFrame(false, PeerConnection.TEXT, new byte[0]);
        for (byte one : text) {
            connection.sendFrame(false, PeerConnection.CONTINUATION, new byte[] {one});
        }
        connection.sendFrame(true, PeerConnection.PING, new byte[0]);
        connection.sendFrame(true, PeerConnection.CONTINUATION, new byte[0]);

        assertThat(heard.next()).isEqualTo("é€😀");
        assertThat(connection.readFrame().opcode()).isEqualTo(PeerConnection.PONG);
    }

    @Test
    void messageOf900KilobytesArrives() {
        String text = "x".repeat(900_000);
        client.on(SAID, message -> heard.accept(message.payload().text()));

        connection.send(said(text));

        assertThat(heard.next()).isEqualTo(text);
    }

    @Test
    void handlerMayBlockInARequest() {
        client.on(
                SAID,
                message -> heard.accept(
                        client.request(GET_USER, new GetUser(message.payload().text()))
                                .payload()
                                .name()));

        connection.send(said("1"));
        connection.send(said("2"));

        assertThat(connection.readJson().path("payload").path("id").stringValue())
                .isEqualTo("1");
        connection.send(Contracts.user("r1"));
        assertThat(heard.next()).isEqualTo("Ada");
        assertThat(connection.readJson().path("payload").path("id").stringValue())
                .isEqualTo("2");
        connection.send(Contracts.user("r1"));
        assertThat(heard.next()).isEqualTo("Ada");
    }

    @Test
    void manyMessagesKeepTheirOrder() {
        List<String> expected = new ArrayList<>();
        client.on(SAID, message -> heard.accept(message.payload().text()));
        for (int i = 0; i < 1000; i++) {
            connection.send(said("m" + i));
            expected.add("m" + i);
        }

        List<String> received = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            received.add(heard.next());
        }

        assertThat(received).isEqualTo(expected);
    }

    @Test
    void messagesThatCameBeforeTheStateCallbackEndedWaitForIt() throws IOException {
        Recording<String> order = new Recording<>();
        var other = peer.client().build();
        other.on(SAID, message -> order.accept(message.payload().text()));
        other.onState(state -> {
            if (state == ClientState.OPEN) {
                other.request(GET_USER, new GetUser("1"));
                order.accept("open");
            }
        });
        other.connectAsync();
        var scripted = peer.opened();
        scripted.send(said("early"));
        String id = scripted.readJson().path("meta").path("correlationId").stringValue();
        scripted.send(Contracts.user(id));

        assertThat(order.next()).isEqualTo("open");
        assertThat(order.next()).isEqualTo("early");
        scripted.drop();
        other.close();
    }

    @Test
    void samePayloadClassUnderAnotherContractIsOneRoute() {
        client.on(SAID, message -> heard.accept("one"));
        client.on(MessageType.of("SAID", Say.class), message -> heard.accept("two"));

        connection.send(said("a"));

        assertThat(heard.next()).isEqualTo("one");
        assertThat(heard.next()).isEqualTo("two");
    }
}
