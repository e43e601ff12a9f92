package dev.stoa.bench;

import dev.stoa.server.Stoa;
import dev.stoa.server.document.DocumentAuthorizer;
import dev.stoa.server.document.Documents;
import dev.stoa.server.document.DocumentsOptions;
import dev.stoa.server.document.Permission;
import dev.stoa.server.net.Transport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Locale;

/// The real server with an instance of documents at `/documents`; everybody may write. Heartbeats and metrics are on.
///
/// ```
/// DocumentServer --port 9000 [--data DIRECTORY] [--transport epoll|io_uring|nio] [--loops 1]
/// ```
///
/// With a directory an edit is acknowledged when it is durable, without one it is kept in memory.
public final class DocumentServer {
    private DocumentServer() {}

    public static void main(String[] args) throws InterruptedException {
        Arguments arguments = Arguments.of(args);
        Stoa.Builder builder = Stoa.builder();
        String directory = arguments.text("data", "");
        if (!directory.isEmpty()) {
            builder.data(Path.of(directory));
        }
        Stoa stoa = builder.port(arguments.number("port", 9000))
                .transport(
                        Transport.valueOf(arguments.text("transport", "epoll").toUpperCase(Locale.ROOT)))
                .loops(arguments.number("loops", 1))
                .metrics(new SimpleMeterRegistry())
                .documents(
                        Documents.create(DocumentsOptions.named("bench")),
                        _ -> new DocumentAuthorizer.Grant(Permission.READ_WRITE, null))
                .start();
        System.out.println("stoa at " + stoa.address() + ", " + arguments);
        stoa.awaitStop();
    }
}
