package dev.stoa.server.endpoint.rooms;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.Authenticator;
import dev.stoa.server.room.RoomRoutes;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.SocketAccess;
import dev.stoa.server.room.SocketRooms;
import dev.stoa.server.room.token.RoomAddress;
import dev.stoa.server.room.token.RoomToken;
import dev.stoa.server.room.token.RoomUrl;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.session.Admission;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Conversation;
import dev.stoa.server.session.DataKey;
import dev.stoa.server.session.Endpoint;
import dev.stoa.server.session.EndpointLimits;
import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.session.Principal;
import dev.stoa.server.session.Session;
import dev.stoa.server.session.UpgradeRequest;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// An instance's rooms and channels at `/rooms/{kind}/{name}` (rooms protocol, sections 6 and 7).
///
/// Who comes with a room token may do what the token says. Anybody else is asked of the authenticator, if there
/// is one: whom it knows may do everything but administration, or only read if it is read only. Who comes
/// without a token and unknown may do the same where the instance allows anonymous actors. Others are let in just
/// far enough to be told 4401 or 4403, which a browser can see.
///
/// Immutable: each method returns a changed copy.
public final class RoomsEndpoint implements Endpoint {
    /// The subprotocol that the server answers.
    public static final String SUBPROTOCOL = "stoa.room.v1";

    private static final DataKey<CloseReason> REFUSED = DataKey.of("stoa.room.refused", CloseReason.class);
    /// What an envelope and an operation's other fields may take beside the largest payload.
    private static final int ENVELOPE_BYTES = 32 * 1024;

    private final Rooms rooms;
    private final String path;
    private final @Nullable Authenticator authenticator;
    private final Router router;
    private final Heartbeat heartbeat;

    private RoomsEndpoint(
            Rooms rooms, String path, @Nullable Authenticator authenticator, Router router, Heartbeat heartbeat) {
        this.rooms = rooms;
        this.path = path;
        this.authenticator = authenticator;
        this.router = router;
        this.heartbeat = heartbeat;
    }

    /// @param path where it is put, like `/rooms`
    public static RoomsEndpoint of(Rooms rooms, String path) {
        RouterOptions options = RouterOptions.usual()
                .withMaxPayloadBytes(rooms.options().limits().maxMessageBytes() + ENVELOPE_BYTES);
        return new RoomsEndpoint(rooms, path, null, RoomRoutes.of(rooms, options), Heartbeat.usual());
    }

    /// Lets in those who come without a room token. It is asked about requests whose token is none of this
    /// instance's, and about those that have none.
    public RoomsEndpoint alsoAuthenticatedBy(Authenticator others) {
        return new RoomsEndpoint(rooms, path, others, router, heartbeat);
    }

    /// How connections are probed, whatever the server says for its other endpoints: somebody whose network has
    /// gone is shown as present for at most an interval and a timeout. Default [Heartbeat#usual()].
    public RoomsEndpoint withHeartbeat(Heartbeat probing) {
        return new RoomsEndpoint(rooms, path, authenticator, router, probing);
    }

    /// The routes it speaks.
    public Router router() {
        return router;
    }

    public Rooms rooms() {
        return rooms;
    }

    @Override
    public String name() {
        return "rooms";
    }

    @Override
    public EndpointLimits limits() {
        RouterOptions options = router.options();
        return new EndpointLimits(
                options.maxTransportBytes(), options.maxBacklogBytes(), options.maxPendingMessages(), heartbeat);
    }

    @Override
    public String clientIdHeader() {
        return "x-client-id";
    }

    @Override
    public CloseReason shutdownReason() {
        return new CloseReason(1012, "{\"retryAfterMs\":500}");
    }

    @Override
    public CloseReason slowConsumerReason() {
        return new CloseReason(4408, "SLOW_CONSUMER");
    }

    @Override
    public Admission admit(UpgradeRequest request) throws Exception {
        RoomAddress room;
        try {
            room = RoomUrl.parse(request.path().substring(path.length()));
        } catch (ProtocolException noRoom) {
            return new Admission.Reject(noRoom.code().equals(ErrorCode.NOT_FOUND.name()) ? 404 : 400, noRoom.text());
        }
        Map<DataKey<?>, Object> data = new HashMap<>();
        Principal principal = null;
        try {
            SocketAccess access = access(request, room, data);
            data.put(SocketAccess.KEY, access);
            String userId = access.actor().userId();
            principal = userId == null || userId.isBlank() ? null : Principal.of(userId);
        } catch (ProtocolException refusal) {
            data.put(REFUSED, SocketRooms.closing(refusal));
        }
        return new Admission.Accept(principal, data, chosen(request.subprotocols()));
    }

    private SocketAccess access(UpgradeRequest request, RoomAddress room, Map<DataKey<?>, Object> data)
            throws Exception {
        String token = request.token().orElse(null);
        ProtocolException refusal = ProtocolException.of(ErrorCode.UNAUTHENTICATED, "there is no token");
        if (token != null) {
            try {
                return SocketAccess.of(checked(token, room), room.kind(), room.name());
            } catch (ProtocolException refused) {
                if (!refused.code().equals(ErrorCode.UNAUTHENTICATED.name()) || authenticator == null) {
                    throw refused;
                }
                // Not one of ours: somebody else may know it.
                refusal = refused;
            }
        }
        if (authenticator != null) {
            switch (authenticator.authenticate(request)) {
                case Authentication.Accepted(Principal known, var seed)
                when known != null -> {
                    data.putAll(seed);
                    return access(room, RoomPrincipal.user(known.id()), known.isReadOnly());
                }
                case Authentication.Accepted(var _, var seed) -> data.putAll(seed);
                case Authentication.Rejected(int status, String body) ->
                    refusal = ProtocolException.of(
                            status == 403 ? ErrorCode.PERMISSION_DENIED : ErrorCode.UNAUTHENTICATED, body);
            }
        }
        if (token != null || !rooms.options().allowAnonymous()) {
            throw refusal;
        }
        return access(room, RoomPrincipal.ANONYMOUS, false);
    }

    private RoomToken checked(String token, RoomAddress room) {
        try {
            return rooms.access().check(token, room.kind(), room.name()).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof ProtocolException refusal) {
                throw refusal;
            }
            throw failed;
        }
    }

    private static SocketAccess access(RoomAddress room, RoomPrincipal actor, boolean readOnly) {
        Set<RoomOp> ops = readOnly ? EnumSet.of(RoomOp.READ) : EnumSet.complementOf(EnumSet.of(RoomOp.ADMIN));
        return SocketAccess.of(room.kind(), room.name(), actor, ops);
    }

    /// One of the offered values, verbatim: browsers fail the connection otherwise. A token is sent back only
    /// where nothing else was offered.
    private static @Nullable String chosen(List<String> offered) {
        if (offered.contains(SUBPROTOCOL)) {
            return SUBPROTOCOL;
        }
        return offered.stream()
                .filter(value -> !value.startsWith("bearer."))
                .findFirst()
                .or(() -> offered.stream().findFirst())
                .orElse(null);
    }

    @Override
    public Conversation open(Session session) {
        CloseReason refused = session.data().get(REFUSED);
        Conversation routes = router.converse(session);
        if (refused == null) {
            return RoomConversation.start(session, rooms, routes);
        }
        router.refuse(session, refused);
        return routes;
    }
}
