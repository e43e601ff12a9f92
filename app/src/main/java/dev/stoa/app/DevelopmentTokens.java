package dev.stoa.app;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.document.DocumentAuthorizer;
import dev.stoa.server.document.Permission;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.Authenticator;
import dev.stoa.server.session.Principal;
import dev.stoa.server.session.UpgradeRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Signs anyone in as whoever they say they are: `dev:<user>`, or `dev:<user>:ro` to read only. For
/// development mode and nothing else.
///
/// A peer without any token is let in as nobody (its principal is null), so that a client that has not
/// been taught about tokens works too; a token of any other form is refused with 401. A reader's
/// principal has the claim [Principal#READ_ONLY].
///
/// The token may come percent-encoded, because browsers let no colon into a subprotocol
/// (`bearer.dev%3Aada`). Immutable.
final class DevelopmentTokens implements Authenticator, DocumentAuthorizer {
    private static final Pattern TOKEN = Pattern.compile("dev:([^:\\p{Cntrl}\\s]{1,64})(:ro)?");

    @Override
    public Authentication authenticate(UpgradeRequest request) {
        Optional<String> token = request.token();
        if (token.isEmpty()) {
            return Authentication.anonymous();
        }
        return principal(token.get())
                .<Authentication>map(Authentication::accept)
                .orElseGet(Authentication::reject);
    }

    @Override
    public Grant authorize(Applicant applicant) {
        Principal who = Optional.ofNullable(applicant.token())
                .flatMap(DevelopmentTokens::principal)
                .orElseThrow(() -> ProtocolException.of(ErrorCode.UNAUTHENTICATED, "Unauthorized"));
        return new Grant(who.isReadOnly() ? Permission.READ_ONLY : Permission.READ_WRITE, RawJson.of(who.id()));
    }

    private static Optional<Principal> principal(String token) {
        Matcher parts = TOKEN.matcher(decoded(token));
        if (!parts.matches()) {
            return Optional.empty();
        }
        boolean readOnly = parts.group(2) != null;
        return Optional.of(new Principal(parts.group(1), readOnly ? Map.of(Principal.READ_ONLY, true) : Map.of()));
    }

    private static String decoded(String token) {
        if (token.indexOf('%') < 0) {
            return token;
        }
        try {
            return URLDecoder.decode(token.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return token;
        }
    }
}
