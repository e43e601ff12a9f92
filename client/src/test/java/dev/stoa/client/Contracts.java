package dev.stoa.client;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/// The messages that the tests speak.
final class Contracts {
    record Say(@NotBlank @Size(max = 1_000_000) String text) {}

    record GetUser(@NotBlank String id) {}

    record User(String id, String name) {}

    record Step(int step) {}

    record InRoom(String roomId) {}

    static final MessageType<Say> SAY = MessageType.of("SAY", Say.class);
    static final MessageType<Say> SAID = MessageType.of("SAID", Say.class);
    static final MessageType<Void> LOGOUT = MessageType.of("LOGOUT");
    static final MessageType<Say> SAY_IN_ROOM =
            MessageType.of("SAY_IN_ROOM", Say.class).withMeta(InRoom.class);
    static final RpcType<GetUser, User> GET_USER = RpcType.of("GET_USER", GetUser.class, "USER", User.class);

    private Contracts() {}

    static String user(String correlationId) {
        return "{\"type\":\"USER\",\"meta\":{\"timestamp\":1,\"correlationId\":\"" + correlationId
                + "\"},\"payload\":{\"id\":\"1\",\"name\":\"Ada\"}}";
    }

    static String said(String text) {
        return "{\"type\":\"SAID\",\"meta\":{\"timestamp\":1},\"payload\":{\"text\":\"" + text + "\"}}";
    }
}
