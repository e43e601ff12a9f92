package dev.stoa.property;

/// Runs a check on many random cases and names the seed of the case that fails.
///
/// ```java
/// Property.holds(1000, chance -> {
///     String text = chance.text(40);
///     assertThat(decode(encode(text))).isEqualTo(text);
/// });
/// ```
///
/// Every run draws new cases. `-Dstoa.seed=N` runs the one case that a failure named.
public final class Property {
    private static final String SEED = "stoa.seed";

    private Property() {}

    /// @param cases how many random cases to run
    public static void holds(int cases, Check check) {
        Long only = Long.getLong(SEED);
        if (only != null) {
            run(only, check);
            return;
        }
        holdsFrom(System.nanoTime(), cases, check);
    }

    /// The same cases in every run: those from seed `first` on.
    public static void holdsFrom(long first, int cases, Check check) {
        Long only = Long.getLong(SEED);
        if (only != null) {
            run(only, check);
            return;
        }
        for (int i = 0; i < cases; i++) {
            run(first + i, check);
        }
    }

    private static void run(long seed, Check check) {
        try {
            check.accept(new Chance(seed));
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "fails for the case of seed " + seed + " (repeat it with -D" + SEED + "=" + seed + "): "
                            + failure.getMessage(),
                    failure);
        }
    }

    /// One case: throws when the property does not hold.
    @FunctionalInterface
    public interface Check {
        void accept(Chance chance) throws Exception;
    }
}
