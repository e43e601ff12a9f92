package dev.stoa.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.Stoa;
import dev.stoa.server.wire.RawPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    @Test
    void chatServerIsTheOneCompiledHere() throws Exception {
        String readme = Files.readString(Path.of("../README.md"));
        String source = Files.readString(Path.of("src/test/java/dev/stoa/examples/Chat.java"));

        assertThat(readme)
                .contains(
                        "```java\n" + source.substring(source.indexOf("import")).strip() + "\n```");
    }

    @Test
    void chatServerDoesWhatTheReadmeSays() {
        try (Stoa stoa = Stoa.builder().port(0).router("/ws", Chat.chat()).start();
                RawPeer ada = RawPeer.open(stoa.port(), "/ws");
                RawPeer bob = RawPeer.open(stoa.port(), "/ws")) {
            // Whoever gets an answer to something has opened, and so listens to the lobby.
            bob.send("{\"type\":\"SAY\",\"payload\":{\"text\":\"\"}}");
            bob.expectError("ERROR", "INVALID_ARGUMENT");

            ada.send("{\"type\":\"SAY\",\"payload\":{\"text\":\"hello\"}}");

            assertThat(bob.expect("SAID").path("payload").path("text").asString())
                    .isEqualTo("hello");
            assertThat(ada.expect("SAID").path("payload").path("text").asString())
                    .isEqualTo("hello");
        }
    }
}
