package dev.stoa.server.http;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.PrincipalKind;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.document.Documents;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The HTTP API of a server's instances of rooms (rooms protocol, section 10) and documents.
///
/// ```java
/// HttpApi api = HttpApi.of(stoa.rooms(), stoa.documents(), ApiSettings.keyless());
/// ApiAnswer answer = api.answer(new ApiRequest("GET", "/v1/instances", "", headers, body));
/// ```
///
/// Thread-safe. Answering blocks: use a virtual thread for each request.
public final class HttpApi {
    /// Where the description of the API is.
    public static final String DESCRIPTION = "/openapi.json";

    private static final System.Logger LOG = System.getLogger(HttpApi.class.getName());
    private static final String BASE = "/v1/";
    private static final Pattern JSON = Pattern.compile("application/json(\\s*;.*)?", Pattern.CASE_INSENSITIVE);

    private final Instances instances;
    private final ApiSettings settings;
    private final Door door;
    private final List<HttpRoute<?, ?>> routes;
    private final byte[] description;

    private HttpApi(Instances instances, ApiSettings settings) {
        this.instances = instances;
        this.settings = settings;
        this.door = new Door(settings.keys());
        this.routes = Stream.concat(
                        RoomsApi.routes().stream(), new DocumentsApi(new Streams(settings.streams())).routes().stream())
                .toList();
        this.description =
                OpenApi.describe(routes, !settings.keys().isEmpty()).toString().getBytes(StandardCharsets.UTF_8);
    }

    public static HttpApi of(Collection<Rooms> instances, ApiSettings settings) {
        return of(instances, List.of(), settings);
    }

    /// Of instances of rooms and of documents.
    public static HttpApi of(Collection<Rooms> instances, Collection<Documents> documents, ApiSettings settings) {
        return new HttpApi(new Instances(instances, documents), settings);
    }

    /// Whether a path is the API's to answer.
    public boolean handles(String path) {
        return path.startsWith(BASE) || path.equals(DESCRIPTION);
    }

    /// Answers a request. Never throws for what a request holds.
    public ApiAnswer answer(ApiRequest request) {
        try {
            return request.path().equals(DESCRIPTION) ? describe(request) : route(request);
        } catch (ProtocolException refusal) {
            if (refusal.code().equals(ErrorCode.INTERNAL.name())) {
                LOG.log(System.Logger.Level.ERROR, "an operation of the HTTP API failed", refusal);
            }
            return Problem.of(refusal);
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "the HTTP API failed", bug);
            return Problem.of(ProtocolException.of(ErrorCode.INTERNAL));
        }
    }

    private ApiAnswer describe(ApiRequest request) {
        if (!request.method().equals("GET")) {
            return wrongMethod(request, "GET");
        }
        return ApiAnswers.of(200, "application/json", description, Map.of());
    }

    private ApiAnswer route(ApiRequest request) {
        Caller caller = door.admit(request);
        List<String> path = List.of(request.path().split("/", -1));
        TreeSet<String> methods = new TreeSet<>();
        for (HttpRoute<?, ?> route : routes) {
            Map<String, String> parameters = route.path().match(path);
            if (parameters != null) {
                if (route.method().equals(request.method())) {
                    caller.require(route.scope());
                    return call(route, parameters, request, caller);
                }
                methods.add(route.method());
            }
        }
        if (!methods.isEmpty()) {
            return wrongMethod(request, String.join(", ", methods));
        }
        throw ProtocolException.ofPeer(
                ErrorCode.NOT_FOUND, "there is no such path; " + DESCRIPTION + " lists all", Map.of());
    }

    private static ApiAnswer wrongMethod(ApiRequest request, String allowed) {
        return Problem.of(
                ProtocolException.ofPeer(
                        ErrorCode.INVALID_ARGUMENT,
                        request.method() + " is not allowed here; allowed: " + allowed,
                        Map.of()),
                405,
                Map.of("Allow", allowed));
    }

    private <Q, R> ApiAnswer call(
            HttpRoute<Q, R> route, Map<String, String> parameters, ApiRequest request, Caller caller) {
        Query query = Query.parse(request.query(), route.query());
        Call call = new Call(instances, parameters, query, request.headers(), caller, actor(parameters, request));
        if (route.request() instanceof RequestBody.None) {
            return answer(await(route, call, null));
        }
        byte[] body = read(request, route.request());
        String type = request.header("content-type");
        if (body.length > 0 && (type == null || !JSON.matcher(type).matches())) {
            return Problem.of(
                    ProtocolException.ofPeer(
                            ErrorCode.INVALID_ARGUMENT,
                            "the body must be sent as Content-Type: application/json",
                            Map.of()),
                    415,
                    Map.of("Accept", "application/json"));
        }
        Q content = understood(route.request(), body);
        if (NamedActor.in(content) != null) {
            caller.requireNamingActors();
        }
        return answer(await(route, call, content));
    }

    @SuppressWarnings("unchecked") // each form of body says what it is read as
    private static <Q> Q understood(RequestBody<Q> form, byte[] body) {
        return switch (form) {
            case RequestBody.None _ -> throw new IllegalArgumentException("there is no body to read");
            case RequestBody.Typed<Q>(MessageType<Q> contract) ->
                contract.read(body.length == 0 ? new byte[] {'{', '}'} : body);
            case RequestBody.Raw _ -> (Q) body;
        };
    }

    private static ApiAnswer answer(Object result) {
        return result instanceof ApiAnswer made ? made : ApiAnswers.json(200, result);
    }

    /// Who acts by the request's headers, where the instance wants that.
    private @Nullable RoomPrincipal actor(Map<String, String> parameters, ApiRequest request) {
        String instance = parameters.get("instance");
        if (instance == null) {
            return parameters.containsKey("documents") ? settings.actorHeaders().resolve(request) : null;
        }
        RoomsOptions options = instances.find(PathTemplate.decoded(instance)).options();
        RoomPrincipal actor =
                options.autoResolveUser() ? settings.actorHeaders().resolve(request) : null;
        boolean nobody = actor != null && actor.kind() == PrincipalKind.ANONYMOUS && !options.allowAnonymous();
        return nobody ? null : actor;
    }

    private byte[] read(ApiRequest request, RequestBody<?> form) {
        int limit = form instanceof RequestBody.Raw ? settings.maxDocumentBytes() : settings.maxBodyBytes();
        try {
            byte[] body = request.body().readNBytes(limit + 1);
            if (body.length > limit) {
                throw ProtocolException.ofPeer(
                        ErrorCode.INVALID_ARGUMENT,
                        "a body of over " + limit + " bytes exceeds " + limit,
                        Map.of("size", body.length, "limit", limit));
            }
            return body;
        } catch (IOException gone) {
            throw ProtocolException.ofPeer(ErrorCode.INVALID_ARGUMENT, "the body did not come whole", Map.of());
        }
    }

    @SuppressWarnings("NullAway") // routes without a body are handed none
    private <Q, R> R await(HttpRoute<Q, R> route, Call call, @Nullable Q body) {
        try {
            return route.handler().handle(call, body).get(settings.deadline().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw reason(failed.getCause());
        } catch (TimeoutException late) {
            throw ProtocolException.of(ErrorCode.DEADLINE_EXCEEDED);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw ProtocolException.of(ErrorCode.UNAVAILABLE, "the server is going away");
        }
    }

    private static ProtocolException reason(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof ProtocolException known
                ? known
                : ProtocolException.wrap(cause == null ? new IllegalStateException("failed without a cause") : cause);
    }
}
