package dev.stoa.server.net;

import dev.stoa.server.limit.ConnectionLimits;
import dev.stoa.server.session.Endpoint;
import dev.stoa.server.session.UpgradeRequest;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the network layer asks the house before it lets anyone in. Called on event loops: answers at
/// once.
public interface Gatekeeper {
    /// Counts a TCP connection in, or says which maximum is reached.
    ConnectionLimits.Admission enter(InetAddress address);

    /// The endpoint at a path; null when there is none.
    @Nullable
    Endpoint endpointAt(String path);

    /// Whether a page of that origin may connect.
    ///
    /// @param origin the `Origin` header; null when absent
    /// @param host the `Host` header; null when absent
    boolean allowsOrigin(@Nullable String origin, @Nullable String host);

    /// How long the peer's handshake must be held back, for what it did before; zero for most.
    Duration delayFor(UpgradeRequest request);

    /// Whether new connections are taken: false while starting and stopping.
    boolean isReady();
}
