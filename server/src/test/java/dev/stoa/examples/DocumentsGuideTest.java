package dev.stoa.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.Stoa;
import dev.stoa.server.document.DocumentPosition;
import dev.stoa.server.document.DocumentRoom;
import dev.stoa.server.document.DocumentSubscription;
import dev.stoa.server.document.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DocumentsGuideTest {
    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void everySnippetOfTheGuideIsCompiled() throws IOException {
        String compiled = squeezed(Files.readString(Path.of("src/test/java/dev/stoa/examples/DocumentsGuide.java")));
        List<String> snippets = SNIPPET.matcher(Files.readString(Path.of("../docs/documents.md")))
                .results()
                .map(MatchResult::group)
                .toList();

        assertThat(snippets)
                .hasSizeGreaterThan(6)
                .allSatisfy(snippet ->
                        assertThat(compiled).contains(squeezed(snippet.substring(8, snippet.length() - 3))));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }

    @Test
    void everySectionRuns(@TempDir Path data) throws Exception {
        Documents boards = DocumentsGuide.hooks(DocumentsGuide.moving(DocumentsGuide.options(), data.resolve("old")));
        try (Stoa _ = DocumentsGuide.start(data, boards)) {
            DocumentsGuide.takingPart(boards);
            DocumentRoom board = boards.document("b1");
            DocumentsGuide.sessions(board);
            DocumentsGuide.snapshots(board);
            DocumentsGuide.reading(board);
            DocumentsGuide.waiting(board);
            BlockingQueue<String> told = new LinkedBlockingQueue<>();
            try (DocumentSubscription _ = DocumentsGuide.following(board, index(told))) {
                assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("3 [{\"e1/shape\":{\"_exists\":false}}]");
            }

            assertThat(board.snapshot().toString()).startsWith("{\"timestamp\":3,");
            assertThat(DocumentsGuide.lessUsual().options().tombstones().newcomers())
                    .isFalse();
            assertThat(DocumentsGuide.endpoint(boards, _ -> null).documents()).isSameAs(boards);
        }
    }

    private static DocumentsGuide.Index index(BlockingQueue<String> told) {
        return new DocumentsGuide.Index() {
            @Override
            public DocumentPosition position() {
                return DocumentPosition.NOTHING;
            }

            @Override
            public void clear() {
                told.add("cleared");
            }

            @Override
            public void apply(RawJson patches, DocumentPosition position) {
                told.add(position.timestamp() + " " + patches);
            }
        };
    }
}
