package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.yjs.lib0.Json;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// JSON inside updates beside JavaScript's: what passes here is parsed by every peer, who would stumble
/// over what is none.
final class JsonTest {
    private static final List<String> TEXTS = List.of(
            "{\"a\":[1,2.5e3,-0,true,false,null,\"x\\u00e9\\n\"],\"b\":{\"c\":{}}}",
            "[[],[{}],[1,[2]],\"\"]",
            "\"a\\\\b\\\"\\/\\ud83d\\ude00\"",
            " { \"k\" : [ 1 , -1.0E-2 ] } ",
            "-12.50e+10");
    private static final String PIECES = "[]{},:\"\\ \t\n0123456789.eE+-truefalsn\u0001\u00e9/ux";

    @Test
    void bracketsCloseWhatTheyOpened() {
        for (String crossed : List.of("[1}2]", "{\"a\":1]\"b\":2}", "[1}", "{\"a\":1]")) {
            assertThat(ours(crossed)).as(crossed).isEmpty();
        }
    }

    @Test
    void mutatedTextIsReadOrRefusedAsByJavaScript() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Oracle oracle = Oracle.start()) {
            for (Budget budget = Budget.of("stoa.yjs.json", 6_000); budget.next(); ) {
                String text = mutated(TEXTS.get(random.nextInt(TEXTS.size())), random);

                assertThat(ours(text)).as("seed %d: %s", seed, text).isEqualTo(theirs(oracle, text));
            }
        }
    }

    private static Optional<String> ours(String text) {
        try {
            Json.check(text, 100);
            return Optional.of(wellFormed(View.show(Json.parse(text, 100))));
        } catch (UpdateException e) {
            return Optional.empty();
        }
    }

    /// As the oracle's answer comes: half a surrogate pair does not travel.
    private static String wellFormed(String text) {
        return text.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static Optional<String> theirs(Oracle oracle, String text) {
        try {
            return Optional.of(View.show(oracle.ask("parse", text)));
        } catch (Oracle.OracleException e) {
            return Optional.empty();
        }
    }

    private static String mutated(String text, SplittableRandom random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int i = random.nextInt(1, 4); i > 0 && !mutated.isEmpty(); i--) {
            int at = random.nextInt(mutated.length());
            char piece = PIECES.charAt(random.nextInt(PIECES.length()));
            switch (random.nextInt(4)) {
                case 0 -> mutated.setCharAt(at, piece);
                case 1 -> mutated.insert(at, piece);
                case 2 -> mutated.deleteCharAt(at);
                default -> mutated.setCharAt(at, mutated.charAt(random.nextInt(mutated.length())));
            }
        }
        return mutated.toString();
    }
}
