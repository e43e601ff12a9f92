package dev.stoa.server.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatePolicyTest {
    @Test
    void capacityBelowOneIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RatePolicy.of(0, 1))
                .withMessage("capacity must be at least 1: 0");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aRefillThatIsNotAPositiveNumberIsRefusedByName(double tokensPerSecond) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RatePolicy.of(1, tokensPerSecond))
                .withMessage("tokensPerSecond must be above 0 and finite: " + tokensPerSecond);
    }

    @Test
    void prefixAndKeyMeetWithoutSeparator() {
        assertThat(new RatePolicy(1, 1, "chat:").storageKey("ada")).isEqualTo("chat:ada");
    }
}
