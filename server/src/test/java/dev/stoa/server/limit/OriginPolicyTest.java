package dev.stoa.server.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginPolicyTest {
    @Test
    void aPeerWithoutOriginIsNoBrowserAndPasses() {
        assertThat(OriginPolicy.sameHost().allows(null, "example.com")).isTrue();
        assertThat(OriginPolicy.sameHost().allows(null, null)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com, example.com",
        "https://example.com, example.com:443",
        "https://example.com:443, example.com",
        "http://example.com, example.com:80",
        "http://example.com:8080, example.com:8080",
        "HTTPS://Example.COM, eXample.com",
        "http://[2001:db8::1]:8080, [2001:db8::1]:8080",
        "http://my_host:8080, my_host:8080",
    })
    void pagesOfTheSameHostPass(String origin, String host) {
        assertThat(OriginPolicy.sameHost().allows(origin, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example, example.com",
        "https://example.com.evil.example, example.com",
        "https://sub.example.com, example.com",
        "https://example.com:8443, example.com",
        "https://example.com, example.com:8443",
        "https://example.com, example.com:80",
        "https://example.com, ",
        "ftp://example.com, example.com",
        "https://example.com/, example.com",
        "https://example.com/path, example.com",
        "https://user@example.com, example.com",
        "https://example.com https://example.com, example.com",
        "https://example.com:99999999, example.com:99999999",
        "example.com, example.com",
        "'', example.com",
        "https://, ''",
    })
    void otherAndMalformedOriginsAreDenied(String origin, String host) {
        assertThat(OriginPolicy.sameHost().allows(origin, host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost",
                "http://localhost:3000",
                "https://app.localhost:5173",
                "http://127.0.0.1:8080",
                "http://127.1.2.3",
                "http://[::1]:9000"
            })
    void loopbackPagesPass(String origin) {
        assertThat(OriginPolicy.sameHost().allows(origin, "example.com")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost.evil.example",
                "http://notlocalhost",
                "http://127.0.0.1.evil.example",
                "http://128.0.0.1",
                "http://.localhost",
                "tauri://localhost"
            })
    void originsThatOnlyLookLikeLoopbackAreDenied(String origin) {
        assertThat(OriginPolicy.sameHost().allows(origin, "example.com")).isFalse();
    }

    @Test
    void theOpaqueOriginIsDeniedUnlessListed() {
        assertThat(OriginPolicy.sameHost().allows("null", "example.com")).isFalse();
        assertThat(OriginPolicy.sameHost().allows("null", "null")).isFalse();
        assertThat(OriginPolicy.allowing("null").allows("null", "example.com")).isTrue();
        assertThat(OriginPolicy.allowing("*").allows("null", "example.com")).isTrue();
    }

    @Test
    void listedOriginsPassWithExactlyTheirSchemeAndPort() {
        var policy = OriginPolicy.allowing("https://App.example", "http://dev.example:3000", "tauri://localhost");

        assertThat(policy.allows("https://app.example", "api.example")).isTrue();
        assertThat(policy.allows("https://app.example:443", "api.example")).isTrue();
        assertThat(policy.allows("http://dev.example:3000", "api.example")).isTrue();
        assertThat(policy.allows("tauri://localhost", "api.example")).isTrue();
        assertThat(policy.allows("http://app.example", "api.example")).isFalse();
        assertThat(policy.allows("https://app.example:8443", "api.example")).isFalse();
        assertThat(policy.allows("http://dev.example", "api.example")).isFalse();
        assertThat(policy.allows("https://sub.app.example", "api.example")).isFalse();
    }

    @Test
    void aStarLetsAnyOriginPass() {
        assertThat(OriginPolicy.allowing("*").allows("https://evil.example", "example.com"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://app.example/", "app.example", "https://*.app.example/x", "", "https://app example"})
    void entriesThatAreNoOriginsAreRefusedWhenMade(String entry) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OriginPolicy.allowing(entry))
                .withMessageEndingWith(": " + entry);
    }
}
