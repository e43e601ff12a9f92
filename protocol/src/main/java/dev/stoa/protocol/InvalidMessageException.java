package dev.stoa.protocol;

import java.util.List;

/// A message that breaks its contract: `INVALID_ARGUMENT` with the issues found.
public final class InvalidMessageException extends ProtocolException {
    private static final long serialVersionUID = 1;

    private final transient List<Issue> issues;

    public InvalidMessageException(String message, List<Issue> issues) {
        super(
                ErrorCode.INVALID_ARGUMENT.name(),
                message,
                issues.isEmpty() ? null : Issue.details(issues),
                Retry.byCode(),
                null,
                null,
                false);
        this.issues = List.copyOf(issues);
    }

    /// Every issue found, in the order found; may be empty when the message says it all.
    public List<Issue> issues() {
        return issues;
    }
}
