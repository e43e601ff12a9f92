package dev.stoa.protocol;

import java.util.Set;

/// Names that belong to the protocol itself (router protocol, sections 2.4 and 2.5).
public final class Reserved {
    /// Message types that start so are control frames, never an application's.
    public static final String TYPE_PREFIX = "$ws:";

    public static final String PROGRESS = "$ws:rpc-progress";
    public static final String ABORT = "$ws:abort";
    public static final String ERROR = "ERROR";
    public static final String RPC_ERROR = "RPC_ERROR";

    /// Meta keys that only the server sets: removed from inbound frames, never sent.
    public static final Set<String> SERVER_META = Set.of("clientId", "receivedAt");

    /// Meta keys that the protocol itself defines.
    static final Set<String> STANDARD_META = Set.of("timestamp", "correlationId", "timeoutMs");

    private Reserved() {}
}
