package dev.stoa.client;

import dev.stoa.client.ClientFault.Kind;
import dev.stoa.client.lane.Callbacks;
import dev.stoa.client.lane.Lane;
import dev.stoa.client.link.Link;
import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.Reserved;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Takes each received frame to where it belongs: first to the request it answers, then to the handlers
/// of its type (router protocol, section 16.6).
///
/// Requests are found on the network's thread, so that an answer never waits behind handlers;
/// application code runs on lanes. Thread-safe.
final class Inbox {
    private final PendingCalls pending;
    private final Handlers handlers;
    private final Callbacks<ClientFault> faults;
    private final Lane lane;
    private final AtomicReference<@Nullable Consumer<? super Envelope>> unhandled = new AtomicReference<>();

    Inbox(PendingCalls pending, Handlers handlers, Callbacks<ClientFault> faults, Lane lane) {
        this.pending = pending;
        this.handlers = handlers;
        this.faults = faults;
        this.lane = lane;
    }

    /// Replaces the callback for messages that nobody handles.
    Subscription onUnhandled(Consumer<? super Envelope> callback) {
        unhandled.set(callback);
        return () -> unhandled.compareAndSet(callback, null);
    }

    void received(Link link, byte[] text) {
        Runnable handled = () -> link.handled(text.length);
        Envelope envelope;
        try {
            envelope = Envelope.scan(text);
        } catch (InvalidMessageException unusable) {
            onLane(() -> faults.call(fault(unusable, text)), handled);
            return;
        }
        if (envelope.type().equals(Reserved.PROGRESS)) {
            progress(envelope, handled);
            return;
        }
        boolean settled = settle(envelope);
        Handlers.Route<?> route = handlers.of(envelope.type());
        if (route != null) {
            onLane(() -> route.deliver(envelope, text), handled);
        } else if (settled) {
            handled.run();
        } else {
            onLane(() -> unhandled(envelope), handled);
        }
    }

    void receivedBinary() {
        lane.submit(() -> faults.call(new ClientFault(
                Kind.PARSE, "binary frames are not part of the protocol", "", java.util.List.of(), "")));
    }

    private void progress(Envelope envelope, Runnable handled) {
        String id = envelope.correlationId();
        Call<?> call = id == null ? null : pending.get(id);
        if (call == null) {
            handled.run();
        } else {
            call.progress(envelope, handled);
        }
    }

    /// Returns whether a request, waiting or given up, has asked for this frame.
    private boolean settle(Envelope envelope) {
        String id = envelope.correlationId();
        if (id == null) {
            return false;
        }
        Call<?> call = pending.take(id);
        if (call == null) {
            return envelope.type().equals(Reserved.RPC_ERROR) && pending.wasGivenUp(id);
        }
        call.settle(envelope);
        return true;
    }

    private void unhandled(Envelope envelope) {
        var callback = unhandled.get();
        if (callback != null) {
            Lane.isolated("onUnhandled callback", () -> callback.accept(envelope));
        }
    }

    private void onLane(Runnable task, Runnable handled) {
        lane.submit(() -> {
            try {
                task.run();
            } finally {
                handled.run();
            }
        });
    }

    private static ClientFault fault(InvalidMessageException unusable, byte[] text) {
        return new ClientFault(
                isJson(text) ? Kind.VALIDATION : Kind.PARSE,
                unusable.text(),
                "",
                unusable.issues(),
                new String(text, StandardCharsets.UTF_8));
    }

    private static boolean isJson(byte[] text) {
        try {
            return !Json.mapper().readTree(text).isMissingNode();
        } catch (JacksonException notJson) {
            return false;
        }
    }
}
