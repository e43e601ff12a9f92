package dev.stoa.server.http;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ErrorPayload;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.ProtocolException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An error as it is told over HTTP (RFC 9457).
///
/// @param type `urn:stoa:error:` and the code
/// @param detail what went wrong; absent for what went wrong inside
/// @param code one of the protocol's codes, or an application's own
/// @param retryable whether to try again
/// @param retryAfterMs how long to wait before
/// @param details further facts, like `size` and `limit`, or `issues`
record Problem(
        String type,
        String title,
        int status,
        @Nullable String detail,
        String code,
        boolean retryable,
        @Nullable Long retryAfterMs,
        @Nullable Map<String, Object> details) {
    static final String CONTENT_TYPE = "application/problem+json";

    /// What the error says, at the status that its code has (rooms protocol, section 10).
    static ApiAnswer of(ProtocolException error) {
        return of(error, statusOf(error), Map.of());
    }

    /// As [#of(ProtocolException)], at a status of its own.
    static ApiAnswer of(ProtocolException error, int status, Map<String, String> headers) {
        ErrorPayload payload = error.toPayload();
        ErrorCode code = ErrorCode.ofName(error.code());
        boolean inside = code == ErrorCode.INTERNAL;
        Problem problem = new Problem(
                "urn:stoa:error:" + error.code().toLowerCase(Locale.ROOT).replace('_', '-'),
                code == null ? error.code() : code.description(),
                status,
                inside ? null : payload.message(),
                error.code(),
                Boolean.TRUE.equals(payload.retryable()),
                payload.retryAfterMs(),
                inside || payload.details() == null || payload.details().isEmpty() ? null : payload.details());
        Map<String, String> more = new LinkedHashMap<>(headers);
        if (status == 401) {
            more.put("WWW-Authenticate", "Bearer realm=\"stoa\"");
        }
        if (status == 429 || status == 503 && problem.retryAfterMs != null) {
            long waitMs = problem.retryAfterMs == null ? 1000 : problem.retryAfterMs;
            more.put("Retry-After", String.valueOf(Math.max(1, (waitMs + 999) / 1000)));
        }
        return ApiAnswers.of(status, CONTENT_TYPE, Json.mapper().writeValueAsBytes(problem), more);
    }

    private static int statusOf(ProtocolException error) {
        ErrorCode code = ErrorCode.ofName(error.code());
        if (code == null) {
            return 400;
        }
        return switch (code) {
            case INVALID_ARGUMENT -> isOversized(error) ? 413 : 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, ABORTED -> 409;
            case FAILED_PRECONDITION -> 412;
            case RESOURCE_EXHAUSTED -> 429;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE, CANCELLED -> 503;
            case DEADLINE_EXCEEDED -> 504;
            case INTERNAL -> 500;
        };
    }

    private static boolean isOversized(ProtocolException error) {
        return error.details().containsKey("size") && error.details().containsKey("limit");
    }
}
