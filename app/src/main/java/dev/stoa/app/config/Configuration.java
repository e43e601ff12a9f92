package dev.stoa.app.config;

import dev.stoa.server.net.NetLimits;
import dev.stoa.server.net.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How a stand-alone server runs. Immutable; every part checks itself when it is made.
///
/// @param listen where sockets connect
/// @param publicUrl where clients reach the sockets, like `wss://chat.example.org`; null for where they are
/// @param api where the HTTP API, pages, health and metrics are
/// @param data folder for what must outlive the process
/// @param store what rooms and documents are kept in
/// @param databases further stores by name, for instances that name one
/// @param instances instances of rooms
/// @param documents instances of documents
/// @param tls the certificate for sockets; null for no encryption
/// @param transport how the kernel is asked for events
/// @param loops event loops; 0 for one for each core
/// @param compression whether `permessage-deflate` is accepted
/// @param origins web pages that may connect beside those of the same host and of this machine
/// @param heartbeat how endpoints probe connections; null for only where an endpoint asks for it
/// @param apps class names of the applications, in the order in which they configure the server
public record Configuration(
        Listen listen,
        @Nullable String publicUrl,
        Api api,
        Path data,
        StoreChoice store,
        Map<String, StoreChoice> databases,
        List<Instance> instances,
        List<DocumentsInstance> documents,
        @Nullable TlsFiles tls,
        Transport transport,
        int loops,
        boolean compression,
        Limits limits,
        List<String> origins,
        Drain drain,
        @Nullable Probe heartbeat,
        List<String> apps) {

    /// An address to listen at.
    ///
    /// @param port 0 for any free one
    public record Listen(String host, int port) {
        public Listen {
            inRange("port", port, 0, 65_535);
        }

        public Listen withPort(int newPort) {
            return new Listen(host, newPort);
        }

        public Listen withHost(String newHost) {
            return new Listen(newHost, port);
        }
    }

    /// PEM files with the certificate chain and its private key.
    public record TlsFiles(Path certificate, Path key) {
        public TlsFiles {
            if (certificate == null || key == null) {
                throw new IllegalArgumentException("certificate and key are both needed");
            }
        }
    }

    /// What the network layer allows before an endpoint's own limits apply.
    public record Limits(
            int maxConnections,
            int maxConnectionsPerAddress,
            int maxHeadBytes,
            Duration handshakeTimeout,
            int maxPendingHandshakes) {
        public Limits {
            inRange("maxConnections", maxConnections, 1, Integer.MAX_VALUE);
            inRange("maxConnectionsPerAddress", maxConnectionsPerAddress, 1, Integer.MAX_VALUE);
            inRange("maxHeadBytes", maxHeadBytes, 256, 1_048_576);
            positive("handshakeTimeout", handshakeTimeout);
            inRange("maxPendingHandshakes", maxPendingHandshakes, 1, 1_000_000);
        }

        public NetLimits net() {
            return new NetLimits(maxHeadBytes, handshakeTimeout, maxPendingHandshakes);
        }
    }

    /// How a stopping server closes connections.
    ///
    /// @param time over which the closes are spread
    /// @param deadline after which handlers that still run are interrupted
    public record Drain(Duration time, Duration deadline) {
        public Drain {
            positive("deadline", deadline);
            if (time.isNegative() || time.compareTo(deadline) > 0) {
                throw new IllegalArgumentException("time must be from 0s to the deadline of "
                        + DurationText.of(deadline) + ": " + DurationText.of(time));
            }
        }
    }

    /// How a connection is probed: a ping every `interval`, closed when nothing comes within `timeout`.
    public record Probe(Duration interval, Duration timeout) {
        public Probe {
            positive("interval", interval);
            positive("timeout", timeout);
        }
    }

    public Configuration {
        inRange("loops", loops, 0, 1024);
        databases = Collections.unmodifiableMap(new LinkedHashMap<>(databases));
        instances = List.copyOf(instances);
        Instance.requireDistinct(instances);
        Instance.requireKnownDatabases(instances, databases.keySet());
        documents = List.copyOf(documents);
        DocumentsInstance.requireDistinct(documents, instances);
        DocumentsInstance.requireKnownDatabases(documents, databases.keySet());
        origins = List.copyOf(origins);
        apps = List.copyOf(apps);
    }

    /// The configuration of a file that says nothing.
    public static Configuration usual() {
        return ConfigurationFile.usual();
    }

    public Configuration withListen(Listen newListen) {
        return with(draft -> draft.listen = newListen);
    }

    public Configuration withApi(Api newApi) {
        return with(draft -> draft.api = newApi);
    }

    public Configuration withData(Path newData) {
        return with(draft -> draft.data = newData);
    }

    /// The same, with everything in memory: nothing outlives the process.
    public Configuration keepingNothing() {
        return with(draft -> {
            Map<String, StoreChoice> forgetful = new LinkedHashMap<>();
            databases.keySet().forEach(name -> forgetful.put(name, StoreChoice.memory()));
            draft.store = StoreChoice.memory();
            draft.databases = forgetful;
        });
    }

    public Configuration withInstances(List<Instance> newInstances) {
        return with(draft -> draft.instances = newInstances);
    }

    public Configuration withDocuments(List<DocumentsInstance> newDocuments) {
        return with(draft -> draft.documents = newDocuments);
    }

    public Configuration withTls(@Nullable TlsFiles newTls) {
        return with(draft -> draft.tls = newTls);
    }

    public Configuration withApps(List<String> newApps) {
        return with(draft -> draft.apps = newApps);
    }

    private Configuration with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.configuration();
    }

    /// The same fields, to change some.
    private static final class Draft {
        private final Configuration from;
        private Listen listen;
        private Api api;
        private Path data;
        private StoreChoice store;
        private Map<String, StoreChoice> databases;
        private List<Instance> instances;
        private List<DocumentsInstance> documents;
        private @Nullable TlsFiles tls;
        private List<String> apps;

        Draft(Configuration from) {
            this.from = from;
            this.listen = from.listen;
            this.api = from.api;
            this.data = from.data;
            this.store = from.store;
            this.databases = from.databases;
            this.instances = from.instances;
            this.documents = from.documents;
            this.tls = from.tls;
            this.apps = from.apps;
        }

        Configuration configuration() {
            return new Configuration(
                    listen,
                    from.publicUrl,
                    api,
                    data,
                    store,
                    databases,
                    instances,
                    documents,
                    tls,
                    from.transport,
                    from.loops,
                    from.compression,
                    from.limits,
                    from.origins,
                    from.drain,
                    from.heartbeat,
                    apps);
        }
    }

    static void inRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be from " + least + " to " + most + ": " + value);
        }
    }

    static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be above 0s: " + DurationText.of(value));
        }
    }
}
