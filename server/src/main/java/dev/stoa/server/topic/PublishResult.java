package dev.stoa.server.topic;

import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What became of a publish (router protocol, section 12.5). Publishing never throws for what happens at
/// run time.
public sealed interface PublishResult {
    /// How good the number of recipients is.
    enum Capability {
        EXACT,
        ESTIMATE,
        UNKNOWN
    }

    /// Why nothing was published.
    enum Failure {
        VALIDATION(false),
        ACL_PUBLISH(false),
        STATE(false),
        PAYLOAD_TOO_LARGE(false),
        UNSUPPORTED(false),
        BACKPRESSURE(true),
        CONNECTION_CLOSED(true),
        ADAPTER_ERROR(true);

        private final boolean retryable;

        Failure(boolean retryable) {
            this.retryable = retryable;
        }

        /// Whether publishing the same again may succeed.
        public boolean retryable() {
            return retryable;
        }
    }

    /// It was handed to everyone who listens; nobody listening is success too.
    ///
    /// @param matched recipients, absent when the capability is unknown
    record Published(Capability capability, OptionalInt matched) implements PublishResult {
        public static Published exactly(int matched) {
            return new Published(Capability.EXACT, OptionalInt.of(matched));
        }
    }

    /// Nothing was sent.
    record Failed(
            Failure error,
            String message,
            Map<String, Object> details,
            @Nullable Throwable cause) implements PublishResult {
        public Failed {
            details = Map.copyOf(details);
        }

        public static Failed of(Failure error, String message) {
            return new Failed(error, message, Map.of(), null);
        }

        public boolean retryable() {
            return error.retryable();
        }
    }

    default boolean ok() {
        return this instanceof Published;
    }

    /// How many recipients there were, if it was published and the number is known.
    default OptionalInt matched() {
        return this instanceof Published published ? published.matched() : OptionalInt.empty();
    }
}
