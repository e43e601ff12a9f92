package dev.stoa.server.wire;

import static dev.stoa.server.wire.Talk.ASK;
import static dev.stoa.server.wire.Talk.HEARD;
import static dev.stoa.server.wire.Talk.KNOCK;
import static dev.stoa.server.wire.Talk.SAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ErrorPayload;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.Retry;
import dev.stoa.server.LogLines;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What peers are told when something goes wrong (router protocol, section 4).
class ErrorsTest {
    private static final Set<ErrorCode> RETRYABLE = EnumSet.of(
            ErrorCode.ABORTED, ErrorCode.DEADLINE_EXCEEDED, ErrorCode.RESOURCE_EXHAUSTED, ErrorCode.UNAVAILABLE);
    private static final Set<ErrorCode> WITH_RETRY_DELAY = EnumSet.of(
            ErrorCode.ABORTED,
            ErrorCode.DEADLINE_EXCEEDED,
            ErrorCode.RESOURCE_EXHAUSTED,
            ErrorCode.UNAVAILABLE,
            ErrorCode.INTERNAL);
    private static final String SAYING = "{'type':'SAY','payload':{'text':'a'}}";
    private static final String ASKING = "{'type':'ASK','meta':{'correlationId':'c1'},'payload':{'text':'a'}}";

    private static Router echo() {
        return echo(RouterOptions.usual());
    }

    private static Router echo(RouterOptions options) {
        return Router.create(options)
                .on(SAY, ctx -> ctx.send(HEARD, ctx.payload()))
                .rpc(ASK, ctx -> ctx.reply(ctx.payload()));
    }

    private static Router throwing(RouterOptions options, Exception error) {
        return Router.create(options)
                .on(SAY, _ -> {
                    throw error;
                })
                .rpc(ASK, _ -> {
                    throw error;
                })
                .on(KNOCK, ctx -> ctx.send(Talk.KNOCKED));
    }

    @ParameterizedTest
    @Row(17)
    @ValueSource(
            strings = {"{", "", "   ", "nope", "{'type':'SAY',}", "{'type':'SAY'} x", "{'type':'\\uD800'}", "{'a':01}"})
    void whatIsNotJsonIsToldSoAndTheConnectionStays(String text) {
        try (Hall hall = Hall.of(echo())) {
            RawPeer peer = hall.peer();

            JsonNode error = peer.tell(text).expectError("ERROR", "INVALID_ARGUMENT");

            assertThat(error.get("message").asString()).isEqualTo("Invalid JSON");
            assertThat(error.get("retryable").asBoolean()).isFalse();
            peer.tell(SAYING).expect("HEARD");
        }
    }

    @ParameterizedTest
    @Row(17)
    @ValueSource(strings = {"[1]", "'x'", "{}", "null", "7", "{'type':null}", "{'type':7}", "{'meta':{}}"})
    void whatIsNoEnvelopeIsToldSoAndTheConnectionStays(String text) {
        try (Hall hall = Hall.of(echo())) {
            RawPeer peer = hall.peer();

            peer.tell(text).expectError("ERROR", "INVALID_ARGUMENT");

            peer.tell(SAYING).expect("HEARD");
        }
    }

    @Test
    @Row(17)
    void jsonNestedTooDeepIsRefusedWithoutHarm() {
        try (Hall hall = Hall.of(echo())) {
            RawPeer peer = hall.peer();

            peer.tell("{'type':'SAY','payload':" + "[".repeat(400_000)).expectError("ERROR", "INVALID_ARGUMENT");

            peer.tell(SAYING).expect("HEARD");
        }
    }

    @Test
    @Row(18)
    void anUnknownTypeIsAnsweredWithAndWithoutId() {
        try (Hall hall = Hall.of(echo())) {
            RawPeer peer = hall.peer();

            JsonNode event = peer.tell("{'type':'NOPE'}").expect("ERROR");
            JsonNode call = peer.tell("{'type':'NOPE','meta':{'correlationId':'c9'},'payload':{'a':1}}")
                    .expect("RPC_ERROR");
            JsonNode reserved =
                    peer.tell("{'type':'ERROR','payload':{'code':'X'}}").expect("ERROR");

            assertThat(event.at("/payload/code").asString()).isEqualTo("UNIMPLEMENTED");
            assertThat(event.at("/meta/correlationId").isMissingNode()).isTrue();
            assertThat(call.at("/payload/code").asString()).isEqualTo("UNIMPLEMENTED");
            assertThat(call.at("/meta/correlationId").asString()).isEqualTo("c9");
            assertThat(call.at("/payload/retryable").asBoolean(true)).isFalse();
            assertThat(reserved.at("/payload/code").asString()).isEqualTo("UNIMPLEMENTED");
        }
    }

    @Test
    @Row(18)
    void answersToUnknownTypesCanBeTurnedOff() {
        try (Hall hall = Hall.of(echo(RouterOptions.usual().withAnswerUnknownTypes(false)))) {
            hall.peer()
                    .tell("{'type':'NOPE','meta':{'correlationId':'c9'}}")
                    .tell(SAYING)
                    .expect("HEARD");
        }
    }

    @Test
    @Row(23)
    void anExceptionIsAnsweredWithoutItsText() {
        try (Hall hall = Hall.of(throwing(RouterOptions.usual(), new IOException("database at 10.0.0.7 is gone")))) {
            RawPeer peer = hall.peer();

            JsonNode event = peer.tell(SAYING).expect("ERROR");
            JsonNode call = peer.tell(ASKING).expect("RPC_ERROR");

            for (JsonNode frame : List.of(event, call)) {
                assertThat(frame.get("payload").toString())
                        .isEqualTo("{\"code\":\"INTERNAL\",\"message\":\"Internal server error\",\"retryable\":false}");
            }
            assertThat(event.at("/meta/correlationId").isMissingNode()).isTrue();
            assertThat(call.at("/meta/correlationId").asString()).isEqualTo("c1");
            peer.tell("{'type':'KNOCK'}").expect("KNOCKED");
        }
    }

    @Test
    @Row(23)
    void anExceptionsTextIsToldWhereTheRouterExposesIt() {
        RouterOptions options = RouterOptions.usual().withExposeErrorDetails(true);
        try (Hall hall = Hall.of(throwing(options, new IllegalStateException("no such room")))) {
            RawPeer peer = hall.peer();

            assertThat(peer.tell(SAYING)
                            .expectError("ERROR", "INTERNAL")
                            .get("message")
                            .asString())
                    .isEqualTo("no such room");
            assertThat(peer.tell(ASKING)
                            .expectError("RPC_ERROR", "INTERNAL")
                            .get("message")
                            .asString())
                    .isEqualTo("no such room");
        }
    }

    @Test
    @Row(23)
    void aThrownLibraryErrorKeepsItsCodeMessageDetailsAndRetry() {
        ProtocolException error = ProtocolException.of(ErrorCode.UNAVAILABLE, "try later", Map.of("shard", 3))
                .withRetry(Retry.afterMs(250));
        try (Hall hall = Hall.of(throwing(RouterOptions.usual(), error))) {
            RawPeer peer = hall.peer();

            assertThat(peer.tell(SAYING).expect("ERROR").get("payload").toString())
                    .isEqualTo("{\"code\":\"UNAVAILABLE\",\"message\":\"try later\",\"details\":{\"shard\":3},"
                            + "\"retryable\":true,\"retryAfterMs\":250}");
            peer.tell(ASKING).expectError("RPC_ERROR", "UNAVAILABLE");
        }
    }

    @Test
    @Row(23)
    void errorsThatAreNotExceptionsAreAnsweredToo() {
        Router router = Router.create()
                .on(SAY, _ -> {
                    throw new StackOverflowError();
                })
                .rpc(ASK, _ -> {
                    throw new AssertionError("impossible");
                });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();

            peer.tell(SAYING).expectError("ERROR", "INTERNAL");
            peer.tell(ASKING).expectError("RPC_ERROR", "INTERNAL");
            peer.tell(SAYING).expectError("ERROR", "INTERNAL");
        }
    }

    @Test
    @Row(23)
    void anExceptionIsNotAnsweredWhereTheRouterDoesNotAnswerThem() {
        RouterOptions options = RouterOptions.usual().withAutoSendErrorOnThrow(false);
        try (Hall hall = Hall.of(throwing(options, new IOException("x")))) {
            hall.peer().tell(SAYING).tell("{'type':'KNOCK'}").expect("KNOCKED");
        }
    }

    @Test
    @Row(24)
    void anErrorHandlerCanKeepTheFrameBackAndABrokenOneStopsNobody() {
        List<String> told = new CopyOnWriteArrayList<>();
        IOException cause = new IOException("x");
        Router router = throwing(RouterOptions.usual(), cause)
                .onError((error, ctx) -> told.add("first " + error.code() + " " + ctx.type()))
                .onError((_, _) -> {
                    throw new IllegalStateException("broken error handler");
                })
                .onError((error, _) -> {
                    told.add("second " + (error.getCause() == cause));
                    return false;
                })
                .onError((error, _) -> told.add("third " + error.details()));
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();

            peer.tell(SAYING).tell("{'type':'KNOCK'}").expect("KNOCKED");

            assertThat(told).containsExactly("first INTERNAL SAY", "second true", "third {}");
        }
    }

    @Test
    @Row(24)
    void errorHandlersHearOfErrorsThatHandlersSendButCannotKeepThemBack() {
        List<String> told = new CopyOnWriteArrayList<>();
        Router router = Router.create()
                .on(SAY, ctx -> ctx.error(ErrorCode.NOT_FOUND, "no such room", Map.of("room", 7)))
                .onError((error, _) -> {
                    told.add(error.code() + " " + error.text() + " " + error.details());
                    return false;
                });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();

            peer.tell(SAYING).expectError("ERROR", "NOT_FOUND");
            peer.tell(SAYING).expectError("ERROR", "NOT_FOUND");

            assertThat(told).first().isEqualTo("NOT_FOUND no such room {room=7}");
        }
    }

    @ParameterizedTest
    @Row(25)
    @EnumSource(ErrorCode.class)
    void eachCodeSaysWhetherToRetryAndOnlyFiveSayWhen(ErrorCode code) {
        Router router = Router.create()
                .on(SAY, ctx -> ctx.error(code))
                .on(HEARD, ctx -> ctx.error(code, "later", Map.of(), Retry.afterMs(70)))
                .rpc(ASK, ctx -> ctx.error(code));
        try (Hall hall = Hall.of(router);
                LogLines warnings = LogLines.of(ErrorPayload.class)) {
            RawPeer peer = hall.peer();

            JsonNode event = peer.tell(SAYING).expectError("ERROR", code.name());
            JsonNode call = peer.tell(ASKING).expectError("RPC_ERROR", code.name());
            JsonNode hinted =
                    peer.tell("{'type':'HEARD','payload':{'text':'a'}}").expectError("ERROR", code.name());

            assertThat(call).isEqualTo(event);
            assertThat(event.get("retryable").isBoolean()).isTrue();
            assertThat(event.get("retryable").asBoolean()).isEqualTo(RETRYABLE.contains(code));
            assertThat(event.get("message").asString()).isEqualTo(code.description());
            assertThat(event.path("retryAfterMs").asInt(-1)).isEqualTo(code == ErrorCode.RESOURCE_EXHAUSTED ? 100 : -1);
            assertThat(event.has("details")).isFalse();
            assertThat(hinted.path("retryAfterMs").asInt(-1)).isEqualTo(WITH_RETRY_DELAY.contains(code) ? 70 : -1);
            assertThat(warnings.lines())
                    .isEqualTo(
                            WITH_RETRY_DELAY.contains(code)
                                    ? List.of()
                                    : List.of("WARNING retryAfterMs left out: " + code + " must not carry one"));
        }
    }

    @Test
    @Row(25)
    void aHandlersOwnWordOnRetryingWins() {
        Router router = Router.create().on(SAY, ctx -> {
            ctx.error(ErrorCode.NOT_FOUND, "soon", Map.of(), Retry.yes());
            ctx.error(ErrorCode.UNAVAILABLE, "gone", Map.of(), Retry.no());
            ctx.error(ErrorCode.RESOURCE_EXHAUSTED, "never", Map.of(), Retry.never());
            ctx.error("MY_CODE", null, null, Retry.byCode());
            ctx.error("MY_CODE", "m", null, Retry.afterMs(5));
            ctx.error("MY_CODE", "m", null, Retry.never());
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer().tell(SAYING);

            assertThat(List.of(
                            rest(peer, "NOT_FOUND"),
                            rest(peer, "UNAVAILABLE"),
                            rest(peer, "RESOURCE_EXHAUSTED"),
                            rest(peer, "MY_CODE"),
                            rest(peer, "MY_CODE"),
                            rest(peer, "MY_CODE")))
                    .containsExactly(
                            "\"message\":\"soon\",\"retryable\":true}",
                            "\"message\":\"gone\",\"retryable\":false}",
                            "\"message\":\"never\",\"retryable\":false,\"retryAfterMs\":null}",
                            "\"message\":\"MY_CODE\"}",
                            "\"message\":\"m\",\"retryable\":true,\"retryAfterMs\":5}",
                            "\"message\":\"m\",\"retryable\":false,\"retryAfterMs\":null}");
        }
    }

    /// The next error's payload behind its code.
    private static String rest(RawPeer peer, String code) {
        String payload = peer.expectError("ERROR", code).toString();
        return payload.substring(payload.indexOf("\"message\""));
    }

    @Test
    @Row(26)
    void secretsAndBulkAreRemovedFromDetails() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("Password", "p");
        details.put("token", "t");
        details.put("API_KEY", "k");
        details.put("Authorization", "Bearer x");
        details.put("bulk", Collections.nCopies(300, 1));
        details.put("nested", Map.of("token", "stays, as only the top level is looked at"));
        details.put("long", "z".repeat(2000));
        details.put("field", "email");
        Router router = Router.create()
                .on(SAY, ctx -> ctx.error(ErrorCode.INVALID_ARGUMENT, "m", details))
                .rpc(ASK, _ -> {
                    throw ProtocolException.of(ErrorCode.INVALID_ARGUMENT, "m", details);
                });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();

            JsonNode sent = peer.tell(SAYING).expect("ERROR").at("/payload/details");
            JsonNode thrown = peer.tell(ASKING).expect("RPC_ERROR").at("/payload/details");

            assertThat(sent.propertyNames()).containsExactly("nested", "long", "field");
            assertThat(thrown).isEqualTo(sent);
        }
    }

    @Test
    @Row(26)
    void detailsThatAreEmptyOrCannotBeWrittenAreLeftOut() {
        Map<String, Object> self = new LinkedHashMap<>();
        self.put("self", self);
        Router router = Router.create().on(SAY, ctx -> {
            ctx.error(ErrorCode.INTERNAL, "one", Map.of("token", "t"));
            ctx.error(ErrorCode.INTERNAL, "two", self);
            ctx.error(ErrorCode.INTERNAL, "three", Map.of("nan", Double.NaN));
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer().tell(SAYING);

            for (String text : List.of("one", "two", "three")) {
                JsonNode payload = peer.expectError("ERROR", "INTERNAL");
                assertThat(payload.get("message").asString()).isEqualTo(text);
                assertThat(payload.has("details")).isFalse();
            }
        }
    }

    @Test
    @Row(27)
    void anEventMaySendAnyNumberOfErrorsAndMessagesInOrder() {
        Router router = Router.create().on(SAY, ctx -> {
            ctx.error(ErrorCode.NOT_FOUND, "1");
            ctx.send(HEARD, ctx.payload());
            ctx.error(ErrorCode.NOT_FOUND, "2");
            ctx.error(ErrorCode.ABORTED, "3");
            throw new IOException("and a fourth");
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer().tell(SAYING);

            assertThat(peer.expectError("ERROR", "NOT_FOUND").get("message").asString())
                    .isEqualTo("1");
            peer.expect("HEARD");
            assertThat(peer.expectError("ERROR", "NOT_FOUND").get("message").asString())
                    .isEqualTo("2");
            peer.expectError("ERROR", "ABORTED");
            peer.expectError("ERROR", "INTERNAL");
        }
    }

    @Test
    @Row(27)
    void anEventsCorrelationIdComesBackOnItsErrorsOnly() {
        Router router = Router.create().on(SAY, ctx -> {
            ctx.error(ErrorCode.NOT_FOUND, "1");
            ctx.send(HEARD, ctx.payload());
            throw new IOException("x");
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer =
                    hall.peer().tell("{'type':'SAY','meta':{'correlationId':'old style'},'payload':{'text':'a'}}");

            assertThat(peer.expect("ERROR").at("/meta/correlationId").asString())
                    .isEqualTo("old style");
            assertThat(peer.expect("HEARD").get("meta").has("correlationId")).isFalse();
            assertThat(peer.expect("ERROR").at("/meta/correlationId").asString())
                    .isEqualTo("old style");
            peer.tell("{'type':'SAY','meta':{'correlationId':'c'},'payload':{}}");
            assertThat(peer.expect("ERROR").at("/meta/correlationId").asString())
                    .isEqualTo("c");
        }
    }

    @Test
    void errorsOfAuthorizationCloseWhereTheRouterSaysSo() {
        RouterOptions options =
                RouterOptions.usual().withCloseOnUnauthenticated(true).withCloseOnPermissionDenied(true);
        Router router = Router.create(options)
                .on(SAY, ctx -> ctx.error(ErrorCode.UNAUTHENTICATED))
                .rpc(ASK, ctx -> ctx.error(ErrorCode.PERMISSION_DENIED));
        try (Hall hall = Hall.of(router)) {
            RawPeer ada = hall.peer().tell(SAYING);
            RawPeer bob = hall.peer().tell(ASKING);

            ada.expectError("ERROR", "UNAUTHENTICATED");
            assertThat(ada.expectClose(1008).closeReason()).isEqualTo("UNAUTHENTICATED");
            bob.expectError("RPC_ERROR", "PERMISSION_DENIED");
            assertThat(bob.expectClose(1008).closeReason()).isEqualTo("PERMISSION_DENIED");
        }
    }
}
