package dev.stoa.server;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.stoa.server.document.DocumentAuthorizer;
import dev.stoa.server.document.Documents;
import dev.stoa.server.endpoint.document.DocumentsEndpoint;
import dev.stoa.server.endpoint.rooms.RoomsEndpoint;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.entity.EntitySettings;
import dev.stoa.server.limit.ConnectionLimits;
import dev.stoa.server.limit.OriginPolicy;
import dev.stoa.server.limit.PeerAddress;
import dev.stoa.server.limit.ReconnectDamper;
import dev.stoa.server.net.Gatekeeper;
import dev.stoa.server.net.NetLimits;
import dev.stoa.server.net.NettyServer;
import dev.stoa.server.net.TlsCertificates;
import dev.stoa.server.net.Transport;
import dev.stoa.server.net.WheelTimers;
import dev.stoa.server.port.Bus;
import dev.stoa.server.port.BusMessage;
import dev.stoa.server.port.Timers;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterRuntime;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Endpoint;
import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.session.Session;
import dev.stoa.server.session.Sessions;
import dev.stoa.server.session.UpgradeRequest;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.jdbc.JdbcStore;
import dev.stoa.server.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A running realtime server.
///
/// ```java
/// try (Stoa stoa = Stoa.builder().port(8080).router("/ws", router).start()) {
///     stoa.awaitStop();
/// }
/// ```
///
/// Thread-safe. Closing it stops it gracefully.
public final class Stoa implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Stoa.class.getName());
    /// What close handlers have to finish, once every connection is closed.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Builder settings;
    private final Timers timers;
    private final HandlerThreads handlers = new HandlerThreads();
    private final Sessions sessions = new Sessions();
    private final ConnectionLimits connections;
    private final @Nullable ReconnectDamper damper;
    private final @Nullable TlsCertificates tls;
    private final NettyServer net;
    private final Topics topics;
    private final Paths endpoints;
    private final Set<Router> routers = new LinkedHashSet<>();
    private final @Nullable RunningEntities entities;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable AutoCloseable busListening;
    private final InetSocketAddress address;
    private volatile boolean ready;

    private Stoa(Builder settings) {
        this.settings = settings;
        this.endpoints = new Paths(settings.endpoints);
        this.timers = settings.timers != null ? settings.timers : WheelTimers.start();
        this.connections = new ConnectionLimits(settings.maxConnections, settings.maxConnectionsPerAddress);
        this.damper = settings.damping == null
                ? null
                : new ReconnectDamper(
                        settings.damping,
                        () -> java.time.Instant.ofEpochMilli(timers.millis()),
                        ReconnectDamper.DEFAULT_MAX_KEYS);
        this.tls = settings.tls == null
                ? null
                : TlsCertificates.open(settings.tls.certificate(), settings.tls.key(), timers);
        this.net = NettyServer.start(
                new NettyServer.Settings(
                        settings.host,
                        settings.port,
                        settings.transport,
                        settings.loops,
                        settings.compression,
                        settings.netLimits),
                new NettyServer.House(new Gate(), sessions, timers, handlers, settings.ids, tls));
        this.topics = new Topics(net.loops());
        if (settings.registry != null) {
            Metrics.bind(settings.registry, net, sessions, topics, connections);
        }
        this.entities = settings.rooms.isEmpty() && settings.documents.isEmpty() ? null : runEntities();
        if (settings.registry != null && entities != null) {
            Metrics.bind(settings.registry, entities.instances());
            settings.documents.forEach(it -> DocumentMetrics.bind(settings.registry, it));
            entities.byDatabase().forEach((name, keeping) -> Metrics.bind(settings.registry, name, keeping));
        }
        try {
            if (settings.bus != null) {
                busListening = settings.bus.start(this::deliver);
            }
            startRouters();
            this.address = net.listen();
        } catch (RuntimeException failed) {
            release();
            throw failed;
        }
        if (entities != null) {
            entities.start();
        }
        this.ready = true;
        LOG.log(
                System.Logger.Level.INFO,
                "listening at {0} with {1}, endpoints {2}",
                address,
                net.transport(),
                endpoints);
    }

    /// Starts configuring a server.
    public static Builder builder() {
        return new Builder();
    }

    private RunningEntities runEntities() {
        return new RunningEntities(
                settings.rooms,
                settings.documents,
                new RunningEntities.Grounds(
                        settings::open,
                        settings.entities,
                        net.loops(),
                        sessions,
                        timers,
                        () -> settings.publicUrl != null ? settings.publicUrl : ownUrl()));
    }

    private String ownUrl() {
        String shown = address.getAddress().isAnyLocalAddress() ? "localhost" : address.getHostString();
        return (settings.tls == null ? "ws://" : "wss://") + shown + ":" + address.getPort();
    }

    private void startRouters() {
        var runtime = new RouterRuntime(
                topics,
                sessions,
                timers,
                handlers,
                () -> UuidCreator.getRandomBasedFast().toString(),
                settings.bus,
                this::punish);
        for (Endpoint endpoint : endpoints.all()) {
            Router router = switch (endpoint) {
                case RouterEndpoint routed -> routed.router();
                case RoomsEndpoint roomy -> roomy.router();
                default -> null;
            };
            // Only what was started here is stopped here: another server may run the router.
            if (router != null && !routers.contains(router)) {
                router.start(runtime);
                routers.add(router);
            }
        }
    }

    /// A message from the bus: one listener for the node, however many routers it has.
    private void deliver(BusMessage message) {
        String excluded = message.excludedClientId();
        topics.deliver(
                message,
                excluded == null
                        ? null
                        : sessions.find(excluded).map(Session::outlet).orElse(null));
    }

    private void punish(Session session) {
        if (damper != null) {
            damper.punish(PeerAddress.groupOf(session.remoteAddress().getAddress()));
        }
    }

    /// The address listened at, with the real port when 0 was asked for.
    public InetSocketAddress address() {
        return address;
    }

    public int port() {
        return address.getPort();
    }

    /// The open sessions: find, list and kick.
    public Sessions sessions() {
        return sessions;
    }

    public Topics topics() {
        return topics;
    }

    /// The instances of rooms that the server runs.
    public Collection<Rooms> rooms() {
        return List.copyOf(settings.rooms.values());
    }

    /// The instance of rooms of a name (with its namespace in front, `namespace/name`, unless that is the default)
    /// or binding.
    ///
    /// @throws java.util.NoSuchElementException when it runs none of that name
    public Rooms rooms(String name) {
        return Optional.ofNullable(entities)
                .flatMap(running -> running.find(name))
                .orElseThrow(() -> new NoSuchElementException("no instance of rooms is called " + name));
    }

    /// The instances of documents that the server runs.
    public Collection<Documents> documents() {
        return List.copyOf(settings.documents);
    }

    /// Whether new connections are taken.
    public boolean isReady() {
        return ready;
    }

    /// Closes a session, and holds its peer's next handshakes back if it makes a habit of it.
    ///
    /// @return whether the session was open here
    public boolean kick(String clientId, CloseReason reason) {
        sessions.find(clientId).ifPresent(this::punish);
        return sessions.kick(clientId, reason);
    }

    /// As [#kick], for every session of a user.
    ///
    /// @return how many there were
    public int kickUser(String userId, CloseReason reason) {
        sessions.ofUser(userId).forEach(this::punish);
        return sessions.kickUser(userId, reason);
    }

    /// Reads the TLS files again now; without TLS nothing happens.
    public void reloadTls() {
        if (tls != null) {
            tls.reload();
        }
    }

    /// Returns once the server has been closed.
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /// Stops: upgrades and readiness are answered 503, every connection is closed with its endpoint's
    /// code as soon as what it runs has been answered, spread over the drain time. What still runs at
    /// the deadline is interrupted and its connection closed. Returns when all is done and the port is
    /// free; a second call does nothing.
    @Override
    public synchronized void close() {
        if (stopped.getCount() == 0) {
            return;
        }
        ready = false;
        net.awaitTurn();
        drain();
        release();
        stopped.countDown();
        LOG.log(System.Logger.Level.INFO, "stopped");
    }

    private void drain() {
        List<Session> open = new ArrayList<>(sessions.all());
        long deadline = System.nanoTime() + settings.drainDeadline.toNanos();
        long step = open.isEmpty() ? 0 : settings.drainTime.toNanos() / open.size();
        CountDownLatch closed = new CountDownLatch(open.size());
        try {
            for (Session session : open) {
                session.drain(session.endpoint().shutdownReason(), closed::countDown);
                if (step > 0 && session != open.getLast()) {
                    TimeUnit.NANOSECONDS.sleep(Math.min(step, Math.max(0, deadline - System.nanoTime())));
                }
            }
            if (!closed.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                Set<Thread> late = handlers.running();
                open.forEach(session -> session.close(session.endpoint().shutdownReason()));
                net.awaitTurn();
                late.forEach(Thread::interrupt);
            }
            if (!handlers.awaitQuiet(GRACE)) {
                handlers.running().forEach(Thread::interrupt);
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} handlers interrupted",
                        handlers.running().size());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Gives back everything that was started.
    private void release() {
        net.stopListening();
        if (entities != null) {
            entities.close();
        }
        routers.forEach(Router::stop);
        try {
            if (busListening != null) {
                busListening.close();
            }
        } catch (Exception error) {
            LOG.log(System.Logger.Level.WARNING, "bus did not stop", error);
        }
        net.close();
        handlers.close();
        if (tls != null) {
            tls.close();
        }
        if (settings.timers == null) {
            timers.close();
        }
    }

    /// Lets connections in.
    private final class Gate implements Gatekeeper {
        @Override
        public ConnectionLimits.Admission enter(InetAddress peer) {
            return connections.acquire(PeerAddress.groupOf(peer));
        }

        @Override
        public @Nullable Endpoint endpointAt(String path) {
            Endpoint endpoint = endpoints.at(path);
            return endpoint == null || settings.heartbeat == null
                    ? endpoint
                    : ProbedEndpoint.unlessProbed(endpoint, settings.heartbeat);
        }

        @Override
        public boolean allowsOrigin(@Nullable String origin, @Nullable String host) {
            return settings.origins.allows(origin, host);
        }

        @Override
        public Duration delayFor(UpgradeRequest request) {
            return damper == null
                    ? Duration.ZERO
                    : damper.delayFor(
                            PeerAddress.groupOf(request.remoteAddress().getAddress()));
        }

        @Override
        public boolean isReady() {
            return ready;
        }
    }

    /// Configures a server. Confined to one thread, as a builder is.
    public static final class Builder {
        private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        private String host = "127.0.0.1";
        private int port = 8080;
        private Transport transport = Transport.AUTO;
        private int loops = Runtime.getRuntime().availableProcessors();
        private boolean compression;
        private @Nullable Tls tls;
        private OriginPolicy origins = OriginPolicy.sameHost();
        private int maxConnections = 100_000;
        private int maxConnectionsPerAddress = 100_000;
        private ReconnectDamper.@Nullable Pace damping = ReconnectDamper.Pace.USUAL;
        private Duration drainTime = Duration.ZERO;
        private Duration drainDeadline = Duration.ofSeconds(10);
        private NetLimits netLimits = NetLimits.usual();
        private @Nullable Heartbeat heartbeat;
        private @Nullable Timers timers;
        private @Nullable Bus bus;
        private final Map<String, Rooms> rooms = new LinkedHashMap<>();
        private final Set<Documents> documents = new LinkedHashSet<>();
        private Path data = Path.of("data");
        private @Nullable Store store;
        private final Map<String, Store> databases = new LinkedHashMap<>();
        private EntitySettings entities = EntitySettings.usual();
        private @Nullable String publicUrl;
        private @Nullable MeterRegistry registry;
        private Supplier<String> ids = () -> UuidCreator.getTimeOrderedEpoch().toString();

        private Builder() {}

        /// The address to listen at; default loopback. `0.0.0.0` is every network.
        public Builder host(String address) {
            host = address;
            return this;
        }

        /// The port to listen at; default 8080, 0 for any free one.
        public Builder port(int number) {
            port = inRange("port", number, 0, 65_535);
            return this;
        }

        /// Puts an endpoint at a path; one that was there before is replaced. A path that ends in `/*` is
        /// everything below it, unless a longer one fits.
        public Builder endpoint(String path, Endpoint endpoint) {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("an endpoint's path must start with /: " + path);
            }
            endpoints.put(path, endpoint);
            return this;
        }

        /// Runs an instance of rooms, whose sockets connect at `/rooms/{kind}/{name}`.
        public Builder rooms(Rooms instance) {
            return rooms("/rooms", RoomsEndpoint.of(instance, "/rooms"));
        }

        /// Runs an instance of rooms, with an endpoint of one's own.
        ///
        /// @param path where it is put, which the endpoint was told as well
        public Builder rooms(String path, RoomsEndpoint endpoint) {
            rooms.put(path, endpoint.rooms());
            return endpoint(path + "/*", endpoint);
        }

        /// Runs an instance of documents, whose sockets connect at `/documents`.
        public Builder documents(Documents instance, DocumentAuthorizer authorizer) {
            return documents("/documents", DocumentsEndpoint.of(instance, authorizer));
        }

        /// Runs an instance of documents, with an endpoint of one's own, at a path and everything below it.
        public Builder documents(String path, DocumentsEndpoint endpoint) {
            documents.add(endpoint.documents());
            return endpoint(path, endpoint).endpoint(path + "/*", endpoint);
        }

        /// The instances of documents that the server will run.
        public Collection<Documents> documents() {
            return List.copyOf(documents);
        }

        /// The instances of rooms that the server will run.
        public Collection<Rooms> rooms() {
            return List.copyOf(rooms.values());
        }

        /// The directory for what is kept; default `data` in the working directory. Nothing is put there while
        /// there is nothing to keep.
        public Builder data(Path directory) {
            data = directory;
            return this;
        }

        /// Where things are kept, in place of SQLite in the data directory. The server closes it.
        public Builder store(Store keeper) {
            store = keeper;
            return this;
        }

        /// Where instances whose options name this database keep their things; without it, SQLite in a directory
        /// of that name in the data directory. The server closes it.
        public Builder store(String databaseName, Store keeper) {
            databases.put(databaseName, keeper);
            return this;
        }

        private Store open(String databaseName) {
            Store given = databaseName.isEmpty() ? store : databases.get(databaseName);
            if (given != null) {
                return given;
            }
            return JdbcStore.sqlite(databaseName.isEmpty() ? data : data.resolve(databaseName));
        }

        /// The bounds of entities.
        public Builder entities(EntitySettings bounds) {
            entities = bounds;
            return this;
        }

        /// Where peers reach this server, like `wss://chat.example.org`, if that is not its own address.
        public Builder publicUrl(String url) {
            publicUrl = url;
            return this;
        }

        /// Puts a router at a path, open to everyone; see [RouterEndpoint] for authentication.
        public Builder router(String path, Router router) {
            return endpoint(path, RouterEndpoint.of(router));
        }

        /// Adds an application's endpoints and options.
        public Builder app(StoaApp app) {
            try {
                app.configure(this);
            } catch (Exception error) {
                throw new IllegalStateException(
                        "application " + app.getClass().getName() + " failed to configure", error);
            }
            return this;
        }

        /// How the kernel is asked for events; default epoll, where it loads.
        public Builder transport(Transport choice) {
            transport = choice;
            return this;
        }

        /// Event loops; default one for each core.
        public Builder loops(int count) {
            loops = inRange("loops", count, 1, 1024);
            return this;
        }

        /// Whether to accept `permessage-deflate` (without context takeover, messages from 256 bytes
        /// up); default off.
        public Builder compression(boolean on) {
            compression = on;
            return this;
        }

        /// Encrypts connections.
        ///
        /// @param certificate PEM file with the certificate chain
        /// @param key PEM file with its private key (PKCS#8); both are read again when they change
        public Builder tls(Path certificate, Path key) {
            tls = new Tls(certificate, key);
            return this;
        }

        /// Which web pages may connect; default those of the same host and of this machine.
        public Builder origins(OriginPolicy policy) {
            origins = policy;
            return this;
        }

        /// TCP connections in all; beyond it 503. Default 100 000.
        public Builder maxConnections(int count) {
            maxConnections = inRange("maxConnections", count, 1, Integer.MAX_VALUE);
            return this;
        }

        /// TCP connections from one address; beyond it 429. Default 100 000.
        public Builder maxConnectionsPerAddress(int count) {
            maxConnectionsPerAddress = inRange("maxConnectionsPerAddress", count, 1, Integer.MAX_VALUE);
            return this;
        }

        /// How the handshakes of peers that were refused after opening are held back; null for not at
        /// all.
        public Builder reconnectDamping(ReconnectDamper.@Nullable Pace pace) {
            damping = pace;
            return this;
        }

        /// How a stopping server closes: connections spread over `time` (default none), handlers still
        /// running interrupted after `deadline` (default 10 s).
        public Builder drain(Duration time, Duration deadline) {
            drainTime = time;
            drainDeadline = deadline;
            return this;
        }

        /// How connections are probed at endpoints that do not say so themselves; default not at all.
        public Builder heartbeat(Heartbeat probing) {
            heartbeat = probing;
            return this;
        }

        /// Limits of the handshake.
        public Builder netLimits(NetLimits limits) {
            netLimits = limits;
            return this;
        }

        /// The clock; for tests.
        public Builder timers(Timers clock) {
            timers = clock;
            return this;
        }

        /// Carries topics between nodes; default none, one node.
        public Builder bus(Bus carrier) {
            bus = carrier;
            return this;
        }

        /// Where figures are registered.
        public Builder metrics(MeterRegistry meters) {
            registry = meters;
            return this;
        }

        /// Makes session ids: UUIDs of version 7, unless a test brings its own.
        public Builder ids(Supplier<String> source) {
            ids = source;
            return this;
        }

        /// Opens the port.
        ///
        /// @throws java.io.UncheckedIOException when the port cannot be had or the TLS files cannot be
        ///     read
        public Stoa start() {
            return new Stoa(this);
        }

        private static int inRange(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(name + " must be from " + least + " to " + most + ": " + value);
            }
            return value;
        }
    }
}
