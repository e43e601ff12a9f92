package dev.stoa.app.playground;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;

/// Every message of the playground. What a constraint here forbids never reaches a handler.
public final class Messages {
    private static final String ROOM_NAME = "[a-z0-9-]{1,32}";

    private Messages() {}

    /// Greets a new connection.
    ///
    /// @param you the name that others see
    /// @param readOnly whether you may only listen
    /// @param rooms where people usually meet
    public record Welcome(String you, boolean readOnly, List<String> rooms) {}

    /// Names the room to join or to leave.
    public record RoomName(
            @NotNull @Pattern(regexp = ROOM_NAME) String room) {}

    /// Who is in a room.
    ///
    /// @param members names in alphabetical order, at most [Rooms#MAX_NAMES]
    /// @param count how many connections there are, named or not
    public record Members(String room, List<String> members, int count) {}

    /// Something to say in a room that you have joined.
    public record Say(
            @NotNull @Pattern(regexp = ROOM_NAME) String room,
            @NotBlank @Size(max = 500) String text) {}

    /// Something that was said.
    ///
    /// @param at wall-clock milliseconds at which the server received it
    public record Said(String room, String from, String text, long at) {}

    /// You began to type, or stopped.
    public record Typing(
            @NotNull @Pattern(regexp = ROOM_NAME) String room, boolean typing) {}

    /// Somebody else began to type, or stopped.
    public record IsTyping(String room, String name, boolean typing) {}

    /// Asks the server to count from 1, telling each number.
    ///
    /// @param to where to end
    /// @param delayMs milliseconds to wait before each number
    public record Count(
            @Min(1) @Max(1000) int to, @Min(0) @Max(1000) int delayMs) {}

    /// How far the count is.
    public record CountProgress(int counted, int to) {}

    /// The count has ended.
    public record Counted(int counted) {}

    public static final MessageType<Welcome> WELCOME = MessageType.of("WELCOME", Welcome.class);
    public static final RpcType<RoomName, Members> JOIN = RpcType.of("JOIN", RoomName.class, "JOINED", Members.class);
    public static final RpcType<RoomName, RoomName> LEAVE = RpcType.of("LEAVE", RoomName.class, "LEFT", RoomName.class);
    public static final MessageType<Members> MEMBERS = MessageType.of("MEMBERS", Members.class);
    public static final MessageType<Say> SAY = MessageType.of("SAY", Say.class);
    public static final MessageType<Said> SAID = MessageType.of("SAID", Said.class);
    public static final MessageType<Typing> TYPING = MessageType.of("TYPING", Typing.class);
    public static final MessageType<IsTyping> IS_TYPING = MessageType.of("IS_TYPING", IsTyping.class);
    public static final RpcType<Count, Counted> COUNT = RpcType.of("COUNT", Count.class, "COUNTED", Counted.class);
}
