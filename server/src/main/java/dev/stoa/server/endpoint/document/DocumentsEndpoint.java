package dev.stoa.server.endpoint.document;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.document.DocumentAuthorizer;
import dev.stoa.server.document.Documents;
import dev.stoa.server.session.Admission;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Conversation;
import dev.stoa.server.session.DataKey;
import dev.stoa.server.session.Endpoint;
import dev.stoa.server.session.EndpointLimits;
import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.session.Session;
import dev.stoa.server.session.UpgradeRequest;
import java.time.Instant;
import java.util.Map;

/// An instance's documents, for the unmodified npm client `@woven-ecs/canvas-store` (documents
/// protocol).
///
/// A client says in the query where it wants to, who it is, and by what right: `roomId`, `clientId`,
/// `token`; the path is of no account. Whom the authorizer refuses, or who leaves one of them out, is
/// told so by closing with 1008, which a browser can see; or, [#refusingAtHandshake], by an HTTP status,
/// which makes clients wait longer and longer before they try again. Who is refused for the third time with
/// the same token for the same document is refused for the next one and a half seconds without asking the
/// authorizer: clients that are closed try twice a second for ever.
///
/// Immutable but for what it remembers of refusals, which its copies share: each method returns a changed copy.
public final class DocumentsEndpoint implements Endpoint {
    private static final DataKey<Pass> PASS = DataKey.of("stoa.document.pass", Pass.class);
    private static final DataKey<CloseReason> REFUSED = DataKey.of("stoa.document.refused", CloseReason.class);
    private static final int REFUSED_CODE = 1008;
    private static final int USUAL_MESSAGE_BYTES = 16 * 1024 * 1024;
    private static final int MAX_PENDING_MESSAGES = 64;
    private static final int MAX_CLIENT_ID_LENGTH = 256;

    private final Documents documents;
    private final DocumentAuthorizer authorizer;
    private final boolean refusesAtHandshake;
    private final int maxMessageBytes;
    private final Refusals refusals;

    /// What was found out at the handshake.
    private record Pass(String documentId, String clientId, DocumentAuthorizer.Grant grant) {}

    private DocumentsEndpoint(
            Documents documents,
            DocumentAuthorizer authorizer,
            boolean refusesAtHandshake,
            int maxMessageBytes,
            Refusals refusals) {
        this.documents = documents;
        this.authorizer = authorizer;
        this.refusesAtHandshake = refusesAtHandshake;
        this.maxMessageBytes = maxMessageBytes;
        this.refusals = refusals;
    }

    public static DocumentsEndpoint of(Documents documents, DocumentAuthorizer authorizer) {
        Refusals refusals = new Refusals(
                () -> Instant.ofEpochMilli(documents.attachments().clock().millis()));
        return new DocumentsEndpoint(documents, authorizer, false, USUAL_MESSAGE_BYTES, refusals);
    }

    /// Refuses with 400, 401 or 403 in place of closing with 1008.
    public DocumentsEndpoint refusingAtHandshake() {
        return new DocumentsEndpoint(documents, authorizer, true, maxMessageBytes, refusals);
    }

    /// The largest message it takes, 16 MiB otherwise: what a client edited offline comes in one.
    public DocumentsEndpoint withMaxMessageBytes(int bytes) {
        return new DocumentsEndpoint(documents, authorizer, refusesAtHandshake, bytes, refusals);
    }

    public Documents documents() {
        return documents;
    }

    DocumentAuthorizer authorizer() {
        return authorizer;
    }

    @Override
    public String name() {
        return "documents";
    }

    /// A whole document may wait for a socket, and some messages.
    @Override
    public EndpointLimits limits() {
        long backlog = documents.options().limits().maxDocumentBytes() + 2L * maxMessageBytes;
        return new EndpointLimits(maxMessageBytes, backlog, MAX_PENDING_MESSAGES, Heartbeat.usual());
    }

    @Override
    public String clientIdHeader() {
        return "x-client-id";
    }

    @Override
    public CloseReason shutdownReason() {
        return new CloseReason(1012, "");
    }

    @Override
    public Admission admit(UpgradeRequest request) {
        try {
            return accept(Map.of(PASS, pass(request)));
        } catch (ProtocolException refusal) {
            return refused(refusal);
        } catch (Exception failed) {
            System.getLogger(DocumentsEndpoint.class.getName())
                    .log(System.Logger.Level.WARNING, "authorizing for a document failed", failed);
            return refused(ProtocolException.of(ErrorCode.UNAUTHENTICATED, "Unauthorized"));
        }
    }

    private Pass pass(UpgradeRequest request) throws Exception {
        String documentId = parameter(request, "roomId");
        String clientId = parameter(request, "clientId");
        String token = parameter(request, "token");
        documents.document(documentId);
        int length = clientId.codePointCount(0, clientId.length());
        if (length > MAX_CLIENT_ID_LENGTH) {
            throw ProtocolException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "clientId of " + length + " characters exceeds " + MAX_CLIENT_ID_LENGTH);
        }
        return new Pass(documentId, clientId, judged(documentId, clientId, token, request));
    }

    private DocumentAuthorizer.Grant judged(String documentId, String clientId, String token, UpgradeRequest request)
            throws Exception {
        String who = Refusals.key(documentId, clientId, token);
        if (refusals.isFresh(who)) {
            throw ProtocolException.of(ErrorCode.UNAUTHENTICATED, "refused a moment ago, and not looked at again");
        }
        try {
            return authorizer.authorize(new DocumentAuthorizer.Applicant(documentId, clientId, token, request));
        } catch (Exception refused) {
            refusals.note(who);
            throw refused;
        }
    }

    private static String parameter(UpgradeRequest request, String name) {
        return request.queryParameter(name)
                .filter(value -> !value.isEmpty())
                .orElseThrow(
                        () -> ProtocolException.of(ErrorCode.INVALID_ARGUMENT, "Missing " + name + " query parameter"));
    }

    private Admission refused(ProtocolException refusal) {
        if (!refusesAtHandshake) {
            return accept(Map.of(REFUSED, Closing.of(REFUSED_CODE, refusal.text())));
        }
        return new Admission.Reject(
                switch (refusal.code()) {
                    case "INVALID_ARGUMENT" -> 400;
                    case "PERMISSION_DENIED" -> 403;
                    default -> 401;
                },
                refusal.text());
    }

    /// No subprotocol is chosen: the client offers none.
    private static Admission accept(Map<DataKey<?>, Object> data) {
        return new Admission.Accept(null, data, null);
    }

    @Override
    public Conversation open(Session session) {
        Pass pass = session.data().get(PASS);
        if (pass == null) {
            return new Refusal(session, session.data().find(REFUSED).orElse(Closing.of(REFUSED_CODE, "")));
        }
        return DocumentConversation.start(session, this, pass.documentId, pass.clientId, pass.grant);
    }

    /// A socket that is only told why it must go.
    private static final class Refusal implements Conversation {
        Refusal(Session session, CloseReason reason) {
            session.close(reason);
        }

        @Override
        public void onMessage(byte[] message, boolean binary, long receivedAt) {
            // whatever it says, it is refused
        }

        @Override
        public void onClosed(CloseReason reason) {
            // there was nothing
        }
    }
}
