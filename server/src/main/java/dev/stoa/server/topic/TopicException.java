package dev.stoa.server.topic;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.Retry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A topic operation that failed and changed nothing.
public final class TopicException extends ProtocolException {
    private static final long serialVersionUID = 1;

    private final TopicError error;

    public TopicException(TopicError error, String message, Map<String, ?> details, @Nullable Throwable cause) {
        super(error.uncaught().name(), message, details, Retry.byCode(), null, cause, true);
        this.error = error;
    }

    public TopicError error() {
        return error;
    }
}
