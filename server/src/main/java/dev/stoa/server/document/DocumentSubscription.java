package dev.stoa.server.document;

import java.time.Duration;
import java.util.Optional;

/// A listener's registration, which [#close] ends. Thread-safe.
public final class DocumentSubscription implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DocumentSubscription.class.getName());
    private static final Duration WAIT = Duration.ofHours(1);

    private final DocumentEvents events;
    private final DocumentListener listener;
    private volatile DocumentPosition handled;

    private DocumentSubscription(DocumentEvents events, DocumentListener listener) {
        this.events = events;
        this.listener = listener;
        this.handled = events.position();
    }

    static DocumentSubscription start(DocumentEvents events, DocumentListener listener) {
        DocumentSubscription subscription = new DocumentSubscription(events, listener);
        events.threads().execute(subscription::run);
        return subscription;
    }

    private void run() {
        int failures = 0;
        while (!events.isOver()) {
            try {
                Optional<DocumentEvent> event = events.next(WAIT);
                if (event.isPresent()) {
                    failures = tell(event.get()) ? 0 : failures + 1;
                    if (failures > 0) {
                        events.again(handled, failures);
                    }
                }
            } catch (InterruptedException _) {
                // left over by the listener: whether to go on is for the subscription to say
            }
        }
        if (!events.isClosed()) {
            events.close();
            end();
        }
    }

    /// @return whether the listener took it
    private boolean tell(DocumentEvent event) {
        try {
            listener.on(event);
            handled = event.position();
            return true;
        } catch (Exception | Error failed) {
            if (!events.isClosed()) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "a listener of " + events + " failed at " + event.timestamp() + "; it will be told again",
                        failed);
            }
            return false;
        }
    }

    private void end() {
        try {
            listener.ended();
        } catch (RuntimeException failed) {
            LOG.log(System.Logger.Level.ERROR, "a listener of " + events + " failed at the end", failed);
        }
    }

    /// How much the listener has been told, and has taken. Subscribing again from there misses nothing.
    public DocumentPosition position() {
        return handled;
    }

    /// No event begins to be told afterwards; one that is being told is told to its end. Closing twice
    /// does nothing.
    @Override
    public void close() {
        events.close();
    }
}
