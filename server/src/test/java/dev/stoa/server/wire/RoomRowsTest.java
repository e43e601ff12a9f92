package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.stoa.server.room.RoomRow;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/// The checklist of the rooms protocol is complete: every row has a test that says so, here or in a class named
/// below.
class RoomRowsTest {
    /// Yjs and the other kinds of client.
    private static final Set<Integer> LATER = Set.of(16, 17);

    /// Rows that other modules prove.
    private static final Map<Integer, String> ELSEWHERE =
            Map.of(1, "app/src/test/java/dev/stoa/app/api/ReferenceTest.java");

    @Test
    void everyRowHasATest() {
        SortedMap<Integer, String> claims = claims();
        claims.putAll(ELSEWHERE);

        assertThat(claims.keySet())
                .containsAll(IntStream.rangeClosed(1, 19)
                        .filter(row -> !LATER.contains(row))
                        .boxed()
                        .toList());
    }

    @Test
    void whatIsProvedElsewhereIsThere() {
        for (String test : ELSEWHERE.values()) {
            assertThat(Path.of("..", test)).exists();
        }
    }

    @Test
    void onlyTestsClaimRows() {
        assertThat(testClasses().stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(RoomRow.class))
                        .filter(method -> !method.isAnnotatedWith(Test.class)
                                && !method.isAnnotatedWith(ParameterizedTest.class)))
                .isEmpty();
    }

    /// Rows, each with a test that claims it.
    private static SortedMap<Integer, String> claims() {
        SortedMap<Integer, String> claims = new TreeMap<>();
        testClasses().forEach(type -> {
            if (type.isAnnotatedWith(RoomRow.class)) {
                add(claims, type.getAnnotationOfType(RoomRow.class), type.getSimpleName());
            }
            type.getMethods().stream()
                    .filter(method -> method.isAnnotatedWith(RoomRow.class))
                    .map(JavaMethod.class::cast)
                    .forEach(method -> add(claims, method.getAnnotationOfType(RoomRow.class), method.getFullName()));
        });
        return claims;
    }

    private static void add(SortedMap<Integer, String> claims, RoomRow rows, String test) {
        IntStream.of(rows.value()).forEach(row -> claims.putIfAbsent(row, test));
    }

    private static JavaClasses testClasses() {
        return new ClassFileImporter().importPackages("dev.stoa.server");
    }
}
