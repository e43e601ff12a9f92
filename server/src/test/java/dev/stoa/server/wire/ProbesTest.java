package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.net.NetLimits;
import dev.stoa.server.router.Router;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Health probes, and what is refused before an endpoint is asked.
class ProbesTest {
    private static RawPeer asks(RawPeer peer, String method, String path) {
        return peer.sendRaw((method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({"/health/live, live", "/health/ready, ready"})
    void aRunningServerIsLiveAndReady(String path, String body) {
        try (Hall hall = Hall.of(Router.create())) {
            RawPeer probe = asks(hall.knocking(), "GET", path).readAnswer();

            assertThat(probe.status()).isEqualTo(200);
            assertThat(probe.body()).isEqualTo(body + "\n");
            assertThat(probe.header("connection")).isEqualTo("close");
            assertThat(probe.isCutOff()).isTrue();
        }
    }

    @Test
    void aProbeMayAskForTheHeadOnly() throws java.io.IOException {
        try (Hall hall = Hall.of(Router.create())) {
            RawPeer probe = asks(hall.knocking(), "HEAD", "/health/ready");

            String answer = new String(probe.input().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("Content-Length: 6\r\n")
                    .endsWith("\r\n\r\n");
        }
    }

    @Test
    void otherMethodsAreNotForProbes() {
        try (Hall hall = Hall.of(Router.create())) {
            RawPeer probe = asks(hall.knocking(), "DELETE", "/health/live").readAnswer();

            assertThat(probe.status()).isEqualTo(405);
            assertThat(probe.header("allow")).isEqualTo("GET, HEAD");
        }
    }

    @Test
    void connectionsBeyondTheMaximumAreToldSoAndProbesAreNot() {
        try (Hall hall = Hall.of(Router.create(), settings -> settings.maxConnections(2))) {
            RawPeer first = hall.peer();
            hall.peer();

            RawPeer third = hall.asking("/ws");

            assertThat(third.status()).isEqualTo(503);
            assertThat(third.body()).isEqualTo("Maximum connections reached: 2");
            assertThat(asks(hall.knocking(), "GET", "/health/live").readAnswer().status())
                    .isEqualTo(200);
            first.close();
            Awaitility.await().until(() -> hall.asking("/ws").status() == 101);
        }
    }

    @Test
    void connectionsFromOneAddressBeyondItsMaximumAreToldSo() {
        try (Hall hall = Hall.of(Router.create(), settings -> settings.maxConnectionsPerAddress(1))) {
            RawPeer first = hall.peer();

            RawPeer second = hall.asking("/ws");

            assertThat(second.status()).isEqualTo(429);
            assertThat(second.body()).isEqualTo("Maximum connections from one address reached: 1");
            first.sendFrame(8, true, new byte[0]);
            assertThat(first.isCutOff()).isTrue();
            Awaitility.await().until(() -> hall.asking("/ws").status() == 101);
        }
    }

    @Test
    void handshakesBeyondThoseBeingDecidedAreRefused() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch decide = new CountDownLatch(1);
        RouterEndpoint endpoint = RouterEndpoint.of(Router.create()).authenticatedBy(_ -> {
            asked.countDown();
            assertThat(decide.await(10, TimeUnit.SECONDS)).isTrue();
            return Authentication.anonymous();
        });
        try (Hall hall =
                Hall.of(endpoint, settings -> settings.netLimits(new NetLimits(8192, Duration.ofSeconds(10), 1)))) {
            RawPeer first = hall.knocking().sendRaw(RawPeer.upgradeRequest("/ws"));
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            RawPeer second = hall.asking("/ws");

            assertThat(second.status()).isEqualTo(503);
            assertThat(second.header("retry-after")).isEqualTo("1");
            decide.countDown();
            assertThat(first.readAnswer().status()).isEqualTo(101);
            Awaitility.await().until(() -> hall.asking("/ws").status() == 101);
        }
    }

    @Test
    void aStoppedServerListensNoMore() {
        Stoa stoa = Stoa.builder().port(0).router("/ws", Router.create()).start();
        int port = stoa.port();

        stoa.close();

        assertThat(stoa.isReady()).isFalse();
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> RawPeer.connect(port))
                .isInstanceOf(AssertionError.class);
    }
}
