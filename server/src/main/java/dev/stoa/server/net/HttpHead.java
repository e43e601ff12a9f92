package dev.stoa.server.net;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The head of one HTTP/1.1 request: enough of RFC 9112 for an upgrade or a health probe, strict about
/// the rest.
///
/// @param headers values by lower-case name
record HttpHead(String method, String path, String rawQuery, Map<String, List<String>> headers) {
    private static final int MAX_HEADERS = 100;

    /// Parses a head.
    ///
    /// @param bytes everything up to and including the empty line
    /// @return null when it is not HTTP/1.1, has not exactly one `Host`, or announces a body, which
    ///     nothing here reads
    static @Nullable HttpHead parse(byte[] bytes) {
        String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        String[] request = lines[0].split(" ", -1);
        if (request.length != 3 || !isToken(request[0]) || !request[2].equals("HTTP/1.1")) {
            return null;
        }
        String target = request[1];
        if (!target.startsWith("/") || !isVisible(target)) {
            return null;
        }
        Map<String, List<String>> headers = parseHeaders(lines);
        if (headers == null) {
            return null;
        }
        int query = target.indexOf('?');
        HttpHead head = new HttpHead(
                request[0],
                query < 0 ? target : target.substring(0, query),
                query < 0 ? "" : target.substring(query + 1),
                headers);
        return head.single("host") == null || head.announcesBody() ? null : head;
    }

    private boolean announcesBody() {
        return headers.containsKey("transfer-encoding")
                || headers.getOrDefault("content-length", List.of()).stream().anyMatch(length -> !length.equals("0"));
    }

    private static @Nullable Map<String, List<String>> parseHeaders(String[] lines) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length - 2; i++) {
            String line = lines[i];
            int colon = line.indexOf(':');
            if (colon < 1 || i > MAX_HEADERS || !isToken(line.substring(0, colon)) || hasControl(line)) {
                return null;
            }
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1))
                    .add(line.substring(colon + 1).strip());
        }
        return headers;
    }

    /// The only value of a header; null when it is absent or repeated.
    @Nullable
    String single(String name) {
        List<String> values = headers.get(name);
        return values == null || values.size() != 1 ? null : values.getFirst();
    }

    boolean isRepeated(String name) {
        return headers.getOrDefault(name, List.of()).size() > 1;
    }

    /// The comma-separated members of a header that may be repeated.
    List<String> members(String name) {
        List<String> members = new ArrayList<>();
        for (String value : headers.getOrDefault(name, List.of())) {
            for (String member : value.split(",")) {
                if (!member.isBlank()) {
                    members.add(member.strip());
                }
            }
        }
        return members;
    }

    boolean lists(String name, String member) {
        return members(name).stream().anyMatch(member::equalsIgnoreCase);
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isVisible(String text) {
        return text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(c -> c < 0x20 && c != '\t' || c == 0x7F);
    }
}
