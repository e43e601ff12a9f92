package dev.stoa.examples;

import dev.stoa.protocol.MessageType;
import dev.stoa.server.Stoa;
import dev.stoa.server.router.Router;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

public class Chat {
    record Say(@NotBlank @Size(max = 500) String text) {}

    record Said(String from, String text) {}

    static final MessageType<Say> SAY = MessageType.of("SAY", Say.class);
    static final MessageType<Said> SAID = MessageType.of("SAID", Said.class);

    static Router chat() {
        return Router.create().onOpen(ctx -> ctx.topics().subscribe("lobby")).on(SAY, ctx -> {
            var said = new Said(ctx.clientId(), ctx.payload().text());
            ctx.publish("lobby", SAID, said);
        });
    }

    public static void main(String[] args) throws InterruptedException {
        try (Stoa stoa = Stoa.builder().port(8080).router("/ws", chat()).start()) {
            stoa.awaitStop();
        }
    }
}
