package dev.stoa.client.error;

import dev.stoa.protocol.Issue;
import java.util.List;

/// The server's answer is not what the contract promises: another type, or a payload that breaks it.
public final class InvalidReplyException extends ValidationException {
    private static final long serialVersionUID = 1;

    public InvalidReplyException(String message, List<Issue> issues) {
        super(message, issues, null);
    }

    /// A reply that could not even be checked.
    public InvalidReplyException(String message, Throwable cause) {
        super(message, List.of(), cause);
    }
}
