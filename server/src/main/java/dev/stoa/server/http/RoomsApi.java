package dev.stoa.server.http;

import static dev.stoa.server.http.QueryParameter.integer;
import static dev.stoa.server.http.QueryParameter.text;
import static dev.stoa.server.http.QueryParameter.time;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.AuthorizeResult;
import dev.stoa.protocol.room.AwarenessOptions;
import dev.stoa.protocol.room.AwarenessResult;
import dev.stoa.protocol.room.BranchOptions;
import dev.stoa.protocol.room.BranchResult;
import dev.stoa.protocol.room.CompactResult;
import dev.stoa.protocol.room.ConnectionsResult;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.DestroyResult;
import dev.stoa.protocol.room.DiffResult;
import dev.stoa.protocol.room.DisconnectResult;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.DocumentResult;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.HistoryResult;
import dev.stoa.protocol.room.InstancesResult;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveOptions;
import dev.stoa.protocol.room.LeaveResult;
import dev.stoa.protocol.room.LifecycleResult;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.MembersOptions;
import dev.stoa.protocol.room.MembersResult;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.MetadataOptions;
import dev.stoa.protocol.room.MetadataResult;
import dev.stoa.protocol.room.PresenceOptions;
import dev.stoa.protocol.room.PresenceResult;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RestoreOptions;
import dev.stoa.protocol.room.RestoreResult;
import dev.stoa.protocol.room.RevokeOptions;
import dev.stoa.protocol.room.RevokeResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomsResult;
import dev.stoa.protocol.room.SnapshotResult;
import dev.stoa.protocol.room.SnapshotsResult;
import dev.stoa.protocol.room.StateResult;
import dev.stoa.protocol.room.Stats;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.protocol.room.UpdateResult;
import dev.stoa.protocol.room.YjsSyncOptions;
import dev.stoa.protocol.room.YjsSyncResult;
import dev.stoa.protocol.room.YjsUpdateOptions;
import dev.stoa.protocol.room.YjsUpdateResult;
import dev.stoa.server.room.AsyncRoom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The routes of the API. Confined to the thread that makes the list.
final class RoomsApi {
    private static final String INSTANCE = "/v1/instances/{instance}";
    private static final QueryParameter LIMIT = integer("limit", "At most so many");
    private static final QueryParameter CURSOR = text("cursor", "Where the page before ended");

    private final List<HttpRoute<?, ?>> routes = new ArrayList<>();

    private RoomsApi() {}

    /// All of them, in the order in which the description lists them.
    static List<HttpRoute<?, ?>> routes() {
        RoomsApi api = new RoomsApi();
        api.addMessages(RoomKind.ROOM);
        api.addMembers();
        api.addState();
        api.addDocument();
        api.addHouse(RoomKind.ROOM);
        api.addMessages(RoomKind.CHANNEL);
        api.addHouse(RoomKind.CHANNEL);
        api.addRefusals();
        api.addInstance();
        return List.copyOf(api.routes);
    }

    private void addMessages(RoomKind kind) {
        post(kind, "publish", Scope.PUBLISH, MessageInput.class, PublishResult.class, AsyncRoom::publish)
                .says("Keep a message and deliver it to every connection; answered once it is durable");
        post(kind, "broadcast", Scope.PUBLISH, MessageInput.class, PublishResult.class, AsyncRoom::broadcast)
                .says("The same as publish, when asked over HTTP");
        List<QueryParameter> query = List.of(
                LIMIT,
                CURSOR,
                text("epoch", "With offset: read on, oldest first, behind this position of the log"),
                integer("offset", "With epoch: the last offset known"),
                new QueryParameter("types", QueryParameter.Form.TEXTS, "Only messages of these types"),
                time("from", "Only messages published then or later"),
                time("to", "Only messages published before then"));
        get(kind, "history", query, HistoryResult.class, call -> call.room(kind).history(history(call)))
                .says("Read messages, newest first, or on from a position");
    }

    private void addMembers() {
        post(RoomKind.ROOM, "join", Scope.PUBLISH, JoinOptions.class, Member.class, AsyncRoom::join)
                .says("Make or refresh a member");
        post(RoomKind.ROOM, "leave", Scope.PUBLISH, LeaveOptions.class, LeaveResult.class, AsyncRoom::leave)
                .says("End a membership");
        get(
                        RoomKind.ROOM,
                        "members",
                        List.of(LIMIT, CURSOR),
                        MembersResult.class,
                        call -> call.room(RoomKind.ROOM).members(new MembersOptions(call.limit(), call.cursor())))
                .says("List the active members");
        post(RoomKind.ROOM, "presence", Scope.PUBLISH, PresenceOptions.class, PresenceResult.class, AsyncRoom::presence)
                .says("Change the live state of a member");
    }

    private void addState() {
        post(RoomKind.ROOM, "metadata", Scope.PUBLISH, MetadataOptions.class, MetadataResult.class, AsyncRoom::metadata)
                .says("Change or read the shared metadata");
        List<QueryParameter> at = List.of(text("at", "An offset of the log, or a time in ISO 8601 form; default now"));
        get(RoomKind.ROOM, "state", at, StateResult.class, call -> state(call.room(RoomKind.ROOM), call))
                .says("Read the state as of a point of the log");
        List<QueryParameter> between =
                List.of(integer("from", "The earlier offset, required"), integer("to", "The later offset, required"));
        get(
                        RoomKind.ROOM,
                        "diff",
                        between,
                        DiffResult.class,
                        call -> call.room(RoomKind.ROOM)
                                .diff(
                                        call.query().requiredNumber("from"),
                                        call.query().requiredNumber("to")))
                .says("Compare the states at two offsets");
        post(RoomKind.ROOM, "branch", Scope.ADMIN, BranchOptions.class, BranchResult.class, RoomsApi::branch)
                .says("Begin a new room with the state of this one");
        plainPost(
                        RoomKind.ROOM,
                        "snapshot",
                        SnapshotResult.class,
                        call -> call.room(RoomKind.ROOM).snapshot())
                .says("Keep a copy of metadata, members and document");
        get(
                        RoomKind.ROOM,
                        "snapshots",
                        List.of(LIMIT, CURSOR),
                        SnapshotsResult.class,
                        call -> call.room(RoomKind.ROOM).snapshots(call.limit(), call.cursor()))
                .says("List the snapshots, newest first");
        post(
                        RoomKind.ROOM,
                        "restore",
                        Scope.ADMIN,
                        RestoreOptions.class,
                        RestoreResult.class,
                        (room, options) -> room.restore(options.snapshotId()))
                .says("Make metadata and document those of a snapshot");
    }

    private void addDocument() {
        post(
                        RoomKind.ROOM,
                        "document/updates",
                        Scope.PUBLISH,
                        UpdateOptions.class,
                        UpdateResult.class,
                        AsyncRoom::applyUpdate)
                .named("applyUpdate")
                .says("Append an update to the JSON document");
        post(
                        RoomKind.ROOM,
                        "document/awareness",
                        Scope.PUBLISH,
                        AwarenessOptions.class,
                        AwarenessResult.class,
                        AsyncRoom::awareness)
                .named("awareness")
                .says("Set or remove the awareness of a device");
        List<QueryParameter> query = List.of(integer("sinceClock", "Only updates with a greater clock"), LIMIT, CURSOR);
        get(
                        RoomKind.ROOM,
                        "document",
                        query,
                        DocumentResult.class,
                        call -> call.room(RoomKind.ROOM)
                                .document(new DocumentOptions(
                                        call.query().integer("sinceClock"), call.limit(), call.cursor())))
                .says("Read the JSON document's updates, and who is aware of it");
        post(
                        RoomKind.ROOM,
                        "document/yjs",
                        Scope.PUBLISH,
                        YjsUpdateOptions.class,
                        YjsUpdateResult.class,
                        (_, _) -> withoutYjs())
                .named("applyYjsUpdate")
                .says("Apply a Yjs update (not in this version: 501)");
        post(
                        RoomKind.ROOM,
                        "document/yjs/sync",
                        Scope.READ,
                        YjsSyncOptions.class,
                        YjsSyncResult.class,
                        (_, _) -> withoutYjs())
                .named("syncYjs")
                .says("Read what a peer lacks of the Yjs document (not in this version: 501)");
        plainPost(RoomKind.ROOM, "document/compact", CompactResult.class, _ -> withoutYjs())
                .named("compact")
                .says("Write a checkpoint of the Yjs document (not in this version: 501)");
    }

    private void addHouse(RoomKind kind) {
        post(kind, "authorize", Scope.ADMIN, AuthorizeOptions.class, AuthorizeResult.class, AsyncRoom::authorize)
                .says("Issue a token for a socket, and tell how to connect with it");
        post(kind, "revoke", Scope.ADMIN, RevokeOptions.class, RevokeResult.class, AsyncRoom::revoke)
                .says("Refuse tokens from now on, and close the connections that use them");
        get(
                        kind,
                        "lifecycle",
                        List.of(),
                        LifecycleResult.class,
                        call -> call.room(kind).lifecycle())
                .says("Tell where it is in its life");
        post(kind, "destroy", Scope.ADMIN, DestroyOptions.class, DestroyResult.class, AsyncRoom::destroy)
                .says("End it");
        List<QueryParameter> query = List.of(
                text("prefix", "Only names that begin so"),
                new QueryParameter("status", QueryParameter.Form.STATUS, "Only those"),
                LIMIT,
                CURSOR);
        add(
                        "GET",
                        INSTANCE + "/" + kind.text() + "s",
                        Scope.READ,
                        query,
                        Void.class,
                        RoomsResult.class,
                        (call, _) -> blocking(() -> call.rooms()
                                .list(kind, prefix(call), call.query().status("status"), call.limit(), call.cursor())))
                .named("list" + capital(kind.text()) + "s")
                .tagged(kind)
                .says("List by name");
    }

    /// What only rooms have is refused for channels in the operation's own words (rooms protocol, section 1).
    private void addRefusals() {
        RoomKind kind = RoomKind.CHANNEL;
        post(kind, "join", Scope.PUBLISH, JoinOptions.class, Member.class, AsyncRoom::join)
                .says(REFUSED);
        post(kind, "leave", Scope.PUBLISH, LeaveOptions.class, LeaveResult.class, AsyncRoom::leave)
                .says(REFUSED);
        get(
                        kind,
                        "members",
                        List.of(LIMIT, CURSOR),
                        MembersResult.class,
                        call -> call.room(kind).members(MembersOptions.all()))
                .says(REFUSED);
        post(kind, "presence", Scope.PUBLISH, PresenceOptions.class, PresenceResult.class, AsyncRoom::presence)
                .says(REFUSED);
        post(kind, "metadata", Scope.PUBLISH, MetadataOptions.class, MetadataResult.class, AsyncRoom::metadata)
                .says(REFUSED);
        plainPost(
                        kind,
                        "snapshot",
                        SnapshotResult.class,
                        call -> call.room(kind).snapshot())
                .says(REFUSED);
        get(
                        kind,
                        "snapshots",
                        List.of(LIMIT, CURSOR),
                        SnapshotsResult.class,
                        call -> call.room(kind).snapshots(call.limit(), call.cursor()))
                .says(REFUSED);
        post(
                        kind,
                        "restore",
                        Scope.ADMIN,
                        RestoreOptions.class,
                        RestoreResult.class,
                        (room, options) -> room.restore(options.snapshotId()))
                .says(REFUSED);
    }

    private static final String REFUSED = "Always FAILED_PRECONDITION: a channel has nothing of the sort";

    private void addInstance() {
        add(
                        "GET",
                        "/v1/instances",
                        Scope.READ,
                        List.of(),
                        Void.class,
                        InstancesResult.class,
                        (call, _) -> CompletableFuture.completedFuture(
                                call.instances().list()))
                .named("listInstances")
                .says("List the instances of this server");
        add(
                        "GET",
                        INSTANCE + "/stats",
                        Scope.READ,
                        List.of(),
                        Void.class,
                        Stats.class,
                        (call, _) -> blocking(call.rooms()::stats))
                .named("stats")
                .says("Count rooms, members and messages, exactly");
        add(
                        "GET",
                        INSTANCE + "/connections",
                        Scope.READ,
                        List.of(LIMIT, CURSOR),
                        Void.class,
                        ConnectionsResult.class,
                        (call, _) -> blocking(() -> call.rooms().connections(call.limit(), call.cursor())))
                .named("listConnections")
                .says("List the live connections of this node");
        add(
                        "DELETE",
                        INSTANCE + "/connections/{id}",
                        Scope.ADMIN,
                        List.of(),
                        Void.class,
                        DisconnectResult.class,
                        (call, _) -> blocking(() -> disconnected(call)))
                .named("disconnect")
                .says("Close a connection, with 4403");
        add(
                        "DELETE",
                        INSTANCE + "/users/{id}/connections",
                        Scope.ADMIN,
                        List.of(),
                        Void.class,
                        DisconnectResult.class,
                        (call, _) ->
                                blocking(() -> new DisconnectResult(call.rooms().disconnectUser(call.parameter("id")))))
                .named("disconnectUser")
                .says("Close every connection of a user, with 4403");
    }

    // What the handlers ask

    private static HistoryOptions history(Call call) {
        Query query = call.query();
        String epoch = query.text("epoch");
        Long offset = query.number("offset");
        if ((epoch == null) != (offset == null)) {
            throw Query.invalid("epoch and offset are given together or not at all");
        }
        LogPosition after = epoch == null || offset == null ? null : new LogPosition(epoch, offset);
        return new HistoryOptions(
                call.limit(), call.cursor(), after, call.types(), query.time("from"), query.time("to"));
    }

    private static CompletableFuture<StateResult> state(AsyncRoom room, Call call) {
        String at = call.query().text("at");
        if (at == null) {
            return room.state();
        }
        if (at.matches("[0-9]{1,18}")) {
            return room.at(Long.parseLong(at));
        }
        try {
            return room.at(Instant.parse(at));
        } catch (DateTimeException neither) {
            throw Query.invalid("parameter at must be an offset or a time in ISO 8601 form, in UTC");
        }
    }

    private static CompletableFuture<BranchResult> branch(AsyncRoom room, BranchOptions options) {
        Long offset = options.offset();
        return offset != null
                ? room.branch(options.branch(), offset)
                : room.state().thenCompose(now -> room.branch(options.branch(), now.offset()));
    }

    private static String prefix(Call call) {
        String prefix = call.query().text("prefix");
        return prefix == null ? "" : prefix;
    }

    private static DisconnectResult disconnected(Call call) {
        String id = call.parameter("id");
        if (!call.rooms().disconnect(id)) {
            throw ProtocolException.ofPeer(
                    ErrorCode.NOT_FOUND, "no connection of that id is in a room of the instance", java.util.Map.of());
        }
        return new DisconnectResult(1);
    }

    private static <R> CompletableFuture<R> withoutYjs() {
        return CompletableFuture.failedFuture(
                ProtocolException.of(ErrorCode.UNIMPLEMENTED, "Yjs documents are not in this version"));
    }

    private static <R> CompletableFuture<R> blocking(java.util.function.Supplier<R> operation) {
        return CompletableFuture.completedFuture(operation.get());
    }

    // How routes are added

    private <Q, R> Draft post(
            RoomKind kind,
            String operation,
            Scope scope,
            Class<Q> request,
            Class<R> response,
            BiFunction<AsyncRoom, Q, CompletableFuture<R>> handler) {
        return add(
                        "POST",
                        pathOf(kind, operation),
                        scope,
                        List.of(),
                        request,
                        response,
                        (call, body) -> handler.apply(call.room(kind), body))
                .named(operation)
                .tagged(kind);
    }

    private <R> Draft plainPost(
            RoomKind kind, String operation, Class<R> response, Function<Call, CompletableFuture<R>> handler) {
        return add(
                        "POST",
                        pathOf(kind, operation),
                        Scope.ADMIN,
                        List.of(),
                        Void.class,
                        response,
                        (call, _) -> handler.apply(call))
                .named(operation)
                .tagged(kind);
    }

    private <R> Draft get(
            RoomKind kind,
            String operation,
            List<QueryParameter> query,
            Class<R> response,
            Function<Call, CompletableFuture<R>> handler) {
        return add(
                        "GET",
                        pathOf(kind, operation),
                        Scope.READ,
                        query,
                        Void.class,
                        response,
                        (call, _) -> handler.apply(call))
                .named(operation)
                .tagged(kind);
    }

    private static String pathOf(RoomKind kind, String operation) {
        return INSTANCE + "/" + kind.text() + "s/{name}/" + operation;
    }

    private <Q, R> Draft add(
            String method,
            String path,
            Scope scope,
            List<QueryParameter> query,
            Class<Q> request,
            Class<R> response,
            HttpRoute.Handler<Q, R> handler) {
        routes.add(new HttpRoute<>(
                method,
                PathTemplate.of(path),
                "",
                "Instance",
                scope,
                query,
                RequestBody.of(request),
                HttpRoute.Response.json(response),
                "",
                handler));
        return new Draft();
    }

    private static String capital(@Nullable String text) {
        return text == null || text.isEmpty() ? "" : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /// The route that was added last.
    private final class Draft {
        private RoomKind kind = RoomKind.ROOM;
        private String name = "";

        Draft named(String newName) {
            name = newName;
            return this;
        }

        Draft tagged(RoomKind newKind) {
            kind = newKind;
            HttpRoute<?, ?> route = routes.getLast();
            routes.set(routes.size() - 1, described(route, route.id(), capital(kind.text()) + "s", route.summary()));
            return this;
        }

        void says(String summary) {
            HttpRoute<?, ?> route = routes.getLast();
            String id = kind == RoomKind.CHANNEL && !name.startsWith("list") ? "channel" + capital(name) : name;
            routes.set(routes.size() - 1, described(route, id, route.tag(), summary));
        }

        private <Q, R> HttpRoute<Q, R> described(HttpRoute<Q, R> route, String id, String tag, String summary) {
            return new HttpRoute<>(
                    route.method(),
                    route.path(),
                    id,
                    tag,
                    route.scope(),
                    route.query(),
                    route.request(),
                    route.response(),
                    summary,
                    route.handler());
        }
    }
}
