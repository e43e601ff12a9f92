package dev.stoa.server.http;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.RoomStatus;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The parameters of a request's query, as strict as a body: unknown ones are refused, and one that may not be
/// repeated is not. Immutable.
final class Query {
    private static final int MAX_PARAMETERS = 200;

    private final Map<String, List<String>> values;

    private Query(Map<String, List<String>> values) {
        this.values = values;
    }

    /// @throws ProtocolException `INVALID_ARGUMENT` when it is malformed or holds what is not known
    static Query parse(String raw, List<QueryParameter> known) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (!raw.isEmpty()) {
            String[] pairs = raw.split("&", MAX_PARAMETERS + 1);
            if (pairs.length > MAX_PARAMETERS) {
                throw invalid("a query has at most " + MAX_PARAMETERS + " parameters");
            }
            for (String pair : pairs) {
                int equals = pair.indexOf('=');
                String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
                values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
            }
        }
        Query query = new Query(values);
        query.check(known);
        return query;
    }

    private void check(List<QueryParameter> known) {
        values.forEach((name, given) -> {
            QueryParameter parameter = known.stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> invalid("unknown parameter " + shortened(name) + "; known here: "
                            + known.stream().map(QueryParameter::name).collect(Collectors.joining(", "))));
            if (given.size() > 1 && !parameter.mayRepeat()) {
                throw invalid("parameter " + name + " is given " + given.size() + " times");
            }
        });
    }

    @Nullable
    String text(String name) {
        List<String> given = values.get(name);
        return given == null ? null : given.getFirst();
    }

    /// All values of a parameter that may be repeated, also when they are in one, parted by commas; null for none.
    @Nullable
    List<String> texts(String name) {
        List<String> given = values.get(name);
        return given == null
                ? null
                : given.stream().flatMap(text -> Stream.of(text.split(",", -1))).toList();
    }

    /// All values of a parameter that may be repeated, each as it is; null for none.
    @Nullable
    List<String> each(String name) {
        return values.get(name);
    }

    /// Whether a parameter is `true`; it need not be there.
    boolean flag(String name) {
        String text = text(name);
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw invalid("parameter " + name + " must be true or false: " + shortened(text));
        }
        return "true".equals(text);
    }

    @Nullable
    Integer integer(String name) {
        Long number = number(name);
        if (number != null && number != number.intValue()) {
            throw invalid("parameter " + name + " must be from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE);
        }
        return number == null ? null : number.intValue();
    }

    @Nullable
    Long number(String name) {
        String text = text(name);
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException wrong) {
            throw invalid("parameter " + name + " must be an integer: " + shortened(text));
        }
    }

    long requiredNumber(String name) {
        Long number = number(name);
        if (number == null) {
            throw invalid("parameter " + name + " is missing");
        }
        return number;
    }

    @Nullable
    Instant time(String name) {
        String text = text(name);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException wrong) {
            throw invalid("parameter " + name + " must be a time in ISO 8601 form, in UTC: " + shortened(text));
        }
    }

    @Nullable
    RoomStatus status(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        return Stream.of(RoomStatus.values())
                .filter(status -> status.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> invalid("parameter " + name + " must be active, idle or destroyed: " + shortened(text)));
    }

    private static String shortened(@Nullable String text) {
        String shown = Objects.requireNonNullElse(text, "");
        return shown.length() <= 64 ? shown : shown.substring(0, 64) + "…";
    }

    /// Form decoding, which refuses what `URLDecoder` would quietly replace.
    private static String decoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '%') {
                if (i + 2 >= text.length()
                        || !HexFormat.isHexDigit(text.charAt(i + 1))
                        || !HexFormat.isHexDigit(text.charAt(i + 2))) {
                    throw invalid("the query has a % without two hexadecimal digits");
                }
                bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else if (unit == '+') {
                bytes.write(' ');
            } else if (unit < 0x80) {
                bytes.write(unit);
            } else {
                throw invalid("the query is not percent-encoded");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw invalid("the query is not UTF-8");
        }
    }

    static ProtocolException invalid(String message) {
        return ProtocolException.ofPeer(ErrorCode.INVALID_ARGUMENT, message, Map.of());
    }
}
