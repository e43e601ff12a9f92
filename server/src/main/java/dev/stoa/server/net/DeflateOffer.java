package dev.stoa.server.net;

import java.util.List;
import java.util.Locale;

/// Decides about `permessage-deflate` (RFC 7692, section 7.1): accepted without context takeover on
/// either side, so that a compressed broadcast can be shared and no connection holds a compressor.
final class DeflateOffer {
    static final String ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private DeflateOffer() {}

    /// Whether one of the offered extensions can be accepted with [#ANSWER].
    static boolean isAcceptable(List<String> offers) {
        return offers.stream().anyMatch(DeflateOffer::accepts);
    }

    private static boolean accepts(String offer) {
        String[] parts = offer.split(";");
        if (!parts[0].strip().equalsIgnoreCase("permessage-deflate")) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            if (!acceptsParameter(parts[i].strip().toLowerCase(Locale.ROOT))) {
                return false;
            }
        }
        return true;
    }

    private static boolean acceptsParameter(String parameter) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals).strip();
        String value = equals < 0 ? "" : parameter.substring(equals + 1).strip().replace("\"", "");
        return switch (name) {
            case "server_no_context_takeover", "client_no_context_takeover" -> equals < 0;
            case "client_max_window_bits" -> equals < 0 || isWindow(value);
            case "server_max_window_bits" -> value.equals("15");
            default -> false;
        };
    }

    private static boolean isWindow(String value) {
        return value.matches("8|9|1[0-5]");
    }
}
