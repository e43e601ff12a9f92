package dev.stoa.server.conformance;

import static dev.stoa.server.conformance.Contracts.*;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RpcContext;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The handlers of calls.
final class Calls {
    /// Calls that wait for a `RELEASE` of their session; a session has one at most.
    private final Map<String, Queue<RpcContext<Void, Void>>> waiting = new ConcurrentHashMap<>();

    private final Queue<String> cancelReasons = new ConcurrentLinkedQueue<>();

    void register(Router router) {
        router.rpc(GET_USER, ctx -> ctx.reply(new User(ctx.payload().id(), "Ada")))
                .rpc(TOUCH, RpcContext::reply)
                .rpc(COUNT, Calls::count)
                .rpc(FAIL_CALL, ctx -> {
                    Failure wanted = ctx.payload();
                    ctx.error(wanted.code(), wanted.message(), wanted.details(), Events.retryOf(wanted));
                })
                .rpc(THROW_CALL, ctx -> {
                    throw new IllegalStateException(ctx.payload().text());
                })
                .rpc(SAY_INSIDE, ctx -> {
                    ctx.send(SAID, ctx.payload());
                    ctx.reply(ctx.payload());
                })
                .rpc(SHORTEN, ctx -> ctx.reply(new Brief(ctx.payload().text())))
                .rpc(ANSWER_OFTEN, Calls::answerOften)
                .rpc(WAIT, this::await)
                .on(RELEASE, ctx -> {
                    for (RpcContext<Void, Void> call : waitingIn(ctx.clientId())) {
                        call.reply();
                    }
                })
                .rpc(CANCELS, ctx -> ctx.reply(new Reasons(List.copyOf(cancelReasons))))
                .onClose(ctx -> waiting.remove(ctx.clientId()));
    }

    private static void count(RpcContext<Steps, Count> ctx) {
        for (int step = 1; step <= ctx.payload().steps(); step++) {
            ctx.progress(Map.of("step", step));
        }
        ctx.reply(new Count(ctx.payload().steps()));
    }

    private static void answerOften(RpcContext<Order, Text> ctx) {
        for (String answer : ctx.payload().answers()) {
            switch (answer) {
                case "reply" -> ctx.reply(new Text("replied"));
                case "error" -> ctx.error(ErrorCode.ABORTED, "errored");
                case "progress" -> ctx.progress(1);
                default -> throw new IllegalArgumentException("reply, error or progress, not " + answer);
            }
        }
    }

    /// Returns without an answer, as a handler may; a `RELEASE` answers.
    private void await(RpcContext<Void, Void> ctx) {
        ctx.onCancel(() -> cancelReasons.add(String.valueOf(ctx.abortSignal().reason())));
        waitingIn(ctx.clientId()).add(ctx);
        ctx.progress("waiting");
    }

    private Queue<RpcContext<Void, Void>> waitingIn(String clientId) {
        return waiting.computeIfAbsent(clientId, _ -> new ConcurrentLinkedQueue<>());
    }
}
