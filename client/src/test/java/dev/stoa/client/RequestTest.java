package dev.stoa.client;

import static dev.stoa.client.Contracts.GET_USER;
import static dev.stoa.client.Contracts.SAID;
import static dev.stoa.client.Contracts.SAY;
import static dev.stoa.client.Contracts.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stoa.client.Contracts.GetUser;
import dev.stoa.client.Contracts.Say;
import dev.stoa.client.Contracts.Step;
import dev.stoa.client.Contracts.User;
import dev.stoa.client.error.ClientException;
import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ClientStateException.Reason;
import dev.stoa.client.error.ConnectionClosedException;
import dev.stoa.client.error.InvalidReplyException;
import dev.stoa.client.error.RequestTimeoutException;
import dev.stoa.client.error.RpcException;
import dev.stoa.client.error.ServerErrorException;
import dev.stoa.client.error.ValidationException;
import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import jakarta.validation.constraints.AssertTrue;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Requests and what becomes of them (router protocol, sections 4.2, 5 and 16.5).
class RequestTest {
    private static final GetUser ONE = new GetUser("1");

    private final ScriptedPeer peer = new ScriptedPeer();
    private final VirtualTime time = new VirtualTime();
    private final AtomicInteger ids = new AtomicInteger();
    private final StoaClient client = builder().build();
    private final Recording<Envelope> unhandled = new Recording<>();

    @AfterEach
    void closeBoth() throws IOException {
        peer.close();
        client.close();
    }

    @Test
    void requestReadsLikeAMethodCall() {
        var connection = peer.connected(client);
        Thread.startVirtualThread(() -> {
            connection.readText();
            connection.send(user("r1"));
        });

        Message<User> answer = client.request(GET_USER, ONE);

        assertThat(answer.payload()).isEqualTo(new User("1", "Ada"));
        assertThat(answer.type()).isEqualTo("USER");
        assertThat(answer.correlationId()).isEqualTo("r1");
        assertThat(time.waiting()).isZero();
    }

    @Test
    void requestCarriesItsIdAndTimeout() {
        var connection = peer.connected(client);

        client.requestAsync(GET_USER, ONE);
        client.requestAsync(
                GET_USER, ONE, RequestOptions.within(Duration.ofSeconds(2)).withCorrelationId("mine"));

        assertThat(connection.readText())
                .isEqualTo("{\"type\":\"GET_USER\",\"meta\":{\"timestamp\":5,\"correlationId\":\"r1\","
                        + "\"timeoutMs\":30000},\"payload\":{\"id\":\"1\"}}");
        assertThat(connection.readText())
                .isEqualTo("{\"type\":\"GET_USER\",\"meta\":{\"timestamp\":5,\"correlationId\":\"mine\","
                        + "\"timeoutMs\":2000},\"payload\":{\"id\":\"1\"}}");
    }

    @Test
    void requestThatMustNotQueueFailsWhileThereIsNoConnection() {
        var answer = client.requestAsync(GET_USER, ONE, RequestOptions.none().withoutQueueing());

        assertThatThrownBy(answer::join)
                .cause()
                .isInstanceOfSatisfying(
                        ClientStateException.class,
                        error -> assertThat(error.reason()).isEqualTo(Reason.NOT_OPEN));
        var connection = peer.connected(client);
        client.requestAsync(
                GET_USER, ONE, RequestOptions.none().withoutQueueing().withCorrelationId("now"));
        assertThat(connection.readJson().path("meta").path("correlationId").stringValue())
                .isEqualTo("now");
    }

    @Test
    void timeoutIsNotAnnouncedWhenToldSo() {
        var quiet = builder().announceTimeout(false).build();
        var connection = peer.connected(quiet);

        quiet.requestAsync(GET_USER, ONE);

        assertThat(connection.readJson().path("meta").has("timeoutMs")).isFalse();
        connection.drop();
        quiet.close();
    }

    @Test
    void defaultIdsAreRandomUuids() {
        var plain = peer.client().build();
        var connection = peer.connected(plain);

        plain.requestAsync(GET_USER, ONE);

        assertThat(connection.readJson().path("meta").path("correlationId").stringValue())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        connection.drop();
        plain.close();
    }

    @Test
    void answersFindTheirRequestsInAnyOrder() {
        var connection = peer.connected(client);
        var first = client.requestAsync(GET_USER, ONE);
        var second = client.requestAsync(GET_USER, new GetUser("2"));

        connection.send(user("r2"));
        assertThat(joined(second).correlationId()).isEqualTo("r2");
        assertThat(first).isNotDone();
        connection.send(user("r1"));

        assertThat(joined(first).correlationId()).isEqualTo("r1");
    }

    @Test
    void requestAndResponseMayHaveNoPayload() {
        RpcType<Void, Void> ping = RpcType.of("PING", Void.class, "PONG", Void.class);
        var connection = peer.connected(client);
        Thread.startVirtualThread(() -> {
            assertThat(connection.readJson().has("payload")).isFalse();
            connection.send("{\"type\":\"PONG\",\"meta\":{\"correlationId\":\"r1\"}}");
        });

        assertThat(client.request(ping).payload()).isNull();
    }

    @Test
    void invalidRequestIsNeverSent() {
        var connection = peer.connected(client);

        var thrown = catchThrowableOfType(ValidationException.class, () -> client.request(GET_USER, new GetUser("")));
        client.send(SAY, new Say("next"));

        assertThat(thrown.issues()).extracting(issue -> issue.path()).containsExactly("id");
        assertThat(connection.readJson().path("type").stringValue()).isEqualTo("SAY");
        assertThat(time.waiting()).isZero();
    }

    @Test
    void replyThatBreaksItsContractFails() {
        var connection = peer.connected(client);
        var answer = client.requestAsync(GET_USER, ONE);

        connection.send("{\"type\":\"USER\",\"meta\":{\"correlationId\":\"r1\"},\"payload\":{\"id\":\"1\"}}");

        var failure = failure(InvalidReplyException.class, answer);
        assertThat(failure).hasMessage("Reply validation failed");
        assertThat(failure.issues()).extracting(issue -> issue.path()).containsExactly("payload.name");
    }

    @Test
    void replyOfAnotherTypeFails() {
        var connection = peer.connected(client);
        var answer = client.requestAsync(GET_USER, ONE);

        connection.send("{\"type\":\"SAID\",\"meta\":{\"correlationId\":\"r1\"},\"payload\":{\"text\":\"a\"}}");

        assertThat(failure(InvalidReplyException.class, answer)).hasMessage("Expected type USER, got SAID");
    }

    @Test
    void replyWhoseConstraintsFailToRunStillEndsTheRequest() {
        record Odd(String id) {
            @AssertTrue
            public boolean isFine() {
                throw new IllegalStateException("broken on purpose");
            }
        }
        var connection = peer.connected(client);
        var answer = client.requestAsync(SAY, new Say("hi"), MessageType.of("ODD", Odd.class), RequestOptions.none());

        connection.send("{\"type\":\"ODD\",\"meta\":{\"correlationId\":\"r1\"},\"payload\":{\"id\":\"1\"}}");

        assertThat(failure(InvalidReplyException.class, answer))
                .hasMessageStartingWith("Reply could not be read")
                .hasRootCauseMessage("broken on purpose");
    }

    @Test
    void rpcErrorCarriesEverythingTheServerSaid() {
        var connection = peer.connected(client);
        var answer = client.requestAsync(GET_USER, ONE);

        connection.send(rpcError("{\"code\":\"RESOURCE_EXHAUSTED\",\"message\":\"Rate limited\","
                + "\"details\":{\"field\":\"x\",\"none\":null},\"retryable\":true,\"retryAfterMs\":250}"));

        var failure = failure(RpcException.class, answer);
        assertThat(failure.code()).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(failure.text()).isEqualTo("Rate limited");
        assertThat(failure).hasMessage("RESOURCE_EXHAUSTED: Rate limited");
        assertThat(failure.details()).isEqualTo(Map.of("field", "x"));
        assertThat(failure.retryable()).isTrue();
        assertThat(failure.retryAfter()).contains(Duration.ofMillis(250));
        assertThat(failure.correlationId()).isEqualTo("r1");
    }

    @Test
    void emptyRpcErrorIsStillAnError() {
        var connection = peer.connected(client);
        var answer = client.requestAsync(GET_USER, ONE);

        connection.send("{\"type\":\"RPC_ERROR\",\"meta\":{\"correlationId\":\"r1\"}}");

        var failure = failure(RpcException.class, answer);
        assertThat(failure.code()).isEqualTo("INTERNAL");
        assertThat(failure.text()).isEqualTo("RPC error");
        assertThat(failure.retryable()).isFalse();
        assertThat(failure.retryAfter()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"code\":\"UNAVAILABLE\"}; true",
                "{\"code\":\"DEADLINE_EXCEEDED\"}; true",
                "{\"code\":\"RESOURCE_EXHAUSTED\"}; true",
                "{\"code\":\"ABORTED\"}; true",
                "{\"code\":\"NOT_FOUND\"}; false",
                "{\"code\":\"INTERNAL\"}; false",
                "{\"code\":\"CANCELLED\"}; false",
                "{\"code\":\"INTERNAL\",\"retryable\":true}; true",
                "{\"code\":\"UNAVAILABLE\",\"retryable\":false}; false",
                "{\"code\":\"UNAVAILABLE\",\"retryAfterMs\":null}; false",
                "{\"code\":\"MINE\"}; false",
                "{\"code\":\"MINE\",\"retryAfterMs\":5}; true"
            })
    void retryabilityFollowsTheServerElseTheCode(String payload, boolean retryable) {
        var connection = peer.connected(client);
        var answer = client.requestAsync(GET_USER, ONE);

        connection.send(rpcError(payload));

        assertThat(failure(RpcException.class, answer).retryable()).isEqualTo(retryable);
    }

    @Test
    void olderStyleWaitsForAnEventWithItsId() {
        var connection = peer.connected(client);
        var answer = client.requestAsync(SAY, new Say("hi"), SAID, RequestOptions.none());

        connection.send("{\"type\":\"SAID\",\"meta\":{\"correlationId\":\"r1\"},\"payload\":{\"text\":\"hi\"}}");

        assertThat(joined(answer).payload().text()).isEqualTo("hi");
    }

    @Test
    void errorFrameEndsARequestOfTheOlderStyle() {
        var connection = peer.connected(client);
        var first = client.requestAsync(SAY, new Say("hi"), SAID, RequestOptions.none());
        var second = client.requestAsync(SAY, new Say("hi"), SAID, RequestOptions.none());

        connection.send("{\"type\":\"ERROR\",\"meta\":{\"correlationId\":\"r1\"},"
                + "\"payload\":{\"code\":\"NOT_FOUND\",\"message\":\"no room\",\"details\":{\"room\":\"r\"}}}");
        connection.send("{\"type\":\"ERROR\",\"meta\":{\"correlationId\":\"r2\"},\"payload\":{}}");

        var failure = failure(ServerErrorException.class, first);
        assertThat(failure.code()).isEqualTo("NOT_FOUND");
        assertThat(failure.text()).isEqualTo("no room");
        assertThat(failure.details()).isEqualTo(Map.of("room", "r"));
        assertThat(failure(ServerErrorException.class, second).code()).isEqualTo("UNKNOWN");
    }

    @Test
    void progressComesInOrderAndBeforeTheAnswer() {
        var connection = peer.connected(client);
        client.onUnhandled(unhandled);
        Recording<String> told = new Recording<>();
        client.requestAsync(GET_USER, ONE, RequestOptions.none().onProgress(data -> told.accept(data.toString())))
                .thenAccept(answer -> told.accept("answer"));

        connection.send(progress("r1", ",\"data\":{\"step\":1}"));
        connection.send(progress("r1", ",\"data\":2"));
        connection.send(progress("r1", ""));
        connection.send(user("r1"));
        connection.send("{\"type\":\"NEWS\"}");

        assertThat(List.of(told.next(), told.next(), told.next(), told.next()))
                .containsExactly("{\"step\":1}", "2", "null", "answer");
        assertThat(unhandled.next().type()).isEqualTo("NEWS");
    }

    @Test
    void progressIsBoundToAClassAndMisfitsAreFaults() {
        var connection = peer.connected(client);
        Recording<Step> steps = new Recording<>();
        Recording<ClientFault> faults = new Recording<>();
        client.onError(faults);
        client.requestAsync(GET_USER, ONE, RequestOptions.none().onProgress(Step.class, steps));

        connection.send(progress("r1", ",\"data\":{\"stage\":1}"));
        connection.send(progress("r1", ",\"data\":{\"step\":2}"));

        assertThat(faults.next().kind()).isEqualTo(ClientFault.Kind.VALIDATION);
        assertThat(steps.next()).isEqualTo(new Step(2));
    }

    @Test
    void progressDoesNotExtendTheTimeout() {
        var connection = peer.connected(client);
        Recording<JsonNode> told = new Recording<>();
        var answer = client.requestAsync(
                GET_USER, ONE, RequestOptions.within(Duration.ofSeconds(2)).onProgress(told));
        time.advance(Duration.ofMillis(1999));
        connection.send(progress("r1", ",\"data\":1"));
        told.next();

        time.advance(Duration.ofMillis(1));

        assertThat(failure(RequestTimeoutException.class, answer).timeout()).hasSeconds(2);
    }

    @Test
    void timeoutTellsTheServerAndLaterFramesAreIgnored() {
        var connection = peer.connected(client);
        client.onUnhandled(unhandled);
        var answer = client.requestAsync(GET_USER, ONE);
        connection.readText();

        time.advance(Duration.ofSeconds(30));

        failure(RequestTimeoutException.class, answer);
        assertThat(connection.readText()).isEqualTo("{\"type\":\"$ws:abort\",\"meta\":{\"correlationId\":\"r1\"}}");
        connection.send(progress("r1", ",\"data\":1"));
        connection.send(rpcError("{\"code\":\"CANCELLED\"}"));
        connection.send(user("r1"));
        assertThat(unhandled.next().type()).isEqualTo("USER");
        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void settledRequestIgnoresLaterFramesButHandlersSeeAll() {
        Recording<String> names = new Recording<>();
        client.on(GET_USER.response(), message -> names.accept(message.payload().name()));
        client.onUnhandled(unhandled);
        var connection = peer.connected(client);
        var answer = client.requestAsync(GET_USER, ONE);

        connection.send(user("r1"));
        connection.send(user("r1").replace("Ada", "Eve"));
        connection.send(rpcError("{\"code\":\"INTERNAL\"}"));

        assertThat(names.next()).isEqualTo("Ada");
        assertThat(names.next()).isEqualTo("Eve");
        assertThat(unhandled.next().type()).isEqualTo("RPC_ERROR");
        assertThat(joined(answer).payload().name()).isEqualTo("Ada");
    }

    @Test
    void frameThatSettlesARequestIsNotUnhandled() {
        client.onUnhandled(unhandled);
        var connection = peer.connected(client);
        var answer = client.requestAsync(GET_USER, ONE);

        connection.send(user("r1"));
        connection.send("{\"type\":\"NEWS\"}");

        joined(answer);
        assertThat(unhandled.next().type()).isEqualTo("NEWS");
    }

    @Test
    void cancellingTheFutureAbortsOnTheServer() {
        var connection = peer.connected(client);
        var answer = client.requestAsync(GET_USER, ONE);
        connection.readText();

        answer.cancel(true);

        assertThat(connection.readJson().path("type").stringValue()).isEqualTo("$ws:abort");
        assertThat(time.waiting()).isZero();
    }

    @Test
    void interruptingTheCallerAbortsOnTheServer() throws InterruptedException {
        var connection = peer.connected(client);
        Recording<String> outcome = new Recording<>();
        Thread caller = Thread.startVirtualThread(() -> {
            try {
                client.request(GET_USER, ONE);
            } catch (ClientStateException aborted) {
                outcome.accept(aborted.reason() + " " + Thread.currentThread().isInterrupted());
            }
        });
        connection.readText();

        caller.interrupt();

        assertThat(outcome.next()).isEqualTo("ABORTED true");
        assertThat(connection.readJson().path("type").stringValue()).isEqualTo("$ws:abort");
        assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void tokenCancelsAllItsRequestsAndThoseToCome() {
        var connection = peer.connected(client);
        CancelToken token = new CancelToken();
        var options = RequestOptions.none().cancelledBy(token);
        var first = client.requestAsync(GET_USER, ONE, options);
        var second = client.requestAsync(GET_USER, ONE, options);
        connection.readText();
        connection.readText();

        token.cancel();
        var third = client.requestAsync(GET_USER, ONE, options);

        assertThat(List.of(first, second, third))
                .allSatisfy(answer -> assertThat(
                                failure(ClientStateException.class, answer).reason())
                        .isEqualTo(Reason.ABORTED));
        assertThat(List.of(
                        connection.readJson().path("type").stringValue(),
                        connection.readJson().path("type").stringValue()))
                .containsOnly("$ws:abort");
        client.send(SAY, new Say("next"));
        assertThat(connection.readJson().path("type").stringValue()).isEqualTo("SAY");
    }

    @Test
    void requestWaitsInTheQueueUntilOpen() {
        var answer = client.requestAsync(GET_USER, ONE);

        var connection = peer.connected(client);
        assertThat(connection.readJson().path("type").stringValue()).isEqualTo("GET_USER");
        connection.send(user("r1"));

        assertThat(joined(answer).payload().name()).isEqualTo("Ada");
    }

    @Test
    void requestGivenUpInTheQueueIsNotSent() {
        var answer = client.requestAsync(GET_USER, ONE);
        time.advance(Duration.ofSeconds(30));
        failure(RequestTimeoutException.class, answer);
        client.send(SAY, new Say("first"));

        var connection = peer.connected(client);

        assertThat(connection.readJson().path("type").stringValue()).isEqualTo("SAY");
    }

    @Test
    void queuedRequestOutlivesARefusedHandshake() {
        var answer = client.requestAsync(GET_USER, ONE);
        assertThat(time.nextDelay()).hasSeconds(30);
        client.connectAsync();
        peer.arrival().refuse(503);
        time.advance(time.nextDelay());

        var connection = peer.opened();
        connection.readText();
        connection.send(user("r1"));

        assertThat(joined(answer).payload().name()).isEqualTo("Ada");
    }

    @Test
    void queuedRequestFailsWhenTheLastAttemptDoes() {
        var once = builder().reconnect(Reconnect.off()).build();
        var answer = once.requestAsync(GET_USER, ONE);
        once.connectAsync();

        peer.arrival().refuse(503);

        assertThatThrownBy(answer::join).hasRootCauseInstanceOf(Exception.class);
        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void requestDroppedFromTheQueueFailsAtOnce() {
        var small = builder().queue(QueuePolicy.DROP_OLDEST, 1).build();
        var answer = small.requestAsync(GET_USER, ONE);

        small.send(SAY, new Say("newer"));

        assertThat(failure(ClientStateException.class, answer).reason()).isEqualTo(Reason.QUEUE_FULL);
    }

    @Test
    void requestIsRefusedByAFullOrAbsentQueue() {
        var full = builder().queue(QueuePolicy.DROP_NEWEST, 1).build();
        full.send(SAY, new Say("first"));
        var off = builder().queue(QueuePolicy.OFF, 1).build();

        assertThat(catchThrowableOfType(ClientStateException.class, () -> full.request(GET_USER, ONE))
                        .reason())
                .isEqualTo(Reason.QUEUE_FULL);
        assertThat(catchThrowableOfType(ClientStateException.class, () -> off.request(GET_USER, ONE))
                        .reason())
                .isEqualTo(Reason.NOT_OPEN);
        assertThat(time.waiting()).isZero();
    }

    @Test
    void lostConnectionFailsWhatItCarriedAndResendsNothing() {
        var connection = peer.connected(client);
        var answer = client.requestAsync(GET_USER, ONE);
        connection.readText();
        time.nextDelay();

        connection.close(1011);
        time.advance(time.nextDelay());
        var next = peer.opened();
        client.send(SAY, new Say("next"));

        assertThat(failure(ConnectionClosedException.class, answer).code()).isEqualTo(1011);
        assertThat(next.readJson().path("type").stringValue()).isEqualTo("SAY");
    }

    @Test
    void closeFailsPendingAndQueuedRequests() {
        var queued = client.requestAsync(GET_USER, ONE);
        client.close();
        var connection = peer.connected(client);
        var pending = client.requestAsync(GET_USER, ONE);
        Thread.startVirtualThread(connection::answerClose);

        client.close(4001, "bye");

        assertThat(failure(ConnectionClosedException.class, queued).code()).isEqualTo(1000);
        assertThat(failure(ConnectionClosedException.class, pending).code()).isEqualTo(4001);
        assertThat(time.waiting()).isZero();
    }

    @Test
    void pendingRequestsAreLimited() {
        var limited = builder().pendingRequestsLimit(2).build();
        var connection = peer.connected(limited);
        var first = limited.requestAsync(GET_USER, ONE);
        limited.requestAsync(GET_USER, ONE);

        var third = limited.requestAsync(GET_USER, ONE);
        connection.send(user("r1"));
        joined(first);
        var fourth = limited.requestAsync(GET_USER, ONE);

        assertThat(failure(ClientStateException.class, third).reason()).isEqualTo(Reason.TOO_MANY_REQUESTS);
        assertThat(fourth).isNotDone();
        connection.drop();
        limited.close();
    }

    @Test
    void idInUseIsRefused() {
        var options = RequestOptions.none().withCorrelationId("same");
        var first = client.requestAsync(GET_USER, ONE, options);

        var second = client.requestAsync(GET_USER, ONE, options);

        assertThat(failure(ClientStateException.class, second).reason()).isEqualTo(Reason.DUPLICATE_ID);
        assertThat(first).isNotDone();
    }

    @Test
    void thrownExceptionShowsTheCaller() {
        var connection = peer.connected(client);
        Thread.startVirtualThread(() -> {
            connection.readText();
            connection.send(rpcError("{\"code\":\"NOT_FOUND\"}"));
        });

        var thrown = catchThrowableOfType(RpcException.class, () -> client.request(GET_USER, ONE));

        assertThat(thrown.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().contains("thrownExceptionShowsTheCaller"));
    }

    private StoaClientBuilder builder() {
        return peer.client()
                .scheduler(time)
                .clock(() -> Instant.ofEpochMilli(5))
                .ids(() -> "r" + ids.incrementAndGet());
    }

    private static String progress(String id, String data) {
        return "{\"type\":\"$ws:rpc-progress\",\"meta\":{\"timestamp\":1,\"correlationId\":\"" + id + "\"}" + data
                + "}";
    }

    private static String rpcError(String payload) {
        return "{\"type\":\"RPC_ERROR\",\"meta\":{\"timestamp\":1,\"correlationId\":\"r1\"},\"payload\":" + payload
                + "}";
    }

    private static <R> Message<R> joined(CompletableFuture<Message<R>> answer) {
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static <E extends ClientException> E failure(Class<E> type, CompletableFuture<?> answer) {
        var thrown = catchThrowableOfType(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
        assertThat(thrown).isNotNull();
        assertThat(thrown.getCause()).isInstanceOf(type);
        return type.cast(thrown.getCause());
    }
}
