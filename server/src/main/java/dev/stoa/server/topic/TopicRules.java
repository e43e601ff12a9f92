package dev.stoa.server.topic;

import java.util.Map;
import java.util.regex.Pattern;

/// What a topic may be called and how many a session may have (router protocol, section 12.2).
///
/// @param pattern what a whole name must match
/// @param maxLength characters
/// @param maxPerSession subscriptions of one session
public record TopicRules(Pattern pattern, int maxLength, int maxPerSession) {
    private static final TopicRules USUAL =
            new TopicRules(Pattern.compile("[a-z0-9:_./-]{1,128}", Pattern.CASE_INSENSITIVE), 128, Integer.MAX_VALUE);

    /// Letters, digits and `:_./-`, up to 128 characters, any number for each session.
    public static TopicRules usual() {
        return USUAL;
    }

    public TopicRules {
        if (maxLength < 1 || maxPerSession < 1) {
            throw new IllegalArgumentException(
                    "topic limits must be positive: " + maxLength + " characters, " + maxPerSession + " topics");
        }
    }

    public TopicRules withPattern(Pattern newPattern) {
        return new TopicRules(newPattern, maxLength, maxPerSession);
    }

    public TopicRules withMaxLength(int characters) {
        return new TopicRules(pattern, characters, maxPerSession);
    }

    public TopicRules withMaxPerSession(int topics) {
        return new TopicRules(pattern, maxLength, topics);
    }

    /// @throws TopicException `INVALID_TOPIC`, with details telling the rule broken
    public void check(String topic) {
        if (topic.length() > maxLength) {
            throw new TopicException(
                    TopicError.INVALID_TOPIC,
                    "Topic name of " + topic.length() + " characters exceeds " + maxLength,
                    Map.of("reason", "length", "length", topic.length(), "max", maxLength),
                    null);
        }
        if (!pattern.matcher(topic).matches()) {
            throw new TopicException(
                    TopicError.INVALID_TOPIC,
                    "Topic name does not match " + pattern.pattern() + ": \"" + topic + "\"",
                    Map.of("reason", "pattern", "topic", topic),
                    null);
        }
    }
}
