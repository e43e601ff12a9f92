package dev.stoa.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.room.LogPosition;
import dev.stoa.server.Stoa;
import dev.stoa.server.room.Room;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RoomsGuideTest {
    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void everySnippetOfTheGuideIsCompiled() throws IOException {
        String compiled = squeezed(Files.readString(Path.of("src/test/java/dev/stoa/examples/RoomsGuide.java")));
        List<String> snippets = SNIPPET.matcher(Files.readString(Path.of("../docs/rooms.md")))
                .results()
                .map(MatchResult::group)
                .toList();

        assertThat(snippets)
                .hasSizeGreaterThan(15)
                .allSatisfy(snippet ->
                        assertThat(compiled).contains(squeezed(snippet.substring(8, snippet.length() - 3))));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }

    @Test
    void everySectionRuns(@TempDir Path data) {
        try (Stoa stoa = RoomsGuide.start(data)) {
            Rooms rooms = stoa.rooms("main");
            Room lobby = RoomsGuide.publishing(rooms);
            LogPosition start = new LogPosition(lobby.history().epoch(), 0);
            RoomsGuide.once(lobby);
            RoomsGuide.withoutWaiting(lobby);
            RoomsGuide.channel(rooms);
            RoomsGuide.members(lobby);
            RoomsGuide.pagesOfMembers(lobby);
            RoomsGuide.metadata(lobby);
            RoomsGuide.history(lobby);
            assertThat(RoomsGuide.follow(lobby, start).offset()).isPositive();
            RoomsGuide.snapshots(lobby);
            assertThat(lobby.metadata().metadata()).hasToString("{\"topic\":\"spring\"}");
            RoomsGuide.timeTravel(lobby, 3);
            RoomsGuide.documents(rooms);
            assertThat(RoomsGuide.tokens(rooms).url()).endsWith("/rooms/room/lobby");
            RoomsGuide.revoke(rooms);
            assertThat(RoomsGuide.coordinator(rooms)).isEqualTo(2);
            RoomsGuide.errors(lobby);
            assertThat(RoomsGuide.stats(stoa).rooms()).isEqualTo(5);
            RoomsGuide.ending(lobby);
        }
    }

    @Test
    void instancesAreFoundByNameAndByBinding() {
        Rooms helpdesk = RoomsGuide.options();
        try (Stoa stoa =
                Stoa.builder().port(0).store(new MemoryStore()).rooms(helpdesk).start()) {
            assertThat(stoa.rooms("support")).isSameAs(helpdesk);
            assertThat(stoa.rooms("helpdesk")).isSameAs(helpdesk);
        }
    }

    @Test
    void keysAndHooksAndObserversAreGivenToAnInstance() {
        assertThat(RoomsGuide.withKeys("0123456789abcdef0123456789ABCDEF".getBytes(US_ASCII))
                        .keys()
                        .signingKid())
                .contains("2026-11");
        assertThat(RoomsGuide.hooks().options().name()).isEqualTo("main");
        assertThat(RoomsGuide.observing().options().name()).isEqualTo("main");
    }
}
