package dev.stoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class QuickConstraintsTest {
    record Usual(
            @NotNull @Size(min = 1, max = 3) String sized,
            @NotBlank String blank,
            @NotEmpty List<String> filled,
            @Min(-2) @Max(5) int between,
            @Positive long positive,
            @PositiveOrZero Integer orZero,

            @Pattern(regexp = "[a-c]+", flags = Pattern.Flag.CASE_INSENSITIVE)
            String pattern) {}

    record Mailing(@Email String address) {}

    record Cascading(@NotNull @Valid Usual usual) {}

    record CascadingUnusual(@Valid Mailing mailing) {}

    record Elements(List<@NotBlank String> items) {}

    interface Late {}

    record Grouped(@NotNull(groups = Late.class) String text) {}

    private static final Validator PROVIDER =
            Validation.buildDefaultValidatorFactory().getValidator();

    private final QuickConstraints quick =
            Objects.requireNonNull(QuickConstraints.of(Usual.class, PROVIDER::getConstraintsForClass));

    @Test
    void leavesUnusualConstraintsToTheProvider() {
        assertThat(List.of(Mailing.class, CascadingUnusual.class, Elements.class, Grouped.class))
                .allSatisfy(type -> assertThat(QuickConstraints.of(type, PROVIDER::getConstraintsForClass))
                        .isNull());
    }

    @Test
    void agreesWithTheProviderAboutEveryValue() {
        int[] valid = {0};

        Property.holds(5_000, chance -> {
            Usual value = random(chance);
            boolean holds = quick.hold(value);

            assertThat(holds)
                    .as(value.toString())
                    .isEqualTo(PROVIDER.validate(value).isEmpty());
            valid[0] += holds ? 1 : 0;
        });

        assertThat(valid[0]).isGreaterThan(100);
    }

    @Test
    void looksIntoNestedRecords() {
        QuickConstraints nested =
                Objects.requireNonNull(QuickConstraints.of(Cascading.class, PROVIDER::getConstraintsForClass));

        Property.holds(1_000, chance -> {
            Cascading value = new Cascading(chance.onceIn(10) ? null : random(chance));

            assertThat(nested.hold(value)).isEqualTo(PROVIDER.validate(value).isEmpty());
        });
    }

    private static Usual random(Chance chance) {
        return new Usual(
                mostly(chance, "ab", null, "", "abc", "abcd"),
                mostly(chance, "x", null, "", " ", "\t\n", "\u00A0", "\u0000", "\u2003"),
                chance.onceIn(5) ? chance.onceIn(2) ? null : List.of() : List.of("a"),
                chance.between(-4, 7),
                chance.between(-1, 9),
                chance.onceIn(4) ? null : Integer.valueOf(chance.between(-1, 9)),
                mostly(chance, "abc", null, "", "ABC", "abd"));
    }

    private static String mostly(Chance chance, String usual, String... rare) {
        return chance.onceIn(5) ? rare[chance.between(0, rare.length - 1)] : usual;
    }
}
