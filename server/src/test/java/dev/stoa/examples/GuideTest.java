package dev.stoa.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GuideTest {
    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void everySnippetOfTheGuideIsCompiled() throws IOException {
        String compiled = squeezed(Files.readString(Path.of("src/test/java/dev/stoa/examples/Guide.java")));
        List<String> snippets = SNIPPET.matcher(Files.readString(Path.of("../docs/router.md")))
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
}
