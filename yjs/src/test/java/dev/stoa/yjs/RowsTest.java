package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/// The checklist of the engine is complete: every row has a test that says so.
final class RowsTest {
    private static final Pattern LINE = Pattern.compile("\\| (\\d+) \\|.*");
    /// Measured, not tested.
    private static final int BENCH = 58;

    @Test
    void theChecklistHasTheRowsOfTheEngine() throws IOException {
        assertThat(rows())
                .containsExactlyElementsOf(IntStream.concat(IntStream.rangeClosed(1, 36), IntStream.rangeClosed(57, 60))
                        .boxed()
                        .toList());
    }

    @Test
    void everyRowHasATest() throws IOException {
        Set<Integer> claimed = new TreeSet<>();
        claims().forEach(method ->
                IntStream.of(method.getAnnotationOfType(Row.class).value()).forEach(claimed::add));
        claimed.add(BENCH);

        assertThat(claimed).containsExactlyElementsOf(rows());
        assertThat(Path.of("..", "bench", "yjs", "run.sh")).isExecutable();
    }

    @Test
    void onlyTestsClaimRows() {
        assertThat(claims().stream()
                        .filter(method -> !method.isAnnotatedWith(Test.class)
                                && !method.isAnnotatedWith(ParameterizedTest.class)))
                .isEmpty();
    }

    private static Set<Integer> rows() throws IOException {
        return Files.readAllLines(Path.of("docs", "checklist.md")).stream()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(line -> Integer.valueOf(line.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<JavaMethod> claims() {
        return new ClassFileImporter()
                .importPath(Path.of("target", "test-classes")).stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(Row.class))
                        .toList();
    }
}
