package dev.stoa.server.wire;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import jakarta.validation.constraints.NotBlank;

/// The contracts that tests on the wire share.
final class Talk {
    record Text(@NotBlank String text) {}

    static final MessageType<Text> SAY = MessageType.of("SAY", Text.class);
    static final MessageType<Text> HEARD = MessageType.of("HEARD", Text.class);
    static final MessageType<Void> KNOCK = MessageType.of("KNOCK");
    static final MessageType<Void> KNOCKED = MessageType.of("KNOCKED");
    static final RpcType<Text, Text> ASK = RpcType.of("ASK", Text.class, "ANSWER", Text.class);

    private Talk() {}
}
