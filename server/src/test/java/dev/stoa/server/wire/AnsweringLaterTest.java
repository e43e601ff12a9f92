package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.RpcType;
import dev.stoa.server.router.Dispatch;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RpcContext;
import dev.stoa.server.router.RpcRoute;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A handler that returns without an answer is a mistake, unless its route says that the answer comes later.
class AnsweringLaterTest {
    private static final RpcType<Void, Void> ASK = RpcType.of("ASK", Void.class, "ANSWER", Void.class);
    private static final RpcType<Void, Void> GO = RpcType.of("GO", Void.class, "GONE", Void.class);

    private final Logger log = Logger.getLogger("dev.stoa.server.router.Arrival");
    private final Queue<String> warnings = new ConcurrentLinkedQueue<>();
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            warnings.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        log.addHandler(listener);
    }

    @AfterEach
    void listenNoMore() {
        log.removeHandler(listener);
    }

    private void answersOnGo(Dispatch dispatch, UnaryOperator<RpcRoute<Void, Void>> route) {
        Queue<RpcContext<Void, Void>> waiting = new ConcurrentLinkedQueue<>();
        Router router = Router.create();
        route.apply(router.route(ASK).dispatch(dispatch)).rpc(waiting::add);
        router.route(GO).dispatch(dispatch).rpc(ctx -> {
            waiting.forEach(RpcContext::reply);
            ctx.reply();
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();
            peer.tell("{'type':'ASK','meta':{'correlationId':'1'}}");
            peer.tell("{'type':'GO','meta':{'correlationId':'2'}}");

            assertThat(peer.expect("ANSWER").at("/meta/correlationId").asString())
                    .isEqualTo("1");
            peer.expect("GONE");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Dispatch.class,
            names = {"INLINE", "SERIAL"})
    void isWarnedOfWhereNobodySaysSo(Dispatch dispatch) {
        answersOnGo(dispatch, route -> route);

        assertThat(warnings).hasSize(1).first().asString().contains("returned without an answer");
    }

    @ParameterizedTest
    @EnumSource(
            value = Dispatch.class,
            names = {"INLINE", "SERIAL"})
    void isNotWarnedOfWhereTheRouteSaysSo(Dispatch dispatch) {
        answersOnGo(dispatch, RpcRoute::answeringLater);

        assertThat(warnings).isEmpty();
    }
}
