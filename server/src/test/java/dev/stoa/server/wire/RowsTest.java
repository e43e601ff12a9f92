package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/// The checklist of the router protocol is complete: every row that this module can prove has a test that
/// says so.
class RowsTest {
    /// The rows about Redis are the application module's.
    private static final List<Integer> PROVED_HERE = IntStream.concat(
                    IntStream.rangeClosed(1, 67), IntStream.rangeClosed(70, 72))
            .boxed()
            .toList();

    @Test
    void everyRowHasATest() {
        SortedMap<Integer, String> claims = claims();

        assertThat(claims.keySet()).containsAll(PROVED_HERE);
    }

    @Test
    void onlyTestsClaimRows() {
        JavaClasses classes = testClasses();

        assertThat(classes.stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(Row.class))
                        .filter(method -> !isTest(method)))
                .isEmpty();
    }

    private static boolean isTest(JavaMethod method) {
        return method.isAnnotatedWith(Test.class) || method.isAnnotatedWith(ParameterizedTest.class);
    }

    /// Rows, each with a test that claims it.
    private static SortedMap<Integer, String> claims() {
        SortedMap<Integer, String> claims = new TreeMap<>();
        testClasses().forEach(type -> {
            if (type.isAnnotatedWith(Row.class)) {
                add(claims, type.getAnnotationOfType(Row.class), type.getSimpleName());
            }
            type.getMethods().stream()
                    .filter(method -> method.isAnnotatedWith(Row.class))
                    .forEach(method -> add(claims, method.getAnnotationOfType(Row.class), method.getFullName()));
        });
        return claims;
    }

    private static void add(SortedMap<Integer, String> claims, Row rows, String test) {
        Arrays.stream(rows.value()).forEach(row -> claims.putIfAbsent(row, test));
    }

    private static JavaClasses testClasses() {
        return new ClassFileImporter().importPackages("dev.stoa.server");
    }
}
