package dev.stoa.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The README tells the truth.
class ReadmeTest {
    private final ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void closePeer() throws IOException {
        peer.close();
    }

    @Test
    void examplesOfTheReadmeAreTheCompiledOnes() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String source = Files.readString(Path.of("src/test/java/dev/stoa/client/ReadmeExample.java"));
        Matcher snippets = Pattern.compile("    // snippet: \\w+\n(.*?)    // end", Pattern.DOTALL)
                .matcher(source);

        int found = 0;
        while (snippets.find()) {
            String text = String.join(
                    "\n",
                    Arrays.stream(snippets.group(1).stripTrailing().split("\n"))
                            .map(line -> line.startsWith("    ") ? line.substring(4) : line)
                            .toList());
            assertThat(readme).contains("```java\n" + text + "\n```");
            found++;
        }
        assertThat(found).isEqualTo(7);
    }

    @Test
    void firstExampleRuns() {
        Recording<String> name = new Recording<>();
        Thread.startVirtualThread(() -> name.accept(ReadmeExample.greet(peer.url())));

        var connection = peer.opened();
        assertThat(connection.target()).isEqualTo("/ws?access_token=dev%3Aada");
        assertThat(connection.readJson().path("type").stringValue()).isEqualTo("SAY");
        String id = connection.readJson().path("meta").path("correlationId").stringValue();
        connection.send(Contracts.user(id));
        connection.answerClose();

        assertThat(name.next()).isEqualTo("Ada");
    }

    @Test
    void failuresReadAsTheExampleSays() {
        try (var client = peer.client().ids(() -> "r1").build()) {
            var connection = peer.connected(client);
            Thread.startVirtualThread(() -> {
                connection.readText();
                connection.send("{\"type\":\"RPC_ERROR\",\"meta\":{\"correlationId\":\"r1\"},"
                        + "\"payload\":{\"code\":\"UNAVAILABLE\"}}");
            });

            assertThat(ReadmeExample.nameOf(client, "1")).isEqualTo("ask again");
            connection.drop();
        }
    }

    @Test
    void clientThatIsUnwelcomeStaysAway() {
        Recording<ClientState> states = new Recording<>();
        var client = ReadmeExample.chat(peer.url(), () -> "t");
        client.onState(states);
        var connection = peer.opened();
        assertThat(connection.header("Authorization")).isEqualTo("Bearer t");
        assertThat(connection.readText()).contains("I am here again");

        connection.close(4401);

        ClientState state = states.next();
        while (state != ClientState.CLOSED) {
            state = states.next();
        }
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    }
}
