package dev.stoa.server.room;

import dev.stoa.protocol.EnvelopeWriter;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RpcType;
import dev.stoa.protocol.room.ConnectionsResult;
import dev.stoa.protocol.room.RoomEntry;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomStatus;
import dev.stoa.protocol.room.RoomsResult;
import dev.stoa.protocol.room.SnapshotInfo;
import dev.stoa.protocol.room.SnapshotsResult;
import dev.stoa.protocol.room.Stats;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Done;
import dev.stoa.server.entity.EntityRef;
import dev.stoa.server.entity.EntityType;
import dev.stoa.server.port.Timers;
import dev.stoa.server.room.token.RevocationsEntity;
import dev.stoa.server.room.token.RoomAddress;
import dev.stoa.server.room.token.TokenKeys;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Session;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.EntityQuery;
import dev.stoa.server.store.Snapshot;
import dev.stoa.server.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One instance of rooms and channels. Rooms of two instances never meet.
///
/// ```java
/// Rooms rooms = Rooms.create("main");
/// Stoa stoa = Stoa.builder().rooms(rooms).start();
///
/// Room lobby = rooms.room("lobby");
/// lobby.as(RoomPrincipal.user("ada")).publish("said", new Said("hello"));
/// ```
///
/// Rooms need no creating: a name is enough. Give an instance to a server before it starts; its rooms can be used
/// from then on. Thread-safe.
public final class Rooms {
    private static final CloseReason DISCONNECTED = new CloseReason(4403, "DISCONNECTED");

    private final RoomsOptions options;
    private final RoomHooks hooks;
    private final TokenKeys keys;
    private final Checks checks;
    private final Census census = new Census();
    private final RoomObserver observer;
    private final Watch watch;
    private volatile @Nullable House house;

    /// What there is once a server runs it.
    private record House(RoomsRuntime runtime, Listeners listeners, RoomAccess access) {}

    private Rooms(RoomsOptions options, RoomHooks hooks, TokenKeys keys, RoomObserver observer) {
        this.options = options;
        this.hooks = hooks;
        this.keys = keys;
        this.observer = observer;
        this.checks = new Checks(options.limits());
        this.watch = new Watch(options.observability(), observer);
    }

    /// An instance with the usual options.
    public static Rooms create(String name) {
        return create(RoomsOptions.named(name));
    }

    /// An instance whose tokens are signed with a key made now: none outlives the process.
    public static Rooms create(RoomsOptions options) {
        return new Rooms(options, RoomHooks.NONE, TokenKeys.generated(new SecureRandom()), RoomObserver.NONE);
    }

    /// The same instance with hooks. Before a server runs it.
    public Rooms withHooks(RoomHooks newHooks) {
        return new Rooms(options, newHooks, keys, observer);
    }

    /// The same instance with keys for its tokens. Before a server runs it.
    public Rooms withKeys(TokenKeys newKeys) {
        return new Rooms(options, hooks, newKeys, observer);
    }

    /// The same instance with an observer, told of its operations where its options ask for traces. Before a server
    /// runs it.
    public Rooms withObserver(RoomObserver newObserver) {
        return new Rooms(options, hooks, keys, newObserver);
    }

    public RoomsOptions options() {
        return options;
    }

    /// The keys of its tokens, which may be rotated at any time.
    public TokenKeys keys() {
        return keys;
    }

    /// The room of a name.
    ///
    /// @throws ProtocolException `INVALID_ARGUMENT` when it is no name
    public Room room(String name) {
        return new Room(async(RoomKind.ROOM, name));
    }

    /// The channel of a name.
    ///
    /// @throws ProtocolException `INVALID_ARGUMENT` when it is no name
    public Channel channel(String name) {
        return new Channel(async(RoomKind.CHANNEL, name));
    }

    /// The room or channel of a name, without waiting.
    ///
    /// @throws ProtocolException `INVALID_ARGUMENT` when it is no name
    public AsyncRoom async(RoomKind kind, String name) {
        id(kind, name);
        return new AsyncRoom(this, kind, name, null);
    }

    /// Exact counts over the instance.
    public Stats stats() {
        Store store = runtime().store();
        Map<String, Long> byKind = new LinkedHashMap<>();
        long all = 0;
        long members = 0;
        long messages = 0;
        long destroyed = 0;
        for (RoomKind kind : RoomKind.values()) {
            Map<String, Long> totals = store.totals(kindOf(kind));
            long entities = totals.getOrDefault("entities", 0L);
            byKind.put(kind.text(), entities);
            all += entities;
            destroyed += totals.getOrDefault("entities." + RoomStatus.DESTROYED.text(), 0L);
            members += totals.getOrDefault(Attendance.MEMBERS, 0L);
            messages += totals.getOrDefault(Messages.COUNTER, 0L);
        }
        long active = Math.min(all - destroyed, census.active(clock().millis(), idleTtl()));
        Map<String, Long> byStatus = new LinkedHashMap<>();
        byStatus.put(RoomStatus.ACTIVE.text(), active);
        byStatus.put(RoomStatus.IDLE.text(), all - destroyed - active);
        byStatus.put(RoomStatus.DESTROYED.text(), destroyed);
        return new Stats(all, members, messages, byKind, byStatus);
    }

    /// Lists rooms or channels by name.
    ///
    /// @param status only those; null for all
    /// @param cursor of the page before; null from the start
    public RoomsResult list(
            RoomKind kind,
            String prefix,
            @Nullable RoomStatus status,
            @Nullable Integer limit,
            @Nullable String cursor) {
        int page = Checks.page(limit, 100);
        String after = cursor == null ? null : Cursors.parse("rooms", cursor).text();
        String kept = status == null ? null : status == RoomStatus.DESTROYED ? "destroyed" : "active";
        List<RoomEntry> entries = new ArrayList<>();
        String next = null;
        while (entries.size() < page) {
            List<Store.Entry> found =
                    runtime().store().entities(new EntityQuery(kindOf(kind), prefix, kept, after, page));
            for (Store.Entry entry : found) {
                after = entry.id().name();
                RoomEntry shown = shown(kind, entry);
                if (status == null || shown.status() == status) {
                    entries.add(shown);
                }
                if (entries.size() == page) {
                    next = Cursors.of("rooms", "", 0, after);
                    break;
                }
            }
            if (found.size() < page) {
                next = entries.size() == page ? next : null;
                break;
            }
        }
        return new RoomsResult(entries, next);
    }

    private Duration idleTtl() {
        return options.lifecycle().idleTtl();
    }

    Watch watch() {
        return watch;
    }

    Census census() {
        return census;
    }

    private RoomEntry shown(RoomKind kind, Store.Entry entry) {
        RoomStatus status;
        if (entry.header().status().equals(RoomStatus.DESTROYED.text())) {
            status = RoomStatus.DESTROYED;
        } else {
            boolean active = census.isActive(entry.id(), clock().millis(), idleTtl());
            status = active ? RoomStatus.ACTIVE : RoomStatus.IDLE;
        }
        return new RoomEntry(
                entry.id().name(),
                kind,
                status,
                entry.header().lastOffset(),
                entry.header().counter(Attendance.MEMBERS),
                entry.header().counter(Messages.COUNTER));
    }

    SnapshotsResult snapshots(RoomKind kind, String name, @Nullable Integer limit, @Nullable String cursor) {
        int page = Checks.page(limit, 100);
        String before = cursor == null ? "" : Cursors.parse("snapshots", cursor).text();
        List<Snapshot> found = runtime().store().snapshots(id(kind, name), before, page);
        List<SnapshotInfo> infos = found.stream()
                .map(snapshot ->
                        new SnapshotInfo(snapshot.id(), Instant.ofEpochMilli(snapshot.at()), snapshot.offset()))
                .toList();
        String next = found.size() < page
                ? null
                : Cursors.of("snapshots", "", 0, found.getLast().id());
        return new SnapshotsResult(name, kind, infos, next);
    }

    // Running

    /// Puts the instance to work. Called by the server that runs it, before its placement starts.
    ///
    /// @throws IllegalStateException when a server runs it already
    public void start(RoomsRuntime runtime) {
        if (house != null) {
            throw new IllegalStateException("instance " + options.name() + " is run by a server already");
        }
        if (!options.placement().isEmpty()) {
            System.getLogger(Rooms.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "placement hints of instance {0} are ignored: there is one node",
                            options.name());
        }
        CommandCodec codec = CommandCodec.of(RoomCommand.class, Done.class);
        for (RoomKind kind : RoomKind.values()) {
            runtime.placement()
                    .register(new EntityType(
                            kindOf(kind),
                            RoomStatus.ACTIVE.text(),
                            options.lifecycle().idleTtl(),
                            (id, self) -> new RoomEntity(this, id, kind, self),
                            codec));
        }
        runtime.placement().register(RevocationsEntity.type(revocationsKind()));
        Listeners listeners = new Listeners(runtime.topics(), runtime.timers());
        EntityRef revocations = runtime.placement().ref(new EntityId(revocationsKind(), "all"));
        house = new House(runtime, listeners, new RoomAccess(instance(), keys, runtime, revocations, listeners));
    }

    /// Ends what [#start] began.
    public void stop() {
        house = null;
    }

    /// The instance's name, with its namespace unless that is the default.
    public String instance() {
        return options.namespace().equals("default") ? options.name() : options.namespace() + "/" + options.name();
    }

    /// Tokens of the instance.
    public RoomAccess access() {
        return house().access;
    }

    /// How sockets come into its rooms.
    public SocketRooms sockets() {
        return new SocketRooms(this);
    }

    /// The clock of the server that runs it.
    public Timers clock() {
        return runtime().timers();
    }

    /// A message of the rooms protocol that answers no call.
    public <P> Frame frame(RpcType<?, P> type, P payload) {
        return frame(type.response(), payload);
    }

    /// As [#frame(RpcType, Object)], of an event.
    public <P> Frame frame(MessageType<P> type, P payload) {
        return Frame.text(EnvelopeWriter.message(Frame.HEADROOM, type, payload, clock().millis(), null, Map.of()));
    }

    /// An error that answers no call.
    public Frame refusal(ProtocolException reason) {
        return Frame.text(EnvelopeWriter.error(Frame.HEADROOM, false, clock().millis(), null, reason.toPayload()));
    }

    /// How many sockets are attached on this node, each once for every room it is in.
    public int connections() {
        return house().listeners.count();
    }

    /// Whether nothing is held of any socket on this node: none is open for a room, in one, or on its way.
    public boolean hasNoSockets() {
        return house().listeners.isEmpty();
    }

    /// Whether a server runs it.
    boolean isRun() {
        return house != null;
    }

    /// Lists the connections that are in rooms of the instance on this node, by connection id.
    ///
    /// @param cursor of the page before; null from the start
    public ConnectionsResult connections(@Nullable Integer limit, @Nullable String cursor) {
        return ConnectionLists.page(listeners().everywhere(), limit, cursor);
    }

    /// Closes a connection that is in a room of the instance, with 4403.
    ///
    /// @return whether there was one on this node
    public boolean disconnect(String connectionId) {
        return listeners().endAll(socket -> socket.session().id().equals(connectionId), DISCONNECTED) > 0;
    }

    /// As [#disconnect], of all connections of a user.
    ///
    /// @return how many there were on this node
    public int disconnectUser(String userId) {
        return listeners().endAll(socket -> userId.equals(socket.userId()), DISCONNECTED);
    }

    RoomsRuntime runtime() {
        return house().runtime;
    }

    Listeners listeners() {
        return house().listeners;
    }

    RoomHooks hooks() {
        return hooks;
    }

    Checks checks() {
        return checks;
    }

    private House house() {
        House here = house;
        if (here == null) {
            throw new IllegalStateException(
                    "instance " + options.name() + " is not run by a server: give it to Stoa.builder().rooms(...)");
        }
        return here;
    }

    EntityRef ref(RoomKind kind, String name) {
        return runtime().placement().ref(id(kind, name));
    }

    EntityId id(RoomKind kind, String name) {
        RoomAddress checked = new RoomAddress(kind, name);
        return new EntityId(kindOf(kind), checked.name());
    }

    private String kindOf(RoomKind kind) {
        return kind.text() + ":" + options.namespace() + "/" + options.name();
    }

    private String revocationsKind() {
        return "revocations:" + options.namespace() + "/" + options.name();
    }

    <T> CompletableFuture<T> onThread(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, runtime().threads());
    }

    /// How a room ends a socket's stay: a socket of its own is closed; one in many rooms only where it must
    /// connect again.
    Listeners.CloseWay closing(Session session, boolean shared) {
        return reason -> {
            if (!shared || reason.code() != 4410) {
                session.close(reason);
            }
        };
    }

    /// Tells a room that a socket is gone, again and again until its mailbox takes it.
    void detachSurely(EntityId room, String session, boolean clean) {
        House here = house;
        if (here == null) {
            return;
        }
        if (!here.runtime.placement().ref(room).tell(new RoomCommand.Detach(session, clean))) {
            here.runtime.timers().schedule(Duration.ofMillis(100), () -> detachSurely(room, session, clean));
        }
    }
}
