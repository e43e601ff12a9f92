package dev.stoa.bench;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/// What the load generator says to a server and what it expects to hear. Constants and immutable records.
final class Contracts {
    static final MessageType<Topic> SUB = MessageType.of("SUB", Topic.class);
    static final MessageType<Topic> JOINED = MessageType.of("JOINED", Topic.class);
    static final MessageType<Publication> PUB = MessageType.of("PUB", Publication.class);
    static final MessageType<Body> NEWS = MessageType.of("NEWS", Body.class);
    static final RpcType<Body, Body> ECHO = RpcType.of("ECHO", Body.class, "ECHOED", Body.class);

    private Contracts() {}

    record Topic(@NotBlank @Size(max = 64) String topic) {}

    record Publication(
            @NotBlank @Size(max = 64) String topic,
            @NotNull @Valid Body body) {}

    /// @param mark when the message was due and its number, 28 letters that only the load generator reads
    /// @param text fills the payload up to its size
    record Body(
            @NotBlank @Size(max = 64) String mark,
            @NotNull @Size(max = 65_536) String text) {}
}
