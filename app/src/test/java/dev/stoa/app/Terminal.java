package dev.stoa.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine;

/// Runs commands as a terminal would, and shows what they print. A server that starts is handed to the
/// test and stopped when the test is done with it.
final class Terminal {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();

    /// What is kept goes to a folder of its own.
    Terminal() {
        try {
            environment.put("STOA_DATA", Files.createTempDirectory("stoa-test").toString());
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    Terminal with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /// Runs a command that is not expected to start a server.
    int run(String... arguments) {
        return run(
                server -> {
                    throw new AssertionError("started at " + server.socketAddress());
                },
                arguments);
    }

    /// @return the exit code
    int run(Consumer<StandAloneServer> whileRunning, String... arguments) {
        CommandLine commandLine = Main.commandLine(new Surroundings(environment::get, whileRunning::accept));
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
