package dev.stoa.client.error;

import dev.stoa.protocol.Issue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the application wanted to send breaks its contract: nothing was sent. The subtype says the same
/// of a reply.
public sealed class ValidationException extends ClientException permits InvalidReplyException {
    private static final long serialVersionUID = 1;

    private final transient List<Issue> issues;

    public ValidationException(String message, List<Issue> issues) {
        this(message, issues, null);
    }

    ValidationException(String message, List<Issue> issues, @Nullable Throwable cause) {
        super(message, cause);
        this.issues = List.copyOf(issues);
    }

    /// Everything that is wrong; may be empty when the message says it all.
    public List<Issue> issues() {
        return issues;
    }
}
