package dev.stoa.server.document;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.Stoa;
import dev.stoa.server.document.DocumentAuthorizer.Applicant;
import dev.stoa.server.document.DocumentAuthorizer.Grant;
import dev.stoa.server.endpoint.document.DocumentsEndpoint;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.wire.RawPeer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// A server of documents, and the painters that came to them. Closing it cuts them off and stops the
/// server.
///
/// The token `ro` may only read, `bad` is refused with `Unauthorized`, `broken` makes the authorizer
/// fail; any other may write, and is kept as the session's metadata.
final class Studio implements AutoCloseable {
    private final Documents documents;
    private final Stoa stoa;
    private final List<Painter> painters = new ArrayList<>();

    private Studio(Documents documents, Stoa stoa) {
        this.documents = documents;
        this.stoa = stoa;
    }

    static Studio open() {
        return open(DocumentsOptions.named("boards"));
    }

    static Studio open(DocumentsOptions options) {
        return open(options, endpoint -> endpoint, settings -> settings.store(new MemoryStore()));
    }

    static Studio open(
            DocumentsOptions options, UnaryOperator<DocumentsEndpoint> endpoint, UnaryOperator<Stoa.Builder> settings) {
        return open(options, Studio::judge, endpoint, settings);
    }

    static Studio open(
            DocumentsOptions options,
            DocumentAuthorizer authorizer,
            UnaryOperator<DocumentsEndpoint> endpoint,
            UnaryOperator<Stoa.Builder> settings) {
        Documents documents = Documents.create(options);
        Stoa stoa = settings.apply(Stoa.builder()
                        .port(0)
                        .reconnectDamping(null)
                        .documents("/documents", endpoint.apply(DocumentsEndpoint.of(documents, authorizer))))
                .start();
        return new Studio(documents, stoa);
    }

    static Grant judge(Applicant applicant) {
        String token = applicant.token();
        if (token == null || token.equals("bad")) {
            throw ProtocolException.of(ErrorCode.UNAUTHENTICATED, "Unauthorized");
        }
        if (token.equals("broken")) {
            throw new IllegalStateException("a secret of the inside");
        }
        return new Grant(token.equals("ro") ? Permission.READ_ONLY : Permission.READ_WRITE, RawJson.of(token));
    }

    Documents documents() {
        return documents;
    }

    Stoa stoa() {
        return stoa;
    }

    DocumentRoom document(String id) {
        return documents.document(id);
    }

    static String target(String room, String client, String token) {
        return "/documents?roomId=" + encoded(room) + "&clientId=" + encoded(client) + "&token=" + encoded(token);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// A client that has connected and was told nothing yet.
    Painter connect(String room, String client, String token) {
        return knock(target(room, client, token));
    }

    Painter knock(String target) {
        return knock(target, 0);
    }

    Painter knock(String target, int receiveBuffer) {
        Painter painter =
                new Painter(RawPeer.connect(stoa.port(), receiveBuffer).upgrade(target));
        painters.add(painter);
        return painter;
    }

    /// A client that is in its room: it has been told how many there are.
    Painter at(String room, String client) {
        return at(room, client, "rw");
    }

    Painter at(String room, String client, String token) {
        Painter painter = connect(room, client, token);
        painter.until("clientCount");
        return painter;
    }

    @Override
    public void close() {
        painters.forEach(Painter::cut);
        stoa.close();
    }
}
