package dev.stoa.server.topic;

import dev.stoa.protocol.ErrorCode;

/// Why a topic operation failed (router protocol, section 12.3), and what a peer is told when nobody
/// handles it.
public enum TopicError {
    INVALID_TOPIC(ErrorCode.INVALID_ARGUMENT),
    ACL_SUBSCRIBE(ErrorCode.PERMISSION_DENIED),
    TOPIC_LIMIT_EXCEEDED(ErrorCode.RESOURCE_EXHAUSTED),
    CONNECTION_CLOSED(ErrorCode.UNAVAILABLE),
    ABORTED(ErrorCode.CANCELLED),
    ADAPTER_ERROR(ErrorCode.INTERNAL);

    private final ErrorCode uncaught;

    TopicError(ErrorCode uncaught) {
        this.uncaught = uncaught;
    }

    /// The code sent to the peer when a handler lets the failure pass.
    public ErrorCode uncaught() {
        return uncaught;
    }
}
