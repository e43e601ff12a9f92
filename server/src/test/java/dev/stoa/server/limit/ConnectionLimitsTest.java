package dev.stoa.server.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stoa.server.limit.ConnectionLimits.Admission;
import dev.stoa.server.limit.ConnectionLimits.Admission.Granted;
import dev.stoa.server.limit.ConnectionLimits.Admission.Refused;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {
    @Test
    void refusesBeyondTheTotalAndSaysWhich() {
        var limits = new ConnectionLimits(2, 2);
        limits.acquire("a");
        limits.acquire("b");

        assertThat(limits.acquire("c")).isEqualTo(new Refused(Admission.Limit.TOTAL, 2));
        assertThat(limits.total()).isEqualTo(2);
    }

    @Test
    void refusesBeyondTheMaximumOfOneAddressAndStillServesOthers() {
        var limits = new ConnectionLimits(10, 1);
        limits.acquire("a");

        assertThat(limits.acquire("a")).isEqualTo(new Refused(Admission.Limit.ADDRESS, 1));
        assertThat(limits.acquire("b")).isInstanceOf(Granted.class);
        assertThat(limits.total()).isEqualTo(2);
    }

    @Test
    void aClosedLeaseMakesRoomOnceHoweverOftenItIsClosed() {
        var limits = new ConnectionLimits(2, 2);
        Granted first = (Granted) limits.acquire("a");
        limits.acquire("a");

        first.lease().close();
        first.lease().close();

        assertThat(limits.total()).isEqualTo(1);
        assertThat(limits.from("a")).isEqualTo(1);
        assertThat(limits.acquire("a")).isInstanceOf(Granted.class);
        assertThat(limits.acquire("a")).isInstanceOf(Refused.class);
    }

    @Test
    void anAddressWithoutConnectionsIsForgotten() {
        var limits = new ConnectionLimits(2, 2);

        ((Granted) limits.acquire("a")).lease().close();

        assertThat(limits.addresses()).isZero();
    }

    @Test
    void limitsBelowOneAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ConnectionLimits(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ConnectionLimits(1, 0));
    }

    @Test
    void countsStayRightWhileThreadsComeAndGo() throws Exception {
        var limits = new ConnectionLimits(6, 3);
        var most = new AtomicInteger();
        var open = new AtomicInteger();

        Crowd.run(8, number -> {
            String address = "address-" + number % 2;
            for (int i = 0; i < 2000; i++) {
                if (limits.acquire(address) instanceof Granted granted) {
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    assertThat(limits.from(address)).isBetween(1, 3);
                    open.decrementAndGet();
                    granted.lease().close();
                }
            }
        });

        assertThat(most.get()).isBetween(1, 6);
        assertThat(limits.total()).isZero();
        assertThat(limits.addresses()).isZero();
    }
}
