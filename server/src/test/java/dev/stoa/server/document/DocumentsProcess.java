package dev.stoa.server.document;

import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.document.DocumentsEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;

/// A server of documents in a process of its own: the usual ones, and at `/kind` such as reply to readers
/// and spare newcomers the tombstones. It judges tokens as [Studio] does, tells its port, and stops when
/// its input ends.
final class DocumentsProcess {
    private DocumentsProcess() {}

    /// @param args the data directory, and the port to listen at, if it matters
    public static void main(String[] args) throws IOException {
        Documents boards = Documents.create(DocumentsOptions.named("boards").withIdleTimeout(Duration.ofSeconds(1)));
        Documents kind = Documents.create(DocumentsOptions.named("kind")
                .replyingToReaders()
                .withTombstones(Tombstones.kept().withoutNewcomers()));
        Stoa stoa = Stoa.builder()
                .port(args.length > 1 ? Integer.parseInt(args[1]) : 0)
                .reconnectDamping(null)
                .data(Path.of(args[0]))
                .documents("/documents", DocumentsEndpoint.of(boards, Studio::judge))
                .documents("/kind", DocumentsEndpoint.of(kind, Studio::judge))
                .start();
        try (stoa) {
            System.out.println(stoa.port());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
