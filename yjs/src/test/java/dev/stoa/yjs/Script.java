package dev.stoa.yjs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A random session of some peers, drawn whole from its seed before it runs, so that steps can be left
/// out of it.
///
/// @param peers how many; whether yjs leads peer `n` (and ours follows) or the other way round is bit
/// `n` of `yjsLeads`
/// @param formats whether formats, and the clean-ups that yjs does on them, may occur in every text
record Script(int peers, int yjsLeads, boolean formats, boolean collect, long[] clients, List<Step> steps) {
    sealed interface Step {}

    record Edit(int peer, List<List<Object>> edits) implements Step {}

    /// Hands on what waits for a peer: `how` says in which shape.
    record Deliver(int peer, int pick, int times, How how) implements Step {}

    enum How {
        PLAIN,
        AS_V2,
        AS_V2_BY_YJS,
        MERGED,
        MERGED_BY_YJS,
        MERGED_V2,
        CUT
    }

    private static final List<String> TEXTS = List.of(
            "a", "bc", "hello", "\uD83D\uDE00", "x\uD83D\uDE00y", "\u00e9\u4e2d", " ", "lorem ipsum dolor", "\uFEFF");
    /// Without surrogate pairs: where yjs only looks for a place between the halves, it breaks the pair
    /// for itself alone.
    private static final List<String> WHOLE_TEXTS =
            List.of("a", "bc", "hello", "\u00e9\u4e2d", " ", "lorem ipsum dolor", "\uFEFF");
    private static final List<String> KEYS = List.of("k", "l", "m\u00e4");
    private static final List<String> KINDS = List.of("text", "map", "array", "xmlText", "fragment", "hook", "p");
    private static final List<String> NODES = List.of("P", "div", "xmlText", "hook");

    static Script of(long seed, boolean formats) {
        SplittableRandom random = new SplittableRandom(seed);
        int peers = random.nextInt(2, 6);
        long[] clients = new long[peers];
        for (int i = 0; i < peers; i++) {
            clients[i] = switch (random.nextInt(4)) {
                case 0 -> random.nextLong(1L << 53);
                case 1 -> random.nextLong(1L << 32);
                default -> 1 + random.nextLong(300) * 7 + i;
            };
        }
        boolean collect = random.nextInt(4) != 0;
        List<Step> steps = new ArrayList<>();
        int count = random.nextInt(10, 70);
        for (int i = 0; i < count; i++) {
            int peer = random.nextInt(peers);
            if (random.nextInt(100) < 55) {
                List<List<Object>> edits = new ArrayList<>();
                for (int j = random.nextInt(1, 4); j > 0; j--) {
                    edits.add(edit(random, formats));
                }
                steps.add(new Edit(peer, edits));
            } else {
                How how = How.values()[random.nextInt(How.values().length)];
                steps.add(new Deliver(peer, random.nextInt(1 << 20), random.nextInt(4), how));
            }
        }
        return new Script(peers, random.nextInt(1 << peers), formats, collect, clients, steps);
    }

    private static List<Object> edit(SplittableRandom random, boolean formats) {
        int n = random.nextInt(1 << 16);
        int at = random.nextInt(1 << 16);
        int length = random.nextInt(1, 6);
        String formatted = formats ? "any" : "root";
        return switch (random.nextInt(30)) {
            case 0, 1, 2, 3, 4 -> list("insert", n, at, oneOf(random, formats ? WHOLE_TEXTS : TEXTS));
            case 5, 6, 7 -> list("erase", n, at, length);
            case 8 -> list("insertWith", n, at, oneOf(random, WHOLE_TEXTS), attributes(random), formatted);
            case 9 -> list("insertPlain", n, at, oneOf(random, WHOLE_TEXTS), formatted);
            case 10, 11 -> list("format", n, at, length, attributes(random), formatted);
            case 12 -> list("erase", n, at, length, formatted);
            case 13 -> list("embed", n, at, Map.of("image", "u" + n), attributes(random), formatted);
            case 14 -> list("embedType", n, at, oneOf(random, KINDS));
            case 15 -> list("delta", n, delta(random), formatted);
            case 16, 17, 18 -> list("push", n, at, values(random));
            case 19 -> list("pushType", n, at, oneOf(random, KINDS));
            case 20, 21 -> list("cut", n, at, length);
            case 22, 23 -> list("set", n, oneOf(random, KEYS), value(random, 0));
            case 24 -> list("setType", n, oneOf(random, KEYS), oneOf(random, KINDS));
            case 25 ->
                random.nextInt(3) == 0
                        ? list("setSubdocument", n, oneOf(random, KEYS), "g" + n, random.nextBoolean())
                        : list("unset", n, oneOf(random, KEYS));
            case 26, 27 -> list("node", n, at, oneOf(random, NODES));
            case 28 -> list("attribute", n, oneOf(random, KEYS), oneOf(random, TEXTS));
            default -> list("unattribute", n, oneOf(random, KEYS));
        };
    }

    private static List<Object> list(Object... elements) {
        return Arrays.asList(elements);
    }

    private static <T> T oneOf(SplittableRandom random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static Map<String, Object> attributes(SplittableRandom random) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        if (random.nextInt(4) > 0) {
            attributes.put("bold", random.nextInt(3) == 0 ? null : (Object) true);
        }
        if (random.nextInt(4) == 0) {
            attributes.put("color", oneOf(random, List.of("red", "blue")));
        }
        if (random.nextInt(8) == 0) {
            attributes.put("link", Map.of("href", "x" + random.nextInt(2)));
        }
        return attributes;
    }

    private static List<Object> delta(SplittableRandom random) {
        List<Object> delta = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            Map<String, Object> op = new LinkedHashMap<>();
            switch (random.nextInt(4)) {
                case 0 -> op.put("delete", random.nextInt(1, 4));
                case 1, 2 -> {
                    op.put("retain", random.nextInt(1, 5));
                    if (random.nextBoolean()) {
                        op.put("attributes", attributes(random));
                    }
                }
                default -> {
                    op.put("insert", oneOf(random, WHOLE_TEXTS));
                    if (random.nextBoolean()) {
                        op.put("attributes", attributes(random));
                    }
                }
            }
            delta.add(op);
        }
        return delta;
    }

    private static List<Object> values(SplittableRandom random) {
        List<Object> values = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            Object value = value(random, 0);
            values.add(value == Undefined.UNDEFINED ? null : value);
        }
        return values;
    }

    private static Object value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth < 2 ? 16 : 13)) {
            case 0 -> null;
            case 1 -> true;
            case 2 -> false;
            case 3 -> -0.0;
            case 4 -> random.nextInt();
            case 5 -> random.nextInt(100);
            case 6 -> random.nextDouble();
            case 7 -> (double) (float) random.nextDouble();
            case 8 -> random.nextLong(1L << 53) - (1L << 52);
            case 9 -> oneOf(random, TEXTS);
            case 10 -> depth == 0 ? new byte[] {1, (byte) random.nextInt(), 3} : (Object) 1.5e300;
            case 11 -> depth == 0 ? Undefined.UNDEFINED : (Object) 7;
            case 12 -> "";
            case 13 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    list.add(value(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    map.put("key" + i, value(random, depth + 1));
                }
                yield map;
            }
        };
    }

    Script without(int from, int to) {
        List<Step> fewer = new ArrayList<>(steps.subList(0, from));
        fewer.addAll(steps.subList(to, steps.size()));
        return new Script(peers, yjsLeads, formats, collect, clients, fewer);
    }

    boolean yjsLeads(int peer) {
        return (yjsLeads >> peer & 1) != 0;
    }
}
