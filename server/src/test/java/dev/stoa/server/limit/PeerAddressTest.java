package dev.stoa.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "::ffff:192.0.2.7, 192.0.2.7",
        "2001:db8:0:1:2:3:4:5, 2001:db8:0:1::/64",
        "2001:db8:0:1::ffff, 2001:db8:0:1::/64",
        "2001:db8:0:2::1, 2001:db8:0:2::/64",
    })
    void addressesOfOneCustomerAreOneGroup(String address, String group) throws Exception {
        assertThat(PeerAddress.groupOf(InetAddress.getByName(address))).isEqualTo(group);
    }
}
