package dev.stoa.client;

import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ClientStateException.Reason;
import dev.stoa.client.link.Admission;
import org.jspecify.annotations.Nullable;

/// Says to the sender what link and queue did with a frame.
final class SendResults {
    private SendResults() {}

    /// @param admission the link's answer; `CLOSED` when there was none to ask
    /// @param outcome the queue's answer; null when it was not asked
    static SendResult of(Admission admission, OfflineQueue.@Nullable Outcome outcome) {
        return switch (admission) {
            case ADDED -> new SendResult.Sent();
            case FULL -> refused(Reason.OUTBOUND_FULL, "too much unsent text: the peer is not reading");
            case CLOSED -> {
                if (outcome == null) {
                    yield refused(Reason.NOT_OPEN, "the connection is not open and queueing is off");
                }
                yield outcome.queued()
                        ? new SendResult.Queued()
                        : refused(Reason.QUEUE_FULL, "the connection is not open and the queue is full");
            }
        };
    }

    private static SendResult refused(Reason reason, String message) {
        return new SendResult.Refused(new ClientStateException(reason, message));
    }
}
