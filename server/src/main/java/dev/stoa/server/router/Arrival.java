package dev.stoa.server.router;

import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ErrorPayload;
import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.Retry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One application message on its way to its handler: steps 6 to 11 of the inbound pipeline (router
/// protocol, section 3).
///
/// Touched by one thread at a time, as the lane hands it on.
final class Arrival<P> implements Lane.Item {
    private static final System.Logger LOG = System.getLogger(Arrival.class.getName());

    private final RouterConversation conversation;
    private final Envelope envelope;
    private final long receivedAt;
    private final int bytes;
    private RouteTable.@Nullable Entry<P> entry;
    private boolean lookedUp;

    /// @param bytes size of the frame it came in
    Arrival(RouterConversation conversation, Envelope envelope, long receivedAt, int bytes) {
        this.conversation = conversation;
        this.envelope = envelope;
        this.receivedAt = receivedAt;
        this.bytes = bytes;
    }

    @Override
    public boolean mayBegin() {
        return conversation.lifecycle().authorize(envelope, receivedAt);
    }

    @Override
    public Dispatch dispatch() {
        RouteTable.Entry<P> found = entry();
        return found == null ? Dispatch.INLINE : found.route().dispatch();
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @SuppressWarnings("unchecked") // P is whatever the route found declares
    private RouteTable.@Nullable Entry<P> entry() {
        if (!lookedUp) {
            lookedUp = true;
            entry = (RouteTable.Entry<P>) conversation.router().routes().find(envelope.type());
        }
        return entry;
    }

    @Override
    public @Nullable Runnable begin() {
        RouteTable.Entry<P> found = entry();
        if (found == null) {
            refuseUnknownType();
            return null;
        }
        try {
            Message<P> message = found.route().request().decode(envelope);
            MessageType<?> response = found.route().response();
            return response == null ? beginEvent(found, message) : beginCall(found, message, response);
        } catch (InvalidMessageException invalid) {
            refuseInvalid(found.route().isRpc(), invalid);
            return null;
        } catch (RuntimeException | StackOverflowError unexpected) {
            LOG.log(System.Logger.Level.ERROR, "decoding " + envelope.type() + " failed", unexpected);
            String id = envelope.correlationId();
            conversation.sendError(
                    found.route().isRpc() && isUsable(id), id, internal(RouterConversation.INTERNAL_MESSAGE));
            return null;
        }
    }

    private Runnable beginEvent(RouteTable.Entry<P> found, Message<P> message) {
        Exchange<P> exchange =
                new Exchange<>(conversation, message, envelope.type(), receivedAt, envelope.correlationId());
        return () -> {
            try {
                found.run(exchange);
            } catch (Throwable error) {
                ErrorPayload answer = answerTo(error, exchange);
                if (answer != null) {
                    conversation.sendError(false, envelope.correlationId(), answer);
                }
            }
        };
    }

    private <R> @Nullable Runnable beginCall(RouteTable.Entry<P> found, Message<P> message, MessageType<R> response) {
        String id = envelope.correlationId();
        if (id == null) {
            id = conversation.runtime().ids().get();
        } else if (id.isBlank()) {
            refuseWithoutId();
            return null;
        }
        long timeout = message.timeoutMs() > 0
                ? message.timeoutMs()
                : conversation.router().options().rpcTimeout().toMillis();
        Call<P, R> call = new Call<>(conversation, message, envelope.type(), receivedAt, id, response, timeout);
        boolean inline = found.route().dispatch() == Dispatch.INLINE;
        Calls calls = conversation.calls();
        return switch (inline ? calls.outlook(id) : calls.admit(call)) {
            case DUPLICATE, CLOSED -> null;
            case TOO_MANY -> {
                conversation.sendError(
                        true, id, ErrorCode.RESOURCE_EXHAUSTED.name(), "Too many in-flight RPCs", null, Retry.byCode());
                yield null;
            }
            case ADMITTED -> inline ? () -> runInlineCall(found, call) : () -> runCall(found, call);
        };
    }

    /// Runs a call on the event loop. Nothing can happen to it there before the handler returns, so it
    /// is registered only if it is still unanswered then.
    private <R> void runInlineCall(RouteTable.Entry<P> found, Call<P, R> call) {
        runCall(found, call);
        if (call.isAnswered()) {
            return;
        }
        if (conversation.calls().admit(call) != Calls.Admission.ADMITTED) {
            conversation.runtime().handlers().execute(call.giveUp(AbortReason.DISCONNECT));
        } else if (call.isAnswered()) {
            conversation.calls().remove(call);
        }
    }

    private <R> void runCall(RouteTable.Entry<P> found, Call<P, R> call) {
        try {
            found.run(call);
            if (!found.route().answersLater()
                    && conversation.router().options().warnIncompleteRpc()
                    && !call.isAnswered()) {
                LOG.log(System.Logger.Level.WARNING, "handler of {0} returned without an answer", call.type());
            }
        } catch (Throwable error) {
            ErrorPayload answer = answerTo(error, call);
            if (answer != null) {
                call.fail(answer);
            }
        }
    }

    /// What the peer is told of an exception; null for nothing.
    private @Nullable ErrorPayload answerTo(Throwable error, Exchange<P> exchange) {
        if (error instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        ProtocolException known = ProtocolException.wrap(error);
        if (known != error) {
            LOG.log(System.Logger.Level.WARNING, "handler of " + exchange.type() + " failed", error);
        }
        boolean send = conversation.router().failed(known, exchange);
        RouterOptions options = conversation.router().options();
        if (!send || !options.autoSendErrorOnThrow()) {
            return null;
        }
        if (known == error) {
            return known.toPayload();
        }
        return internal(options.exposeErrorDetails() ? known.text() : RouterConversation.INTERNAL_MESSAGE);
    }

    private void refuseUnknownType() {
        if (!conversation.router().options().answerUnknownTypes()) {
            return;
        }
        String id = envelope.correlationId();
        conversation.sendError(
                isUsable(id),
                id,
                ErrorCode.UNIMPLEMENTED.name(),
                "Unknown message type",
                Map.of("type", envelope.type()),
                Retry.byCode());
    }

    private void refuseInvalid(boolean rpc, InvalidMessageException invalid) {
        String id = envelope.correlationId();
        if (rpc && !isUsable(id)) {
            refuseWithoutId();
            return;
        }
        conversation.sendError(
                rpc,
                id,
                ErrorCode.INVALID_ARGUMENT.name(),
                rpc ? "Request validation failed" : invalid.text(),
                invalid.details(),
                Retry.byCode());
    }

    private void refuseWithoutId() {
        conversation.sendError(
                false,
                null,
                ErrorCode.INVALID_ARGUMENT.name(),
                "RPC request requires non-empty meta.correlationId",
                null,
                Retry.byCode());
    }

    private static boolean isUsable(@Nullable String id) {
        return id != null && !id.isBlank();
    }

    private static ErrorPayload internal(String message) {
        return ErrorPayload.of(ErrorCode.INTERNAL.name(), message, null, Retry.byCode());
    }
}
