package dev.stoa.examples;

import static java.lang.System.Logger.Level.INFO;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.Stoa;
import dev.stoa.server.document.DocumentAuthorizer;
import dev.stoa.server.document.DocumentAuthorizer.Grant;
import dev.stoa.server.document.DocumentChanges;
import dev.stoa.server.document.DocumentEvent;
import dev.stoa.server.document.DocumentEvents;
import dev.stoa.server.document.DocumentHooks;
import dev.stoa.server.document.DocumentPosition;
import dev.stoa.server.document.DocumentRoom;
import dev.stoa.server.document.DocumentSession;
import dev.stoa.server.document.DocumentState;
import dev.stoa.server.document.DocumentSubscription;
import dev.stoa.server.document.Documents;
import dev.stoa.server.document.DocumentsOptions;
import dev.stoa.server.document.Permission;
import dev.stoa.server.document.SnapshotFiles;
import dev.stoa.server.document.Tombstones;
import dev.stoa.server.document.lww.LwwLimits;
import dev.stoa.server.endpoint.document.DocumentTokens;
import dev.stoa.server.endpoint.document.DocumentsEndpoint;
import dev.stoa.server.room.token.TokenKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// The snippets of docs/documents.md.
final class DocumentsGuide {
    private static final System.Logger LOG = System.getLogger("boards");

    private DocumentsGuide() {}

    record User(String id, boolean guest) {}

    static User verify(String token) {
        return new User(token, token.startsWith("guest"));
    }

    static Stoa start(Path directory, Documents boards) {
        DocumentAuthorizer authorizer = applicant -> {
            User user = verify(applicant.token());
            if (applicant.documentId().startsWith("secret-") && user.guest()) {
                throw ProtocolException.of(ErrorCode.PERMISSION_DENIED, "not for guests");
            }
            return new Grant(user.guest() ? Permission.READ_ONLY : Permission.READ_WRITE, RawJson.of(user.id()));
        };
        Stoa stoa = Stoa.builder()
                .port(0)
                .data(directory)
                .documents(boards, authorizer)
                .start();
        return stoa;
    }

    static Documents options() {
        Documents boards = Documents.create(DocumentsOptions.named("boards")
                .withIdleTimeout(Duration.ofMinutes(5))
                .withMaxSessions(200)
                .withLimits(LwwLimits.usual().withMaxDocumentBytes(8 * 1024 * 1024)));
        return boards;
    }

    static Documents lessUsual() {
        Documents boards = Documents.create(DocumentsOptions.named("boards")
                .replyingToReaders()
                .withTombstones(Tombstones.kept().withoutNewcomers().keptFor(Duration.ofDays(180))));
        return boards;
    }

    static DocumentsEndpoint endpoint(Documents boards, DocumentAuthorizer authorizer) {
        return DocumentsEndpoint.of(boards, authorizer).refusingAtHandshake().withMaxMessageBytes(4 * 1024 * 1024);
    }

    static DocumentsEndpoint tokens(Documents boards, TokenKeys keys) {
        return DocumentsEndpoint.of(boards, DocumentTokens.of("boards", keys, InstantSource.system()));
    }

    static void takingPart(Documents boards) {
        DocumentRoom board = boards.document("b1");
        board.add("backend", "e1/shape", Map.of("x", 5, "label", "hello"));
        long counter = board.write("backend", RawJson.parse("{\"e1/shape\":{\"x\":6}}"));
        System.out.println(board.get("e1/shape").orElseThrow() + " at " + counter);
        board.delete("backend", "e1/shape");
    }

    static void sessions(DocumentRoom board) {
        for (DocumentSession session : board.sessions()) {
            if (session.metadata().equals(RawJson.of("mallory"))) {
                board.permit(session.sessionId(), Permission.READ_ONLY);
            }
        }
    }

    static void snapshots(DocumentRoom board) {
        RawJson copy = board.snapshot();
        board.restore(copy);
    }

    static Documents hooks(Documents boards) {
        Documents watched = boards.withHooks(new DocumentHooks() {
            @Override
            public void changed(DocumentRoom document, Change change) {
                LOG.log(INFO, "{0} is at {1}", document.id(), change.timestamp());
            }

            @Override
            public void sessionRemoved(DocumentRoom document, String sessionId, int remaining) {
                LOG.log(INFO, "{0} are left", remaining);
            }
        });
        return watched;
    }

    static void reading(DocumentRoom board) {
        DocumentState shapes = board.state("e1/");
        DocumentChanges news = board.changesSince(shapes.position());
        System.out.println(news.isEmpty() ? "nothing new" : "new: " + news.patches());
    }

    /// Makes something of its own of a document.
    interface Index {
        DocumentPosition position();

        void clear();

        void apply(RawJson patches, DocumentPosition position);
    }

    static DocumentSubscription following(DocumentRoom board, Index index) {
        DocumentSubscription following = board.subscribe(index.position(), event -> {
            if (event instanceof DocumentEvent.Restored) {
                index.clear();
            }
            index.apply(event.patches(), event.position());
        });
        return following;
    }

    static void waiting(DocumentRoom board) throws InterruptedException {
        try (DocumentEvents events = board.events(DocumentPosition.NOTHING)) {
            Optional<DocumentEvent> event = events.next(Duration.ofSeconds(20));
            event.ifPresent(known -> System.out.println(known.timestamp() + " " + known.patches()));
        }
    }

    static Documents moving(Documents boards, Path directory) {
        Documents moved = boards.withStorage(SnapshotFiles.in(directory));
        return moved;
    }
}
