package dev.stoa.server.room.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.Json;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.PrincipalKind;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Test;

/// The examples of `docs/protocols/rooms-tokens.md` work as they stand.
class DocumentedTokenTest {
    private static final Instant THEN = Instant.parse("2026-03-01T12:00:00Z");

    private final String page = read();

    @Test
    void theExampleTokenVerifies() {
        var verifier = new TokenVerifier("default", keys(), () -> THEN);

        RoomToken token = Forge.valid(verifier.verify(block("text", "eyJ"), RoomKind.ROOM, "design/\u20AC*"));

        assertThat(token)
                .isEqualTo(new RoomToken(
                        "default",
                        RoomAudience.of(RoomKind.ROOM, "design/\u20AC*"),
                        "ada",
                        THEN.plusSeconds(300),
                        THEN,
                        "01957f4e-6c00-7000-8000-000000000001",
                        Set.of(RoomOp.READ, RoomOp.PUBLISH, RoomOp.PRESENCE),
                        "ada",
                        null,
                        RawJson.parse("{\"colour\":\"teal\"}"),
                        new RoomPrincipal(PrincipalKind.USER, null, "ada", null, null, null, "Ada")));
    }

    @Test
    void theExampleHoldsTheHeaderAndClaimsThatArePrinted() {
        String[] parts = block("text", "eyJ").split("\\.");

        assertThat(json(parts[0]))
                .isEqualTo(RawJson.parse(block("json", "{ \"alg\"")).tree());
        assertThat(json(parts[1]))
                .isEqualTo(RawJson.parse(block("json", "{\n  \"iss\"")).tree());
    }

    @Test
    void aTokenMadeByTheExampleProgramIsAccepted() throws Exception {
        Assumptions.assumeThat(Node.isHere()).as("node is installed").isTrue();
        String program = block("js", "const");
        var verifier = new TokenVerifier("default", keys(), InstantSource.system());

        String token = Node.run(
                program + "\nconsole.log(roomToken(process.argv[1], process.argv[2], process.argv[3]));",
                "",
                secret(),
                "ada",
                "caf\u00E9 \uD83D\uDE80*");

        RoomToken known = Forge.valid(verifier.verify(token, RoomKind.ROOM, "caf\u00E9 \uD83D\uDE80*"));
        assertThat(known.actor()).isEqualTo(RoomPrincipal.user("ada"));
    }

    @Test
    void everyReasonIsExplained() {
        for (RefusalReason reason : RefusalReason.values()) {
            assertThat(page).contains("`" + reason + "`");
        }
    }

    private TokenKeys keys() {
        return TokenKeys.verifying(TokenKey.ofBase64("backend-1", secret()));
    }

    private String secret() {
        Matcher secret = Pattern.compile("the secret `([^`]+)`").matcher(page);
        assertThat(secret.find()).isTrue();
        return secret.group(1);
    }

    private String block(String language, String start) {
        Matcher block = Pattern.compile("```" + language + "\\n(" + Pattern.quote(start) + ".*?)\\n```", Pattern.DOTALL)
                .matcher(page);
        assertThat(block.find())
                .as("a block of " + language + " beginning with " + start)
                .isTrue();
        return block.group(1).replaceAll(language.equals("text") ? "\\s" : "\\z", "");
    }

    private static Object json(String part) {
        return Json.mapper().readTree(Base64.getUrlDecoder().decode(part));
    }

    private static String read() {
        try {
            return Files.readString(Path.of("../docs/protocols/rooms-tokens.md"));
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }
}
