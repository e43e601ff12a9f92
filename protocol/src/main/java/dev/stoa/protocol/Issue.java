package dev.stoa.protocol;

import java.util.List;
import java.util.Map;

/// One way in which a message breaks its contract. Immutable.
///
/// @param path where, as keys joined by dots (`payload.user.name`); empty for the message itself
/// @param message what is wrong, in words
public record Issue(String path, String message) {
    private static final int MAX_REPORTED = 4;
    private static final int MAX_CHARS = 80;

    /// The issues as error details that stay below the size at which details are removed.
    public static Map<String, Object> details(List<Issue> issues) {
        List<Map<String, String>> reported = issues.stream()
                .limit(MAX_REPORTED)
                .map(issue -> Map.of("path", clip(issue.path), "message", clip(issue.message)))
                .toList();
        return Map.of("issues", reported);
    }

    private static String clip(String text) {
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS - 1) + "…";
    }
}
