package dev.stoa.server.delivery;

/// What a loop has delivered since it started. Written by the loop alone; others may read values that
/// are a moment old.
public final class DeliveryCounters {
    private long framesOut;
    private long bytesOut;
    private long messagesIn;
    private long bytesIn;
    private long slowConsumers;
    private long framesDropped;

    void sent(long frames, long bytes) {
        framesOut += frames;
        bytesOut += bytes;
    }

    public void received(long bytes) {
        messagesIn++;
        bytesIn += bytes;
    }

    void slowConsumer() {
        slowConsumers++;
    }

    void dropped() {
        framesDropped++;
    }

    /// Messages handed to sockets, one for each recipient.
    public long framesOut() {
        return framesOut;
    }

    public long bytesOut() {
        return bytesOut;
    }

    public long messagesIn() {
        return messagesIn;
    }

    public long bytesIn() {
        return bytesIn;
    }

    /// Sockets closed because they did not read.
    public long slowConsumers() {
        return slowConsumers;
    }

    /// Frames not written because their socket was closing.
    public long framesDropped() {
        return framesDropped;
    }
}
