package dev.stoa.server.limit;

import java.net.Inet6Address;
import java.net.InetAddress;

/// Names the network place that limits count by.
public final class PeerAddress {
    private static final int SITE_BYTES = 8;

    private PeerAddress() {}

    /// An IPv4 address as it is; of an IPv6 address the first 64 bits (`2001:db8:0:1::/64`), because
    /// every customer has a whole block of that size to pick addresses from. IPv4 in IPv6 clothes counts
    /// as IPv4.
    public static String groupOf(InetAddress address) {
        if (!(address instanceof Inet6Address) || address.isLoopbackAddress()) {
            return address.getHostAddress();
        }
        byte[] bytes = address.getAddress();
        StringBuilder group = new StringBuilder();
        for (int i = 0; i < SITE_BYTES; i += 2) {
            int part = (bytes[i] & 0xFF) << 8 | bytes[i + 1] & 0xFF;
            group.append(Integer.toHexString(part)).append(':');
        }
        return group.append(":/64").toString();
    }
}
