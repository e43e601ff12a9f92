package dev.stoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stoa.property.Property;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {
    private final Logger log = Logger.getLogger(ErrorPayload.class.getName());
    private final List<String> warnings = new ArrayList<>();
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord said) {
            warnings.add(new SimpleFormatter().formatMessage(said));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        log.setUseParentHandlers(false);
        log.addHandler(listener);
    }

    @AfterEach
    void stopListening() {
        log.removeHandler(listener);
        log.setUseParentHandlers(true);
    }

    @ParameterizedTest
    @CsvSource({
        "UNAUTHENTICATED, false, false,",
        "PERMISSION_DENIED, false, false,",
        "INVALID_ARGUMENT, false, false,",
        "FAILED_PRECONDITION, false, false,",
        "NOT_FOUND, false, false,",
        "ALREADY_EXISTS, false, false,",
        "UNIMPLEMENTED, false, false,",
        "CANCELLED, false, false,",
        "ABORTED, true, true,",
        "DEADLINE_EXCEEDED, true, true,",
        "RESOURCE_EXHAUSTED, true, true, 100",
        "UNAVAILABLE, true, true,",
        "INTERNAL, false, true,",
    })
    void eachCodeFollowsItsRulesForRetrying(
            ErrorCode code, boolean retryable, boolean delayAllowed, @Nullable Long usualDelay) {
        assertThat(of(code, Retry.byCode()))
                .isEqualTo(new ErrorPayload(code.name(), code.description(), Map.of(), retryable, usualDelay, false));
        assertThat(of(code, Retry.yes()).retryable()).isTrue();
        assertThat(of(code, Retry.no()).retryable()).isFalse();
        assertThat(of(code, Retry.no()).retryAfterMs()).isNull();
        assertThat(of(code, Retry.afterMs(7)).retryAfterMs()).isEqualTo(delayAllowed ? 7L : null);
        assertThat(of(code, Retry.afterMs(7)).retryable()).isEqualTo(delayAllowed);
        assertThat(of(code, Retry.afterMs(7).withRetryable(false)).retryable()).isFalse();
        assertThat(of(code, Retry.never()).retryable()).isFalse();
        assertThat(of(code, Retry.never()).retryAfterMs()).isNull();
        assertThat(of(code, Retry.never()).retryImpossible()).isEqualTo(delayAllowed);
        if (delayAllowed) {
            assertThat(warnings).isEmpty();
        } else {
            assertThat(warnings).hasSize(6).containsOnly("retryAfterMs left out: " + code + " must not carry one");
        }
    }

    @Test
    void thereAreThirteenCodesAndEachIsFoundByName() {
        assertThat(ErrorCode.values())
                .hasSize(13)
                .allSatisfy(code -> assertThat(ErrorCode.ofName(code.name())).isSameAs(code));
        assertThat(ErrorCode.ofName("not_found")).isNull();
    }

    @Test
    void customCodesSayOfRetryingOnlyWhatTheSenderSaid() {
        assertThat(custom(Retry.byCode())).isEqualTo(new ErrorPayload("MINE", "MINE", Map.of(), null, null, false));
        assertThat(custom(Retry.yes()).retryable()).isTrue();
        assertThat(custom(Retry.afterMs(0))).isEqualTo(new ErrorPayload("MINE", "MINE", Map.of(), true, 0L, false));
        assertThat(custom(Retry.never())).isEqualTo(new ErrorPayload("MINE", "MINE", Map.of(), false, null, true));
    }

    @Test
    void contradictoryHintsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Retry.afterMs(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Retry(true, null, true));
        assertThatIllegalArgumentException().isThrownBy(() -> new Retry(null, 1L, true));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ErrorPayload("MINE", "m", Map.of(), null, -1L, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new ErrorPayload("MINE", "m", Map.of(), null, 1L, true));
        assertThatIllegalArgumentException().isThrownBy(() -> ErrorPayload.of(" ", null, null, Retry.byCode()));
        assertThatIllegalArgumentException().isThrownBy(() -> ProtocolException.of("", "m", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "Password",
                "TOKEN",
                "authorization",
                "bearer",
                "jwt",
                "apiKey",
                "api_key",
                "accessToken",
                "access_token",
                "refreshToken",
                "refresh_token",
                "Cookie",
                "secret",
                "credentials",
                "auth"
            })
    void secretsDoNotLeave(String key) {
        assertThat(details(Map.of(key, "s3cret", "field", "x"))).isEqualTo(Map.of("field", "x"));
    }

    @Test
    void structuresOverFiveHundredCharactersAreRemovedWholeAndTextsAreNotLimited() {
        record Big(String text) {}
        String text = "x".repeat(5000);

        assertThat(details(Map.of("list", List.of("x".repeat(496))))).containsKey("list");
        assertThat(details(Map.of("list", List.of("x".repeat(497))))).isEmpty();
        assertThat(details(Map.of("map", Map.of("k", text)))).isEmpty();
        assertThat(details(Map.of("record", new Big(text)))).isEmpty();
        assertThat(details(Map.of("array", new String[] {text}))).isEmpty();
        assertThat(details(Map.of("tree", Json.mapper().createArrayNode().add(text))))
                .isEmpty();
        assertThat(details(Map.of("broken", List.of(Double.NaN)))).isEmpty();
        assertThat(details(Map.of("text", text, "number", 5, "nested", Map.of("token", "only the top level counts"))))
                .containsOnlyKeys("text", "number", "nested");
    }

    @Test
    void nullDetailsAreDroppedAndTheRestCannotBeChanged() {
        Map<String, Object> details = new HashMap<>();
        details.put("a", null);
        details.put(null, "b");

        ErrorPayload payload = ErrorPayload.of("MINE", null, details, Retry.byCode());

        assertThat(payload.details()).isEmpty();
        assertThat(payload.details()).isUnmodifiable();
    }

    @Test
    void wrappingKeepsAKnownErrorAndMakesAnUnknownOneInternal() {
        var known = ProtocolException.of(ErrorCode.NOT_FOUND, "no such room");
        var cause = new IOException("disk full");

        assertThat(ProtocolException.wrap(known)).isSameAs(known);
        assertThat(ProtocolException.wrap(known, "MINE", "m")).isSameAs(known);
        assertThat(ProtocolException.wrap(known, "MINE", "m", Map.of())).isSameAs(known);
        assertThat(ProtocolException.wrap(cause).code()).isEqualTo("INTERNAL");
        assertThat(ProtocolException.wrap(cause)).hasCause(cause).hasMessage("disk full");
        assertThat(ProtocolException.wrap(new IOException())).hasMessage("IOException");
        assertThat(ProtocolException.wrap(cause, "MINE", "m", Map.of("k", 1)))
                .hasCause(cause)
                .satisfies(error -> assertThat(error.toPayload())
                        .isEqualTo(new ErrorPayload("MINE", "m", Map.of("k", 1), null, null, false)));
    }

    @Test
    void retaggingAlwaysMakesANewErrorWithTheOldAsCause() {
        var known = ProtocolException.of(ErrorCode.NOT_FOUND);

        var retagged = ProtocolException.retag(known, "MINE", "m", null);

        assertThat(retagged.code()).isEqualTo("MINE");
        assertThat(retagged).hasCause(known);
    }

    @Test
    void aCopyWithAHintKeepsCauseDetailsAndStack() {
        var cause = new IOException("disk full");
        var error = ProtocolException.wrap(cause, "UNAVAILABLE", "later", Map.of("k", 1));

        var copy = error.withRetry(Retry.afterMs(5)).withCorrelationId("c");

        assertThat(copy).hasCause(cause).hasMessage("later");
        assertThat(copy.getStackTrace()).isEqualTo(error.getStackTrace()).isNotEmpty();
        assertThat(copy.correlationId()).isEqualTo("c");
        assertThat(copy.toPayload())
                .isEqualTo(new ErrorPayload("UNAVAILABLE", "later", Map.of("k", 1), true, 5L, false));
    }

    @Test
    void errorsCausedByPeersCarryNoStack() {
        var error = ProtocolException.ofPeer(ErrorCode.INVALID_ARGUMENT, "m", null);

        assertThat(error.getStackTrace()).isEmpty();
        assertThat(error.toLogFields()).containsOnlyKeys("code", "message");
    }

    @Test
    void logsGetTheCauseAndTheStackButNoSecrets() {
        var error = ProtocolException.wrap(new IOException("disk full"), "MINE", "m", Map.of("token", "t", "k", 1));

        assertThat(error.toLogFields())
                .containsEntry("code", "MINE")
                .containsEntry("message", "m")
                .containsEntry("details", Map.of("k", 1))
                .containsEntry("cause", "java.io.IOException: disk full")
                .hasEntrySatisfying(
                        "stack", stack -> assertThat(stack.toString()).contains("ErrorsTest"));
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void anErrorWithoutTextSaysWhatItsCodeMeans(ErrorCode code) {
        assertThat(ProtocolException.of(code).toPayload().message()).isEqualTo(code.description());
    }

    @Test
    void issueDetailsAlwaysStayBelowTheRemovalLimitAndKeepAtLeastOne() {
        Property.holds(500, chance -> {
            List<Issue> issues = new ArrayList<>();
            for (int i = chance.between(1, 6); i > 0; i--) {
                issues.add(new Issue(chance.text(300), "\u0001\"\\".repeat(chance.between(0, 100)) + chance.text(100)));
            }
            var error = new InvalidMessageException("m", issues);

            Object reported = error.toPayload().details().get("issues");

            assertThat(reported)
                    .isInstanceOfSatisfying(List.class, list -> assertThat(list).hasSizeBetween(1, 4));
            assertThat(Json.mapper().writeValueAsString(reported).length()).isLessThanOrEqualTo(500);
        });
    }

    @Test
    void shortIssuesAreReportedAsTheyAre() {
        var issues = List.of(new Issue("payload.a", "is required"), new Issue("meta.b", "unknown key"));

        assertThat(new InvalidMessageException("m", issues).toPayload().details())
                .isEqualTo(Map.of(
                        "issues",
                        List.of(
                                Map.of("path", "payload.a", "message", "is required"),
                                Map.of("path", "meta.b", "message", "unknown key"))));
    }

    private static ErrorPayload of(ErrorCode code, Retry retry) {
        return ErrorPayload.of(code.name(), null, null, retry);
    }

    private static ErrorPayload custom(Retry retry) {
        return ErrorPayload.of("MINE", null, null, retry);
    }

    private static Map<String, Object> details(Map<String, ?> details) {
        return ErrorPayload.of("MINE", null, details, Retry.byCode()).details();
    }
}
