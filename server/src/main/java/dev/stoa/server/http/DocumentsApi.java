package dev.stoa.server.http;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.document.DocumentChanges;
import dev.stoa.server.document.DocumentEvents;
import dev.stoa.server.document.DocumentPosition;
import dev.stoa.server.document.DocumentRoom;
import dev.stoa.server.document.DocumentState;
import dev.stoa.server.document.Permission;
import dev.stoa.server.http.DocumentAnswers.DocumentClosed;
import dev.stoa.server.http.DocumentAnswers.DocumentEventData;
import dev.stoa.server.http.DocumentAnswers.DocumentList;
import dev.stoa.server.http.DocumentAnswers.DocumentNews;
import dev.stoa.server.http.DocumentAnswers.DocumentRecords;
import dev.stoa.server.http.DocumentAnswers.DocumentSessionEntry;
import dev.stoa.server.http.DocumentAnswers.DocumentSessionOptions;
import dev.stoa.server.http.DocumentAnswers.DocumentSessions;
import dev.stoa.server.http.DocumentAnswers.DocumentSnapshot;
import dev.stoa.server.http.DocumentAnswers.DocumentWritten;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The routes of documents. Confined to the thread that makes the list.
final class DocumentsApi {
    private static final String INSTANCE = "/v1/instances/{documents}/documents";
    private static final String DOCUMENT = INSTANCE + "/{document}";
    private static final int MAX_PAGE = 1000;
    private static final int MAX_WAIT_SECONDS = 30;
    private static final QueryParameter SINCE =
            QueryParameter.text("since", "What is known: a position from an answer, or a counter; default 0");

    private final Streams streams;
    private final List<HttpRoute<?, ?>> routes = new ArrayList<>();

    DocumentsApi(Streams streams) {
        this.streams = streams;
    }

    /// All of them, in the order in which the description lists them.
    List<HttpRoute<?, ?>> routes() {
        addReading();
        addEditing();
        addFollowing();
        addHouse();
        return List.copyOf(routes);
    }

    private void addReading() {
        List<QueryParameter> some = List.of(
                new QueryParameter("key", QueryParameter.Form.EACH, "Only these records"),
                QueryParameter.text("prefix", "Only records whose keys begin so"));
        get("", some, DocumentRecords.class, call -> DocumentRecords.of(state(call)))
                .says("readDocument", "Read records, those that were deleted left out");
        get("/records/{key}", List.of(), Object.class, DocumentsApi::record)
                .says("readRecord", "Read one record, with all its fields");
        List<QueryParameter> page = List.of(
                QueryParameter.text("prefix", "Only ids that begin so"),
                QueryParameter.integer("limit", "At most so many, up to " + MAX_PAGE),
                QueryParameter.text("cursor", "Where the page before ended"));
        add("GET", INSTANCE, Scope.READ, page, new RequestBody.None(), DocumentList.class, (call, _) -> list(call))
                .says("listDocuments", "List the ids of the documents that are in memory on this node");
    }

    private void addEditing() {
        raw(
                        "PATCH",
                        "",
                        Scope.PUBLISH,
                        new RequestBody.Raw(
                                "A patch, an object of records by key, or a list of patches",
                                "{\"e1/shape\":{\"_exists\":true,\"x\":5}}"),
                        (call, body) -> call.document().write(call.clientId(), body))
                .says("editDocument", "Apply patches as one edit; answered once it is durable");
        add(
                        "DELETE",
                        DOCUMENT + "/records/{key}",
                        Scope.PUBLISH,
                        List.of(),
                        new RequestBody.None(),
                        DocumentWritten.class,
                        (call, _) ->
                                new DocumentWritten(call.document().delete(call.clientId(), call.parameter("key"))))
                .says("deleteRecord", "Delete a record; the same as a patch that does");
    }

    private void addFollowing() {
        List<QueryParameter> query = List.of(
                SINCE,
                QueryParameter.integer(
                        "wait",
                        "Wait for a change for so many seconds, up to " + MAX_WAIT_SECONDS + ", if there is none yet"));
        get("/changes", query, DocumentNews.class, this::changes)
                .says("readChanges", "Read what is newer than a position, or wait for it");
        HttpRoute.Handler<Void, Object> stream = (call, _) ->
                done(ApiAnswers.events(DocumentStream.of(call.document(), position(call, lastEventId(call)), streams)));
        add(
                "GET",
                DOCUMENT + "/events",
                Scope.READ,
                List.of(SINCE),
                new RequestBody.None(),
                HttpRoute.Response.events(DocumentEventData.class),
                stream);
        new Draft()
                .says(
                        "followDocument",
                        "Follow the document: server-sent events changed, restored and synced; Last-Event-ID resumes");
    }

    private void addHouse() {
        get(
                        "/snapshot",
                        List.of(),
                        DocumentSnapshot.class,
                        call -> call.document().snapshot())
                .says("exportDocument", "Read the whole document in the form that canvas-store-server keeps");
        raw(
                        "PUT",
                        "/snapshot",
                        Scope.ADMIN,
                        new RequestBody.Raw(
                                "A document in the form that canvas-store-server keeps",
                                "{\"timestamp\":1,\"state\":{\"e1/shape\":{\"_exists\":true,\"x\":5}},"
                                        + "\"timestamps\":{\"e1/shape\":{\"_exists\":1,\"x\":1}}}"),
                        (call, body) -> call.document().restore(body))
                .says("importDocument", "Put a snapshot in the place of the document; connections come again");
        get("/sessions", List.of(), DocumentSessions.class, DocumentsApi::sessions)
                .says("listDocumentSessions", "List the connections to the document");
        add(
                        "PATCH",
                        DOCUMENT + "/sessions/{id}",
                        Scope.ADMIN,
                        List.of(),
                        RequestBody.of(DocumentSessionOptions.class),
                        DocumentSessionEntry.class,
                        DocumentsApi::permit)
                .says("permitDocumentSession", "Give a connection another permission or other metadata");
        add(
                        "DELETE",
                        DOCUMENT + "/sessions",
                        Scope.ADMIN,
                        List.of(),
                        new RequestBody.None(),
                        DocumentClosed.class,
                        (call, _) -> close(call))
                .says("closeDocument", "Close all connections to the document, which is kept");
    }

    // What the handlers ask

    private static DocumentState state(Call call) {
        List<String> keys = call.query().each("key");
        String prefix = call.query().text("prefix");
        if (keys != null && prefix != null) {
            throw Query.invalid("key and prefix are not given together");
        }
        return keys != null ? call.document().state(keys) : call.document().state(prefix == null ? "" : prefix);
    }

    private static RawJson record(Call call) {
        return call.document().get(call.parameter("key")).orElseThrow(() -> missing("there is no record of that key"));
    }

    private static DocumentList list(Call call) {
        String prefix = call.query().text("prefix");
        String cursor = call.query().text("cursor");
        Integer asked = call.query().integer("limit");
        int limit = asked == null ? 100 : asked;
        if (limit < 1 || limit > MAX_PAGE) {
            throw Query.invalid("parameter limit must be from 1 to " + MAX_PAGE + ": " + limit);
        }
        List<String> ids = call.documents().activeIds().stream()
                .filter(id -> id.startsWith(prefix == null ? "" : prefix))
                .filter(id -> cursor == null || id.compareTo(cursor) > 0)
                .sorted()
                .limit(limit + 1L)
                .toList();
        return ids.size() <= limit
                ? new DocumentList(ids, null)
                : new DocumentList(ids.subList(0, limit), ids.get(limit - 1));
    }

    private static @Nullable String lastEventId(Call call) {
        String id = call.headers().get("last-event-id");
        return id == null || id.isEmpty() ? null : id;
    }

    /// @param resumed what a stream that was cut off ended with; null for none
    private static DocumentPosition position(Call call, @Nullable String resumed) {
        String text = resumed == null ? call.query().text("since") : resumed;
        return text == null ? DocumentPosition.NOTHING : DocumentPosition.parse(text);
    }

    private DocumentAnswers.RawDocumentNews changes(Call call) {
        DocumentRoom document = call.document();
        DocumentPosition since = position(call, null);
        Duration wait = wait(call);
        DocumentChanges changes = document.changesSince(since);
        if (changes.isEmpty() && wait.isPositive() && happens(document, changes.position(), wait)) {
            changes = document.changesSince(since);
        }
        return DocumentNews.of(changes);
    }

    private static Duration wait(Call call) {
        Integer seconds = call.query().integer("wait");
        if (seconds != null && (seconds < 0 || seconds > MAX_WAIT_SECONDS)) {
            throw Query.invalid("parameter wait must be from 0 to " + MAX_WAIT_SECONDS + " seconds: " + seconds);
        }
        return Duration.ofSeconds(seconds == null ? 0 : seconds);
    }

    /// Whether something happens to a document within a time.
    private boolean happens(DocumentRoom document, DocumentPosition since, Duration wait) {
        try (Streams.Place _ = streams.take();
                DocumentEvents events = document.events(since)) {
            return events.next(wait).isPresent();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw ProtocolException.of(ErrorCode.UNAVAILABLE, "the server is going away");
        }
    }

    private static DocumentSessions sessions(Call call) {
        return new DocumentSessions(call.document().sessions().stream()
                .map(DocumentSessionEntry::of)
                .toList());
    }

    private static DocumentSessionEntry permit(Call call, DocumentSessionOptions options) {
        DocumentRoom document = call.document();
        String id = call.parameter("id");
        Permission permission = options.permission() == null ? null : permissionOf(options.permission());
        if (document.session(id).isEmpty()) {
            throw noSession();
        }
        if (permission != null) {
            document.permit(id, permission);
        }
        if (options.metadata() != null) {
            document.metadata(id, options.metadata());
        }
        return document.session(id).map(DocumentSessionEntry::of).orElseThrow(DocumentsApi::noSession);
    }

    private static Permission permissionOf(String text) {
        return Stream.of(Permission.values())
                .filter(permission -> permission.text().equals(text))
                .findFirst()
                .orElseThrow(() -> Query.invalid("permission must be readwrite or readonly"));
    }

    private static DocumentClosed close(Call call) {
        int sessions = call.document().sessions().size();
        call.document().close();
        return new DocumentClosed(sessions);
    }

    private static ProtocolException noSession() {
        return missing("no session of that id is at the document");
    }

    private static ProtocolException missing(String what) {
        return ProtocolException.ofPeer(ErrorCode.NOT_FOUND, what, Map.of());
    }

    // How routes are added

    private Draft get(
            String path, List<QueryParameter> query, Class<?> response, Function<Call, ? extends Object> handler) {
        return add(
                "GET",
                DOCUMENT + path,
                Scope.READ,
                query,
                new RequestBody.None(),
                response,
                (call, _) -> handler.apply(call));
    }

    private Draft raw(
            String method, String path, Scope scope, RequestBody.Raw body, BiFunction<Call, byte[], Long> handler) {
        return add(
                method,
                DOCUMENT + path,
                scope,
                List.of(),
                body,
                DocumentWritten.class,
                (call, content) -> new DocumentWritten(handler.apply(call, content)));
    }

    private <Q> Draft add(
            String method,
            String path,
            Scope scope,
            List<QueryParameter> query,
            RequestBody<Q> request,
            Class<?> response,
            BiFunction<Call, Q, ? extends Object> handler) {
        HttpRoute.Handler<Q, Object> blocking = (call, body) -> done(handler.apply(call, body));
        return add(method, path, scope, query, request, HttpRoute.Response.json(response), blocking);
    }

    private <Q> Draft add(
            String method,
            String path,
            Scope scope,
            List<QueryParameter> query,
            RequestBody<Q> request,
            HttpRoute.Response response,
            HttpRoute.Handler<Q, Object> handler) {
        routes.add(new HttpRoute<>(
                method, PathTemplate.of(path), "", "Documents", scope, query, request, response, "", handler));
        return new Draft();
    }

    private static CompletableFuture<Object> done(Object answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /// The route that was added last.
    private final class Draft {
        void says(String id, String summary) {
            routes.set(routes.size() - 1, described(routes.getLast(), id, summary));
        }

        private static <Q, R> HttpRoute<Q, R> described(HttpRoute<Q, R> route, String id, String summary) {
            return new HttpRoute<>(
                    route.method(),
                    route.path(),
                    id,
                    route.tag(),
                    route.scope(),
                    route.query(),
                    route.request(),
                    route.response(),
                    summary,
                    route.handler());
        }
    }
}
