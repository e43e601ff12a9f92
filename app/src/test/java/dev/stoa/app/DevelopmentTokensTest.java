package dev.stoa.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.document.DocumentAuthorizer;
import dev.stoa.server.document.Permission;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.session.Principal;
import dev.stoa.server.session.UpgradeRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevelopmentTokensTest {
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final DevelopmentTokens tokens = new DevelopmentTokens();

    @Test
    void tokenNamesTheUser() {
        Principal ada = accepted(withQuery("dev:ada"));

        assertThat(ada.id()).isEqualTo("ada");
        assertThat(ada.isReadOnly()).isFalse();
    }

    @Test
    void suffixMarksAReader() {
        Principal ada = accepted(withQuery("dev:ada:ro"));

        assertThat(ada.id()).isEqualTo("ada");
        assertThat(ada.isReadOnly()).isTrue();
    }

    @Test
    void tokenComesInSubprotocolOrHeaderToo() {
        var subprotocol =
                new UpgradeRequest("/ws", Map.of(), Map.of(), List.of("chat", "bearer.dev%3Aada"), PEER, false);
        var header = new UpgradeRequest(
                "/ws", Map.of(), Map.of("authorization", List.of("Bearer dev:bob")), List.of(), PEER, false);

        assertThat(accepted(subprotocol).id()).isEqualTo("ada");
        assertThat(accepted(header).id()).isEqualTo("bob");
    }

    @Test
    void tokenSaysWhatItsUserMayDoWithADocument() {
        assertThat(tokens.authorize(applicant("dev:ada")))
                .isEqualTo(new DocumentAuthorizer.Grant(Permission.READ_WRITE, RawJson.of("ada")));
        assertThat(tokens.authorize(applicant("dev:rob:ro")))
                .isEqualTo(new DocumentAuthorizer.Grant(Permission.READ_ONLY, RawJson.of("rob")));
    }

    @Test
    void nobodyComesToADocumentWithAnyOtherToken() {
        for (String token : new String[] {null, "ada", "dev:"}) {
            assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> tokens.authorize(applicant(token)));
        }
    }

    private static DocumentAuthorizer.Applicant applicant(String token) {
        return new DocumentAuthorizer.Applicant("board", "client", token, null);
    }

    @Test
    void peerWithoutTokenIsNobody() {
        var none = new UpgradeRequest("/ws", Map.of(), Map.of(), List.of(), PEER, false);

        assertThat(tokens.authenticate(none)).isEqualTo(Authentication.anonymous());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada",
                "dev:",
                "dev::ro",
                "dev:ada:rw",
                "dev:ada:ro:ro",
                "DEV:ada",
                "dev:a b",
                "dev:a\nb",
                "xdev:ada",
                "dev%3",
                "dev%3A",
                "dev:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void anythingElseIsRefused(String token) {
        assertThat(tokens.authenticate(withQuery(token))).isEqualTo(Authentication.reject());
    }

    private Principal accepted(UpgradeRequest request) {
        return ((Authentication.Accepted) tokens.authenticate(request)).principal();
    }

    private static UpgradeRequest withQuery(String token) {
        return new UpgradeRequest("/ws", Map.of("access_token", List.of(token)), Map.of(), List.of(), PEER, false);
    }
}
