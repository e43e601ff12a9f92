package dev.stoa.server.net;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// An HTTP answer as bytes. Immutable.
///
/// @param headers sent as given, besides length and connection
/// @param bodySent false in answers to `HEAD`, which tell the body's length and keep it
record HttpAnswer(int status, Map<String, String> headers, String body, boolean bodySent) {
    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(101, "Switching Protocols"),
            Map.entry(200, "OK"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(426, "Upgrade Required"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"));

    static HttpAnswer text(int status, String body) {
        return new HttpAnswer(status, Map.of(), body, true);
    }

    /// The answer that accepts an upgrade.
    static HttpAnswer switching(Map<String, String> headers) {
        return new HttpAnswer(101, headers, "", true);
    }

    HttpAnswer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new HttpAnswer(status, more, body, bodySent);
    }

    HttpAnswer withoutBody() {
        return new HttpAnswer(status, headers, body, false);
    }

    byte[] bytes() {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head =
                new StringBuilder(128).append("HTTP/1.1 ").append(status).append(' ');
        head.append(REASONS.getOrDefault(status, "Refused")).append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (status != 101) {
            head.append("Content-Type: text/plain; charset=utf-8\r\nContent-Length: ")
                    .append(content.length)
                    .append("\r\nConnection: close\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        if (!bodySent) {
            return start;
        }
        byte[] all = Arrays.copyOf(start, start.length + content.length);
        System.arraycopy(content, 0, all, start.length, content.length);
        return all;
    }
}
