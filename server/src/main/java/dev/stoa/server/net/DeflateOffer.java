package dev.stoa.server.net;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides about `permessage-deflate` (RFC 7692, section 7.1): accepted without context takeover on
/// either side, so that a compressed broadcast can be shared and no connection holds a compressor.
///
/// We compress with the largest window, so an offer that wants a smaller one of us is declined, and any
/// window of the peer's is good.
final class DeflateOffer {
    private static final String ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private static final String WINDOW = "server_max_window_bits";
    private static final String OUR_WINDOW_BITS = "15";

    private DeflateOffer() {}

    /// What to answer to the offered extensions, by the first that can be accepted; null for none.
    static @Nullable String answerTo(List<String> offers) {
        return offers.stream()
                .map(DeflateOffer::answerTo)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String answerTo(String offer) {
        List<String> parts = new ArrayList<>(List.of(offer.split(";", -1)));
        if (!parts.removeFirst().strip().equalsIgnoreCase("permessage-deflate")) {
            return null;
        }
        Set<String> names = new HashSet<>();
        for (String part : parts) {
            String parameter = part.strip().toLowerCase(Locale.ROOT);
            if (!accepts(parameter) || !names.add(nameOf(parameter))) {
                return null;
            }
        }
        return names.contains(WINDOW) ? ANSWER + "; " + WINDOW + "=" + OUR_WINDOW_BITS : ANSWER;
    }

    private static boolean accepts(String parameter) {
        boolean valued = parameter.indexOf('=') >= 0;
        String value = parameter.substring(parameter.indexOf('=') + 1).strip().replaceAll("^\"(.*)\"$", "$1");
        return switch (nameOf(parameter)) {
            case "server_no_context_takeover", "client_no_context_takeover" -> !valued;
            case "client_max_window_bits" -> !valued || value.matches("8|9|1[0-5]");
            case WINDOW -> valued && value.equals(OUR_WINDOW_BITS);
            default -> false;
        };
    }

    private static String nameOf(String parameter) {
        int equals = parameter.indexOf('=');
        return equals < 0 ? parameter : parameter.substring(0, equals).strip();
    }
}
