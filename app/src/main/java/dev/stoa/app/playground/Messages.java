package dev.stoa.app.playground;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;

/// The playground's own contracts, beside those of rooms.
public final class Messages {
    private Messages() {}

    /// Greets a new connection.
    ///
    /// @param you the member that you are in rooms
    /// @param readOnly whether you may only listen
    /// @param rooms where people usually meet
    public record Welcome(String you, boolean readOnly, List<String> rooms) {}

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
    public static final RpcType<Count, Counted> COUNT = RpcType.of("COUNT", Count.class, "COUNTED", Counted.class);
}
