package dev.stoa.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/// The checklist of the documents protocol is complete: every row has a test that says so, here or in
/// the tests that run the real client.
class DocumentRowsTest {
    private static final int ROWS = 55;

    /// Rows whose behaviour is not built yet, or not proved yet.
    private static final Set<Integer> LATER = Set.of(25, 26, 27, 42, 43, 45, 47, 52, 53, 54, 55);

    @Test
    void everyRowHasATest() {
        List<Integer> wanted = IntStream.rangeClosed(1, ROWS)
                .filter(row -> !LATER.contains(row))
                .boxed()
                .toList();

        assertThat(claims()).containsExactlyElementsOf(wanted);
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

    private static List<JavaMethod> methods() {
        JavaClasses tests = new ClassFileImporter().importPackages("dev.stoa.server");
        return tests.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.isAnnotatedWith(DocumentRow.class))
                .toList();
    }
}
