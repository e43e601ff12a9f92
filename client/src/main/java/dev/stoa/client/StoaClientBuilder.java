package dev.stoa.client;

import dev.stoa.client.error.ConnectFailedException;
import dev.stoa.client.lane.Callbacks;
import dev.stoa.client.lane.Lane;
import dev.stoa.client.link.Connector;
import dev.stoa.client.link.HttpClientConnector;
import dev.stoa.client.link.LinkLimits;
import dev.stoa.client.link.Scheduler;
import dev.stoa.client.link.ThreadScheduler;
import dev.stoa.client.room.RoomTools;
import dev.stoa.client.room.Rooms;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Describes a [StoaClient]; every setting has the default that its method names. Confined to one
/// thread.
public final class StoaClientBuilder {
    private final URI uri;
    private List<String> subprotocols = List.of();
    private final Map<String, String> headers = new HashMap<>();
    private TokenSource tokens = () -> null;
    private TokenPlacement placement = TokenPlacement.query();
    private Reconnect reconnect = Reconnect.standard();
    private ReturnRule returnRule = ReturnRule.always();
    private QueuePolicy queuePolicy = QueuePolicy.DROP_NEWEST;
    private int queueSize = 1000;
    private boolean autoConnect;
    private int pendingRequestsLimit = 1000;
    private Duration requestTimeout = Duration.ofSeconds(30);
    private boolean announceTimeout = true;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration closeTimeout = Duration.ofSeconds(5);
    private Duration pingInterval = Duration.ofSeconds(25);
    private Duration pingTimeout = Duration.ofSeconds(10);
    private int maxMessageBytes = 16 << 20;
    private int maxOutboundChars = 16 << 20;
    private int maxUnhandledMessages = 256;
    private Executor executor = task -> Thread.ofVirtual().name("stoa-client").start(task);
    private Connector connector = HttpClientConnector.owned();
    private Scheduler scheduler = new ThreadScheduler();
    private InstantSource clock = InstantSource.system();
    private RandomGenerator random = RandomGenerator.getDefault();
    private Supplier<String> ids = () -> UUID.randomUUID().toString();

    StoaClientBuilder(String url) {
        uri = URI.create(url);
        String scheme = uri.getScheme();
        boolean webSocket = "ws".equalsIgnoreCase(scheme) || "wss".equalsIgnoreCase(scheme);
        if (!webSocket || uri.getHost() == null) {
            throw new IllegalArgumentException("not a ws or wss URL with a host: " + url);
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException("a WebSocket URL has no fragment: " + url);
        }
    }

    /// Subprotocols to offer, most wanted first; none by default. The server must choose one of those
    /// offered.
    public StoaClientBuilder subprotocols(String... names) {
        subprotocols = List.of(names);
        return this;
    }

    /// A further header of the handshake, such as `Cookie`. Java can send headers where a browser
    /// cannot.
    public StoaClientBuilder header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /// Where tokens come from; asked for each attempt to connect. None by default.
    public StoaClientBuilder token(TokenSource source) {
        tokens = source;
        return this;
    }

    /// Where the token goes: the query parameter `access_token` by default.
    public StoaClientBuilder tokenIn(TokenPlacement place) {
        placement = place;
        return this;
    }

    /// When to try again: [Reconnect#standard] by default.
    public StoaClientBuilder reconnect(Reconnect rules) {
        reconnect = rules;
        return this;
    }

    /// Whether to try again after a given close code or refusal: always by default.
    public StoaClientBuilder returning(ReturnRule rule) {
        returnRule = rule;
        return this;
    }

    /// What happens to messages while the connection is not open: `DROP_NEWEST` with 1000 messages by
    /// default.
    public StoaClientBuilder queue(QueuePolicy policy, int size) {
        queuePolicy = policy;
        queueSize = size;
        return this;
    }

    /// Lets the first `send` or `request` connect, if nobody did; off by default.
    public StoaClientBuilder autoConnect(boolean value) {
        autoConnect = value;
        return this;
    }

    /// How many requests may wait for their answer: 1000 by default.
    public StoaClientBuilder pendingRequestsLimit(int limit) {
        pendingRequestsLimit = limit;
        return this;
    }

    /// Time for an answer unless the request says otherwise: 30 s by default.
    public StoaClientBuilder requestTimeout(Duration timeout) {
        requestTimeout = positive("request timeout", timeout);
        return this;
    }

    /// Whether requests tell the server their timeout, as `meta.timeoutMs`: true by default. Turn it
    /// off for servers that refuse the key.
    public StoaClientBuilder announceTimeout(boolean value) {
        announceTimeout = value;
        return this;
    }

    /// Time for an opening handshake: 10 s by default.
    public StoaClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = positive("connect timeout", timeout);
        return this;
    }

    /// How long `close()` waits for the server before the connection is cut: 5 s by default.
    public StoaClientBuilder closeTimeout(Duration timeout) {
        closeTimeout = positive("close timeout", timeout);
        return this;
    }

    /// Pings the server each `interval` and takes the connection for dead when nothing at all arrives
    /// within `timeout` of a ping: 25 s and 10 s by default. A dead TCP connection shows no other sign.
    public StoaClientBuilder pings(Duration interval, Duration timeout) {
        pingInterval = positive("ping interval", interval);
        pingTimeout = positive("ping timeout", timeout);
        return this;
    }

    /// Sends no pings.
    public StoaClientBuilder withoutPings() {
        pingInterval = Duration.ZERO;
        return this;
    }

    /// The longest message taken, in bytes, fragments together; a longer one ends the connection with
    /// 1009, and a retry follows. Also the received bytes that may wait for handlers before reading
    /// stops. 16 MiB by default.
    public StoaClientBuilder maxMessageBytes(int bytes) {
        maxMessageBytes = bytes;
        return this;
    }

    /// Characters that may wait for the network before `send` refuses more; a single longer message
    /// passes. 16 Mi by default.
    public StoaClientBuilder maxOutboundChars(int chars) {
        maxOutboundChars = chars;
        return this;
    }

    /// Received messages that may wait for handlers before reading stops: 256 by default.
    public StoaClientBuilder maxUnhandledMessages(int messages) {
        maxUnhandledMessages = messages;
        return this;
    }

    /// Where callbacks run, futures complete and tokens are fetched: a virtual thread for each piece of
    /// work by default. Must not run tasks on the calling thread. Never shut down from here.
    public StoaClientBuilder executor(Executor value) {
        executor = value;
        return this;
    }

    /// The HTTP client to connect with, for its TLS, proxy or cookies: one of its own by default.
    public StoaClientBuilder httpClient(HttpClient client) {
        connector = HttpClientConnector.of(client);
        return this;
    }

    /// What opens WebSockets, for tests: the JDK by default. Closed with the client.
    public StoaClientBuilder connector(Connector value) {
        connector = value;
        return this;
    }

    /// What delays and timeouts run on: one daemon thread by default. Closed with the client.
    public StoaClientBuilder scheduler(Scheduler value) {
        scheduler = value;
        return this;
    }

    /// What timestamps come from: the system clock by default.
    public StoaClientBuilder clock(InstantSource value) {
        clock = value;
        return this;
    }

    /// What spreads the reconnect delays.
    public StoaClientBuilder random(RandomGenerator value) {
        random = value;
        return this;
    }

    /// What makes correlation ids: random UUIDs by default.
    public StoaClientBuilder ids(Supplier<String> value) {
        ids = value;
        return this;
    }

    /// A client that is not connected yet.
    public StoaClient build() {
        LinkLimits limits =
                new LinkLimits(maxMessageBytes, maxOutboundChars, maxUnhandledMessages, pingInterval, pingTimeout);
        Handshakes handshakes = new Handshakes(uri, subprotocols, headers, tokens, placement, connectTimeout);
        Dialer dialer = new Dialer(handshakes, connector, limits, scheduler, executor);
        Callbacks<ClientFault> faults = new Callbacks<>("onError callback");
        Lane messageLane = new Lane(executor);
        PendingCalls pending = new PendingCalls(pendingRequestsLimit);
        Handlers handlers = new Handlers(faults);
        Inbox inbox = new Inbox(pending, handlers, faults, messageLane);
        Connection connection = new Connection(
                dialer,
                new Connection.Rules(reconnect, returnRule, random, closeTimeout),
                new OfflineQueue(queuePolicy, queueSize),
                pending,
                inbox,
                faults,
                messageLane);
        FrameEncoder encoder = new FrameEncoder(clock);
        Requests.Rules rules = new Requests.Rules(requestTimeout, ids, announceTimeout);
        Requests requests = new Requests(encoder, pending, connection, faults, scheduler, executor, rules);
        Connector network = connector;
        Scheduler timers = scheduler;
        Runnable release = () -> {
            network.close();
            timers.close();
        };
        boolean auto = autoConnect;
        RoomTools tools = new RoomTools(timers, executor, clock, ids, random, reconnect, tokens, faults::call, () -> {
            if (auto) {
                connection.connectFirst();
            }
        });
        return new StoaClient(
                connection,
                requests,
                encoder,
                handlers,
                inbox,
                faults,
                auto,
                release,
                client -> new Rooms(client, tools));
    }

    /// A client that is connected: [#build] and [StoaClient#connect]. Blocks.
    ///
    /// @throws ConnectFailedException when the first attempt failed; the client is closed then, without
    ///     retries
    public StoaClient open() {
        StoaClient client = build();
        try {
            client.connect();
            return client;
        } catch (RuntimeException failed) {
            client.close();
            throw failed;
        }
    }

    private static Duration positive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " must be positive: " + value);
        }
        return value;
    }
}
