package dev.stoa.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One way in which a message breaks its contract. Immutable.
///
/// @param path where, as keys joined by dots (`payload.user.name`); empty for the message itself
/// @param message what is wrong, in words
public record Issue(String path, String message) {
    private static final int MAX_REPORTED = 4;
    private static final int MAX_CHARS = 80;

    /// The first issues as error details: as many as stay below the size at which details are removed,
    /// at most four.
    public static Map<String, Object> details(List<Issue> issues) {
        List<Map<String, String>> reported =
                issues.stream().limit(MAX_REPORTED).map(Issue::clipped).toList();
        while (reported.size() > 1 && !SafeDetails.fits(reported)) {
            reported = reported.subList(0, reported.size() - 1);
        }
        return Map.of("issues", reported);
    }

    /// The path first, in every process.
    private Map<String, String> clipped() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("path", clip(path));
        shown.put("message", clip(message));
        return Collections.unmodifiableMap(shown);
    }

    /// At most 80 characters, without any that JSON would spell in six.
    private static String clip(String text) {
        StringBuilder clipped = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int length = Character.charCount(c);
            if (clipped.length() + length >= MAX_CHARS && i + length < text.length()) {
                return clipped.append('…').toString();
            }
            boolean plain = !Character.isISOControl(c) && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
            clipped.appendCodePoint(plain ? c : '\uFFFD');
            i += length;
        }
        return clipped.toString();
    }
}
