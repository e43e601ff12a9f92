package dev.stoa.client;

import dev.stoa.client.ClientFault.Kind;
import dev.stoa.client.error.ClientException;
import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ClientStateException.Reason;
import dev.stoa.client.error.RequestTimeoutException;
import dev.stoa.client.lane.Callbacks;
import dev.stoa.client.lane.Lane;
import dev.stoa.client.link.Scheduler;
import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.MessageType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Starts requests and ends those that get no answer: by timeout or cancellation (router protocol,
/// section 16.5). Thread-safe.
final class Requests {
    private final FrameEncoder encoder;
    private final PendingCalls pending;
    private final Connection connection;
    private final Callbacks<ClientFault> faults;
    private final Scheduler scheduler;
    private final Executor executor;
    private final Rules rules;

    /// @param timeout for requests that name none
    /// @param ids makes correlation ids
    /// @param announceTimeout whether the server is told the timeout, as `meta.timeoutMs`
    record Rules(Duration timeout, Supplier<String> ids, boolean announceTimeout) {}

    Requests(
            FrameEncoder encoder,
            PendingCalls pending,
            Connection connection,
            Callbacks<ClientFault> faults,
            Scheduler scheduler,
            Executor executor,
            Rules rules) {
        this.encoder = encoder;
        this.pending = pending;
        this.connection = connection;
        this.faults = faults;
        this.scheduler = scheduler;
        this.executor = executor;
        this.rules = rules;
    }

    /// Starts a request; its outcome arrives in [Call#outcome].
    ///
    /// @param connecting the attempt to wait for before sending; empty to send or queue at once
    /// @throws ClientException when nothing was sent and nothing will be
    <Q, R> Call<R> start(
            MessageType<Q> request,
            @Nullable Q payload,
            MessageType<R> reply,
            RequestOptions options,
            Supplier<Optional<CompletableFuture<Void>>> connecting) {
        Duration timeout = options.timeout() != null ? options.timeout() : rules.timeout();
        String id = options.correlationId() != null
                ? options.correlationId()
                : rules.ids().get();
        String text = encoder.encode(request, payload, id, meta(options, timeout));
        CancelToken token = options.cancel();
        if (token != null && token.isCancelled()) {
            throw aborted(request.name());
        }
        Call<R> call = new Call<>(
                id, request.name(), reply, timeout, new Lane(executor), progress(options.progress(), request.name()));
        pending.add(call);
        call.startTimer(scheduler, () -> timedOut(call));
        if (token != null) {
            Runnable cancel = () -> cancel(call);
            call.whenEnded(() -> token.forget(cancel));
            token.onCancel(cancel);
        }
        call.outcome().whenComplete((message, error) -> {
            if (call.outcome().isCancelled()) {
                cancel(call);
            }
        });
        Frame frame = new Frame(request.name(), text, call, options.queueing());
        connecting.get().ifPresentOrElse(attempt -> transmitAfter(attempt, frame, call), () -> transmit(frame, call));
        return call;
    }

    /// Ends a request that nobody waits for any more; does nothing when it has ended.
    void cancel(Call<?> call) {
        end(call, aborted(call.requestName()));
    }

    private void timedOut(Call<?> call) {
        end(call, new RequestTimeoutException(call.requestName(), call.timeout()));
    }

    private void end(Call<?> call, ClientException error) {
        if (pending.take(call)) {
            call.fail(error);
            connection.withdraw(call);
        }
    }

    private void transmit(Frame frame, Call<?> call) {
        if (connection.transmit(frame) instanceof SendResult.Refused refused && pending.take(call)) {
            call.fail(refused.why());
        }
    }

    private void transmitAfter(CompletableFuture<Void> attempt, Frame frame, Call<?> call) {
        attempt.whenComplete((nothing, error) -> {
            if (error == null) {
                transmit(frame, call);
            } else if (pending.take(call)) {
                call.fail(Dialer.failure(error));
            }
        });
    }

    private Map<String, ?> meta(RequestOptions options, Duration timeout) {
        if (!rules.announceTimeout()) {
            return options.meta();
        }
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("timeoutMs", Math.max(1, timeout.toMillis()));
        options.meta().forEach(meta::putIfAbsent);
        return meta;
    }

    private @Nullable Consumer<Envelope> progress(@Nullable Consumer<JsonNode> callback, String requestName) {
        if (callback == null) {
            return null;
        }
        return envelope -> Lane.isolated("onProgress callback", () -> {
            JsonNode data = envelope.dataTree();
            try {
                callback.accept(data == null ? Json.mapper().nullNode() : data);
            } catch (JacksonException misfit) {
                faults.call(new ClientFault(
                        Kind.VALIDATION,
                        "progress of " + requestName + " does not fit: " + misfit.getOriginalMessage(),
                        envelope.type(),
                        List.of(),
                        String.valueOf(data)));
            }
        });
    }

    private static ClientStateException aborted(String requestName) {
        return new ClientStateException(Reason.ABORTED, "request " + requestName + " aborted");
    }
}
