package dev.stoa.server.document;

import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.document.DocumentsEndpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A server of documents in a process of its own, to be killed. It judges tokens as [Studio] does, tells
/// its port, and stops when its input ends.
final class DocumentsProcess implements AutoCloseable {
    private final Process process;
    private final int port;

    private DocumentsProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static DocumentsProcess start(Path data) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
        command.addAll(
                List.of(System.getProperty("java.class.path"), DocumentsProcess.class.getName(), data.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output = process.inputReader();
        String port = output.readLine();
        if (port == null) {
            throw new AssertionError(
                    "the server did not start, exit " + process.onExit().join().exitValue());
        }
        return new DocumentsProcess(process, Integer.parseInt(port));
    }

    int port() {
        return port;
    }

    /// Kills it as `kill -9` does.
    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    /// @param args the data directory, and the port to listen at, if it matters
    public static void main(String[] args) throws IOException {
        Documents boards = Documents.create(DocumentsOptions.named("boards").withIdleTimeout(Duration.ofSeconds(1)));
        Stoa stoa = Stoa.builder()
                .port(args.length > 1 ? Integer.parseInt(args[1]) : 0)
                .reconnectDamping(null)
                .data(Path.of(args[0]))
                .documents("/documents", DocumentsEndpoint.of(boards, Studio::judge))
                .start();
        try (stoa) {
            System.out.println(stoa.port());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
