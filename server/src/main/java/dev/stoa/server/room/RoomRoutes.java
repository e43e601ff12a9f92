package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RpcType;
import dev.stoa.protocol.room.AwarenessOptions;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveResult;
import dev.stoa.protocol.room.MembersOptions;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.MetadataOptions;
import dev.stoa.protocol.room.MetadataResult;
import dev.stoa.protocol.room.PresenceOptions;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.protocol.room.RoomMessages.InRoom;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.server.entity.Answers;
import dev.stoa.server.router.Dispatch;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.router.RpcContext;
import dev.stoa.server.session.Principal;
import dev.stoa.server.session.Session;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The operations of rooms as typed messages (rooms protocol, sections 7 and 8).
///
/// On an endpoint of its own a socket is in the one room that its [SocketAccess] names; merged into an
/// application's router, each message names its room, and a [RoomPolicy] says what is allowed. All routes run
/// inline and answer when the room does, so that what a socket asks reaches its rooms in the order sent.
public final class RoomRoutes {
    private final Rooms rooms;
    private final RoomPolicy policy;
    private final SocketRooms sockets;

    private RoomRoutes(Rooms rooms, RoomPolicy policy) {
        this.rooms = rooms;
        this.policy = policy;
        this.sockets = rooms.sockets();
    }

    /// The routes, to be merged into an application's router: `router.merge(RoomRoutes.of(rooms))`.
    public static Router of(Rooms rooms) {
        return of(rooms, RoomPolicy.usual());
    }

    /// As [#of(Rooms)], with a policy.
    public static Router of(Rooms rooms, RoomPolicy policy) {
        return new RoomRoutes(rooms, policy).router(RouterOptions.usual());
    }

    /// The routes with a router's options, for an endpoint.
    public static Router of(Rooms rooms, RouterOptions options) {
        return new RoomRoutes(rooms, RoomPolicy.usual()).router(options);
    }

    private Router router(RouterOptions options) {
        Router router = Router.create(options);
        router.route(RoomMessages.JOIN)
                .dispatch(Dispatch.INLINE)
                .answeringLater()
                .rpc(this::join);
        router.route(RoomMessages.REFRESH)
                .dispatch(Dispatch.INLINE)
                .answeringLater()
                .rpc(this::refresh);
        on(router, RoomMessages.LEAVE, RoomOp.READ, this::leave);
        on(router, RoomMessages.PUBLISH, RoomOp.PUBLISH, (here, asked) -> here.room.publish(message(asked), null));
        on(
                router,
                RoomMessages.BROADCAST,
                RoomOp.PUBLISH,
                (here, asked) -> here.room.publish(message(asked), here.session.id()));
        on(
                router,
                RoomMessages.SET_PRESENCE,
                RoomOp.PRESENCE,
                (here, asked) -> here.room.presence(
                        new PresenceOptions(here.memberId, asked.presence(), asked.replace(), null)));
        on(router, RoomMessages.SET_METADATA, RoomOp.READ, this::metadata);
        on(
                router,
                RoomMessages.MEMBERS,
                RoomOp.READ,
                (here, asked) -> here.room.members(new MembersOptions(asked.limit(), asked.cursor())));
        on(
                router,
                RoomMessages.HISTORY,
                RoomOp.READ,
                (here, asked) -> here.room.history(new HistoryOptions(
                        asked.limit(), asked.cursor(), asked.after(), asked.types(), asked.from(), asked.to())));
        on(router, RoomMessages.LIFECYCLE, RoomOp.READ, (here, _) -> here.room.lifecycle());
        on(
                router,
                RoomMessages.APPLY_UPDATE,
                RoomOp.DOCUMENT,
                (here, asked) -> here.room.applyUpdate(
                        new UpdateOptions(asked.update(), asked.clientId(), asked.clock(), null), here.session.id()));
        on(
                router,
                RoomMessages.SET_AWARENESS,
                RoomOp.DOCUMENT,
                (here, asked) -> here.room.awareness(
                        new AwarenessOptions(
                                asked.clientId() != null ? asked.clientId() : here.clientId, asked.state(), null),
                        here.session.id()));
        on(
                router,
                RoomMessages.DOCUMENT,
                RoomOp.READ,
                (here, asked) ->
                        here.room.document(new DocumentOptions(asked.sinceClock(), asked.limit(), asked.cursor())));
        router.onClose(ctx -> sockets.closed(ctx.session(), ctx.reason()));
        return router;
    }

    /// A socket, and the room that its message is about.
    ///
    /// @param room for the socket's actor
    /// @param usualMember who it is unless it may and does say otherwise
    /// @param memberId who it is there now
    private record Here(
            Session session,
            AsyncRoom room,
            String usualMember,
            String memberId,
            String clientId,
            @Nullable SocketAccess access,
            Set<RoomOp> ops) {
        void require(RoomOp op) {
            if (!may(op)) {
                throw ProtocolException.of(
                        ErrorCode.PERMISSION_DENIED, "the connection may not " + op.text() + " in this room");
            }
        }

        boolean may(RoomOp op) {
            return ops.contains(op);
        }
    }

    private Here here(Session session, InRoom asked) {
        SocketAccess access = session.data().get(SocketAccess.KEY);
        return access != null ? ofOneRoom(session, access, asked) : ofMany(session, asked);
    }

    private Here ofOneRoom(Session session, SocketAccess access, InRoom asked) {
        boolean another = asked.room() != null && !asked.room().equals(access.room())
                || asked.kind() != null && asked.kind() != access.kind();
        if (another) {
            throw ProtocolException.of(ErrorCode.PERMISSION_DENIED, "the connection is for another room");
        }
        AsyncRoom room = rooms.async(access.kind(), access.room()).as(access.actor());
        return new Here(
                session,
                room,
                access.memberIdOf(session),
                presentMember(session, room, access.memberIdOf(session)),
                access.clientIdOf(session),
                access,
                access.ops());
    }

    private Here ofMany(Session session, InRoom asked) {
        if (asked.room() == null) {
            throw ProtocolException.of(ErrorCode.INVALID_ARGUMENT, "the message does not name its room");
        }
        RoomKind kind = asked.kind() == null ? RoomKind.ROOM : asked.kind();
        AsyncRoom room = rooms.async(kind, asked.room());
        RoomPrincipal actor = actorOf(session.principal());
        String named = AsyncRoom.memberId(null, actor);
        String usual = named != null ? named : session.id();
        return new Here(
                session,
                actor == null ? room : room.as(actor),
                usual,
                presentMember(session, room, usual),
                session.id(),
                null,
                policy.allowed(session, kind, asked.room()));
    }

    private String presentMember(Session session, AsyncRoom room, String usual) {
        String present = rooms.listeners().memberOf(session.id(), rooms.id(room.kind(), room.name()));
        return present != null ? present : usual;
    }

    private static @Nullable RoomPrincipal actorOf(@Nullable Principal principal) {
        return principal == null ? null : RoomPrincipal.user(principal.id());
    }

    /// An operation of a room, which answers when the room does.
    private <Q extends InRoom, R> void on(
            Router router, RpcType<Q, R> type, RoomOp op, BiFunction<Here, Q, CompletableFuture<R>> operation) {
        router.route(type).dispatch(Dispatch.INLINE).answeringLater().rpc(ctx -> {
            Here here = here(ctx.session(), ctx.payload());
            here.require(op);
            answer(ctx, operation.apply(here, ctx.payload()));
        });
    }

    private static <R> void answer(RpcContext<?, R> ctx, CompletableFuture<R> result) {
        result.whenComplete((answer, failure) -> {
            if (failure == null) {
                ctx.reply(answer);
            } else {
                refuse(ctx, Answers.reason(failure));
            }
        });
    }

    private static void refuse(RpcContext<?, ?> ctx, ProtocolException reason) {
        ctx.error(reason.code(), reason.text(), reason.details(), reason.retry());
    }

    private static MessageInput message(RoomMessages.Publish asked) {
        return new MessageInput(asked.type(), asked.data(), asked.metadata(), asked.idempotencyKey(), null);
    }

    private void join(RpcContext<RoomMessages.Join, RoomMessages.Joined> ctx) {
        RoomMessages.Join asked = ctx.payload();
        Here here = here(ctx.session(), asked);
        here.require(RoomOp.READ);
        if (asked.presence() != null || asked.metadata() != null) {
            here.require(RoomOp.PRESENCE);
        }
        RoomPrincipal actor = here.room.acting(null);
        String memberId = asked.memberId() == null ? here.usualMember : asked.memberId();
        if (!memberId.equals(here.usualMember) && !here.may(RoomOp.ADMIN)) {
            throw ProtocolException.of(ErrorCode.PERMISSION_DENIED, "the connection may not join as another member");
        }
        var presence = asked.presence() != null || here.access == null ? asked.presence() : here.access.presence();
        SocketRooms.Arrival arrival = new SocketRooms.Arrival(
                here.room.kind(),
                here.room.name(),
                new JoinOptions(memberId, actor, asked.metadata(), presence),
                here.clientId,
                asked.recover(),
                asked.recover() != null,
                here.access == null);
        sockets.attach(ctx.session(), arrival, ctx::reply).whenComplete((_, failure) -> {
            if (failure != null) {
                ProtocolException reason = Answers.reason(failure);
                refuse(ctx, reason);
                if (here.access != null && !mayTryAgain(ctx.session(), here, reason)) {
                    SocketRooms.end(ctx.session(), reason);
                }
            }
        });
    }

    /// Whether a socket of one room may stay after a join was refused: it is in the room already, or the join was
    /// wrong in a way that the next need not be.
    private boolean mayTryAgain(Session session, Here here, ProtocolException reason) {
        return reason.code().equals(ErrorCode.INVALID_ARGUMENT.name())
                || rooms.listeners().attachment(rooms.id(here.room.kind(), here.room.name()), session.id()) != null;
    }

    /// Without a member's name, the connection leaves, and the member with its last one.
    private CompletableFuture<LeaveResult> leave(Here here, RoomMessages.Leave asked) {
        String memberId = asked.memberId() == null ? here.memberId : asked.memberId();
        boolean itself = memberId.equals(here.memberId);
        if (!itself) {
            here.require(RoomOp.ADMIN);
        }
        return here.room.ask(
                () -> new RoomCommand.Leave(rooms.checks().memberId(memberId), itself ? here.session.id() : null));
    }

    private CompletableFuture<MetadataResult> metadata(Here here, RoomMessages.SetMetadata asked) {
        if (asked.metadata() != null) {
            here.require(RoomOp.METADATA);
        }
        return here.room.metadata(new MetadataOptions(asked.metadata(), asked.replace(), null));
    }

    private void refresh(RpcContext<RoomMessages.Refresh, RoomMessages.Refreshed> ctx) {
        answer(
                ctx,
                sockets.refresh(ctx.session(), ctx.payload().token())
                        .thenApply(access -> new RoomMessages.Refreshed(Objects.requireNonNull(access.expiresAt()))));
    }
}
