package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.SAID;
import static dev.stoa.server.wire.Chat.SAY;
import static dev.stoa.server.wire.Chat.WORK;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.event;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.expectText;
import static dev.stoa.server.wire.Chat.open;
import static dev.stoa.server.wire.Chat.serve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.stoa.server.Stoa;
import dev.stoa.server.router.OnConflict;
import dev.stoa.server.router.Router;
import dev.stoa.server.wire.Chat.Text;
import org.junit.jupiter.api.Test;

@Row(53)
class ComposingTest {
    private final Log log = new Log();

    private static Router saying(String answer) {
        return Router.create().on(SAY, ctx -> ctx.send(SAID, new Text(answer)));
    }

    private static void expectAnswer(Router router, String type, String answer) {
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event(type, "hi"));
            expectText(peer, "SAID", answer);
        }
    }

    @Test
    void theLastHandlerRegisteredForATypeAnswers() {
        Router router = saying("first").on(SAY, ctx -> ctx.send(SAID, new Text("last")));

        expectAnswer(router, "SAY", "last");
    }

    @Test
    void aTypeTakenOffIsUnknownAndTakingOffAnotherDoesNothing() {
        Router router = Chat.echoing(saying("never")).off(SAY).off(SAY).off(WORK);
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "hi"));

            peer.expectError("ERROR", "UNIMPLEMENTED");

            expectNothingBefore(peer, "a");
        }
    }

    @Test
    void changesWhileRunningConcernLaterMessages() {
        Router router = saying("before");
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "hi"));
            expectText(peer, "SAID", "before");

            router.on(SAY, ctx -> ctx.send(SAID, new Text("after")));

            peer.send(event("SAY", "hi"));
            expectText(peer, "SAID", "after");
        }
    }

    @Test
    void mergingReplacesUnlessToldOtherwise() {
        expectAnswer(saying("mine").merge(saying("theirs")), "SAY", "theirs");
        expectAnswer(saying("mine").merge(saying("theirs"), OnConflict.SKIP), "SAY", "mine");
        Router router = saying("mine");
        assertThatIllegalStateException().isThrownBy(() -> router.merge(saying("theirs"), OnConflict.ERROR));
        expectAnswer(router, "SAY", "mine");
    }

    @Test
    void mergingAppendsMiddlewareAndHooks() {
        Router theirs = Chat.echoing(Router.create())
                .use((_, next) -> {
                    log.add("their middleware");
                    next.proceed();
                })
                .onOpen(_ -> log.add("their open"))
                .onClose(_ -> log.add("their close"));
        theirs.route(SAY)
                .use((_, next) -> {
                    log.add("their route");
                    next.proceed();
                })
                .on(_ -> log.add("handled"));
        Router router = Router.create()
                .use((_, next) -> {
                    log.add("my middleware");
                    next.proceed();
                })
                .onOpen(_ -> log.add("my open"))
                .onClose(_ -> log.add("my close"))
                .merge(theirs);
        try (Stoa stoa = serve(router)) {
            RawPeer peer = open(stoa);
            peer.send(event("SAY", "hi"));
            log.await(6);
            peer.close();

            assertThat(log.await(8))
                    .containsExactly(
                            "my open",
                            "their open",
                            "my middleware",
                            "their middleware",
                            "their route",
                            "handled",
                            "my close",
                            "their close");
        }
    }

    @Test
    void mountingPrefixesRequestTypesAndLeavesResponseTypes() {
        Router chat = saying("mounted").rpc(WORK, ctx -> ctx.reply(new Text("done")));
        try (Stoa stoa = serve(Chat.echoing(Router.create()).mount("chat.", chat));
                RawPeer peer = open(stoa)) {
            peer.send(event("chat.SAY", "hi"));
            expectText(peer, "SAID", "mounted");
            peer.send(call("chat.WORK", "w", "x"));
            expectText(peer, "WORKED", "done");
            peer.send(event("SAY", "hi"));
            peer.expectError("ERROR", "UNIMPLEMENTED");
        }
    }

    @Test
    void resetForgetsHandlersAndKeepsConnections() {
        Router router = Chat.echoing(saying("before")).use((_, _) -> log.add("swallowed"));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            Chat.awaitTurn(peer);
            router.reset();
            peer.send(event("SAY", "hi"));
            peer.expectError("ERROR", "UNIMPLEMENTED");

            Chat.echoing(router);

            expectNothingBefore(peer, "a");
            assertThat(log.entries()).isEmpty();
        }
    }
}
