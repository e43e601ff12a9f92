package dev.stoa.server.http;

import dev.stoa.server.room.token.RoomUrl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A path with parameters in braces, each a whole segment. Immutable.
record PathTemplate(String text, List<String> segments) {
    static PathTemplate of(String text) {
        return new PathTemplate(text, List.of(text.split("/", -1)));
    }

    List<String> parameters() {
        return segments.stream().flatMap(PathTemplate::parameter).toList();
    }

    /// The parameters' segments in a path, still encoded; null when the path is of another form.
    @Nullable
    Map<String, String> match(List<String> path) {
        if (path.size() != segments.size()) {
            return null;
        }
        Map<String, String> found = new LinkedHashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            String given = path.get(i);
            if (isParameter(segment)) {
                found.put(segment.substring(1, segment.length() - 1), given);
            } else if (!segment.equals(given)) {
                return null;
            }
        }
        return found;
    }

    /// The name that a segment stands for.
    static String decoded(String segment) {
        return RoomUrl.nameOf(segment);
    }

    private static Stream<String> parameter(String segment) {
        return isParameter(segment) ? Stream.of(segment.substring(1, segment.length() - 1)) : Stream.empty();
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }
}
