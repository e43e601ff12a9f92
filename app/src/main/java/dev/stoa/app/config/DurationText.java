package dev.stoa.app.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/// Durations as people write them: a whole number and `ms`, `s`, `m` or `h`. Stateless.
final class DurationText extends StdDeserializer<Duration> {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    DurationText() {
        super(Duration.class);
    }

    /// @throws IllegalArgumentException when it is not written that way
    static Duration parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "a duration is a whole number and ms, s, m or h, as in 500ms or 10s: " + text);
        }
        long count = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    static String of(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context) {
        String text = parser.getString();
        try {
            return parse(text);
        } catch (IllegalArgumentException malformed) {
            return (Duration) context.handleWeirdStringValue(Duration.class, text, "%s", malformed.getMessage());
        }
    }
}
