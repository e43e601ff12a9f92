package dev.stoa.server.endpoint.document;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.document.DocumentAttachments;
import dev.stoa.server.document.DocumentAuthorizer;
import dev.stoa.server.entity.Answers;
import dev.stoa.server.entity.Done;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Conversation;
import dev.stoa.server.session.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One client at its document: what it says becomes commands, in the order in which it was said.
///
/// Some messages hold those behind them up: a large one, which is taken apart away from the event loop;
/// a new token, which must be judged first; coming back, whose answer may be a whole document; and one
/// for which the document has no room at the moment. What is held up is bounded, for the socket is not
/// read meanwhile.
///
/// Confined to the session's event loop, but for what says otherwise.
final class DocumentConversation implements Conversation {
    /// Larger messages are taken apart elsewhere.
    private static final int QUICK_BYTES = 32 * 1024;

    private static final int MAX_IN_FLIGHT = 64;
    private static final int MAX_IN_FLIGHT_BYTES = 4 * 1024 * 1024;
    private static final Duration AGAIN = Duration.ofMillis(20);
    private static final Duration REFRESH_TIMEOUT = Duration.ofSeconds(10);

    private final Session session;
    private final DocumentAuthorizer authorizer;
    private final DocumentAttachments attachments;
    private final DocumentAttachments.Attachment attachment;
    private final String documentId;
    private final String clientId;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private boolean heldUp;
    private int inFlight;
    private long inFlightBytes;
    private boolean paused;
    private boolean closed;
    private @Nullable Runnable whenIdle;
    private @Nullable FutureTask<?> refreshing;

    private DocumentConversation(Session session, DocumentsEndpoint endpoint, String documentId, String clientId) {
        this.session = session;
        this.authorizer = endpoint.authorizer();
        this.attachments = endpoint.documents().attachments();
        this.attachment = attachments.opened(session, documentId);
        this.documentId = documentId;
        this.clientId = clientId;
    }

    static DocumentConversation start(
            Session session,
            DocumentsEndpoint endpoint,
            String documentId,
            String clientId,
            DocumentAuthorizer.Grant grant) {
        DocumentConversation conversation = new DocumentConversation(session, endpoint, documentId, clientId);
        conversation.follow(conversation.attachment.enter(clientId, grant), 0, false);
        return conversation;
    }

    @Override
    public void onMessage(byte[] message, boolean binary, long receivedAt) {
        if (closed || whenIdle != null) {
            return;
        }
        if (heldUp) {
            waiting.add(message);
            read();
        } else {
            take(message);
        }
    }

    private void take(byte[] message) {
        if (message.length <= QUICK_BYTES) {
            take(Incoming.parse(message), message.length);
            return;
        }
        heldUp = true;
        attachments.threads().execute(() -> {
            Incoming incoming = Incoming.parse(message);
            onLoop(() -> {
                heldUp = false;
                take(incoming, message.length);
                takeWaiting();
            });
        });
        read();
    }

    private void take(Incoming incoming, int bytes) {
        switch (incoming) {
            case Incoming.Junk() -> {
                // the reference ignores it, and clients of other versions may count on that
            }
            case Incoming.Patch(var messageId, var documents, var ephemerals) ->
                ask(() -> attachment.edit(messageId, documents, ephemerals), bytes, false);
            case Incoming.Reconnect(var since, var version, var documents, var ephemerals) ->
                ask(() -> attachment.reconnect(since, version, documents, ephemerals), bytes, true);
            case Incoming.Refresh(var token) -> refresh(token);
        }
    }

    private void takeWaiting() {
        while (!heldUp && !closed && whenIdle == null) {
            byte[] next = waiting.poll();
            if (next == null) {
                break;
            }
            take(next);
        }
        read();
    }

    // Asking the document

    /// @param alone whether what follows waits until it is done
    private void ask(Supplier<CompletableFuture<Done>> command, int bytes, boolean alone) {
        CompletableFuture<Done> answer = command.get();
        if (isFull(answer)) {
            heldUp = true;
            attachments
                    .clock()
                    .schedule(
                            AGAIN,
                            () -> onLoop(() -> {
                                heldUp = false;
                                ask(command, bytes, alone);
                                takeWaiting();
                            }));
            read();
            return;
        }
        follow(answer, bytes, alone);
    }

    /// Whether the document did not even take the command; once it has taken one it never says that.
    private static boolean isFull(CompletableFuture<Done> answer) {
        return answer.isCompletedExceptionally()
                && Answers.reason(answer.exceptionNow()).code().equals(ErrorCode.RESOURCE_EXHAUSTED.name());
    }

    private void follow(CompletableFuture<Done> answer, int bytes, boolean alone) {
        inFlight++;
        inFlightBytes += bytes;
        heldUp |= alone;
        read();
        answer.whenComplete((_, failure) -> onLoop(() -> done(failure, bytes, alone)));
    }

    private void done(@Nullable Throwable failure, int bytes, boolean alone) {
        inFlight--;
        inFlightBytes -= bytes;
        endWhenIdle();
        if (failure != null) {
            session.close(Closing.of(Answers.reason(failure)));
            return;
        }
        if (alone) {
            heldUp = false;
        }
        takeWaiting();
    }

    /// Reads the socket or not, as much waits.
    private void read() {
        boolean much = heldUp || inFlight >= MAX_IN_FLIGHT || inFlightBytes >= MAX_IN_FLIGHT_BYTES;
        if (much != paused && !closed) {
            paused = much;
            if (much) {
                session.pauseReading();
            } else {
                session.resumeReading();
            }
        }
    }

    // A new token

    private void refresh(@Nullable String token) {
        heldUp = true;
        read();
        var applicant = new DocumentAuthorizer.Applicant(documentId, clientId, token, null);
        FutureTask<DocumentAuthorizer.Grant> judging = new FutureTask<>(() -> authorizer.authorize(applicant)) {
            @Override
            protected void done() {
                onLoop(() -> refreshed(this));
            }
        };
        refreshing = judging;
        attachments.threads().execute(judging);
        attachments.clock().schedule(REFRESH_TIMEOUT, () -> judging.cancel(true));
    }

    private void refreshed(FutureTask<DocumentAuthorizer.Grant> judged) {
        if (closed) {
            return;
        }
        refreshing = null;
        try {
            DocumentAuthorizer.Grant grant = judged.resultNow();
            heldUp = false;
            ask(() -> attachment.permit(grant), 0, false);
            takeWaiting();
        } catch (IllegalStateException refused) {
            session.close(Closing.of(1008, refusal(judged)));
        }
    }

    private static String refusal(FutureTask<?> judged) {
        return judged.state() == Future.State.FAILED && judged.exceptionNow() instanceof ProtocolException known
                ? known.text()
                : "Unauthorized";
    }

    /// May be called from any thread.
    private void onLoop(Runnable work) {
        session.outlet().loop().run(work);
    }

    // Ending

    /// What was taken is finished; what was not is not acknowledged, and clients bring it again.
    @Override
    public void drain(Runnable idle) {
        waiting.clear();
        whenIdle = idle;
        endWhenIdle();
    }

    private void endWhenIdle() {
        if (whenIdle != null && inFlight == 0) {
            whenIdle.run();
        }
    }

    @Override
    public void onClosed(CloseReason reason) {
        closed = true;
        waiting.clear();
        FutureTask<?> judging = refreshing;
        if (judging != null) {
            judging.cancel(true);
        }
        attachment.closed();
    }
}
