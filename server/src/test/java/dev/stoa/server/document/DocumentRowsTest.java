package dev.stoa.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/// The checklist of the documents protocol is complete: every row has a test that says so, here or in
/// the tests that run the real client.
class DocumentRowsTest {
    private static final int ROWS = 55;

    /// Rows whose behaviour is not built yet, or not proved yet.
    private static final Set<Integer> LATER = Set.of(55);

    /// Tests of the real client; what they prove stands in front of their names.
    private static final Path REAL_CLIENT = Path.of("..", "web", "conformance", "documents.test.js");

    private static final Pattern NAME = Pattern.compile("test\\(\"([0-9, ]+): ");

    @Test
    void everyRowHasATest() throws IOException {
        List<Integer> wanted = IntStream.rangeClosed(1, ROWS)
                .filter(row -> !LATER.contains(row))
                .boxed()
                .toList();

        Set<Integer> claims = claims();
        claims.addAll(claimsOfTheRealClient());
        assertThat(claims).containsExactlyElementsOf(wanted);
    }

    @Test
    void onlyTestsClaimRows() {
        assertThat(methods().stream()
                        .filter(method -> !method.isAnnotatedWith(Test.class)
                                && !method.isAnnotatedWith(ParameterizedTest.class)))
                .isEmpty();
    }

    private static Set<Integer> claims() {
        Set<Integer> rows = new TreeSet<>();
        methods()
                .forEach(method -> IntStream.of(
                                method.getAnnotationOfType(DocumentRow.class).value())
                        .forEach(rows::add));
        return rows;
    }

    private static Set<Integer> claimsOfTheRealClient() throws IOException {
        return NAME.matcher(Files.readString(REAL_CLIENT))
                .results()
                .flatMap(name -> Pattern.compile(", *").splitAsStream(name.group(1)))
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
    }

    private static List<JavaMethod> methods() {
        JavaClasses tests = new ClassFileImporter().importPackages("dev.stoa.server");
        return tests.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.isAnnotatedWith(DocumentRow.class))
                .toList();
    }
}
