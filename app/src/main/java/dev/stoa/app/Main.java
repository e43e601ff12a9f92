package dev.stoa.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `stoa`. Exit codes: 0 stopped as asked, 1 could not start, 2 wrong command line or
/// configuration.
@Command(
        name = "stoa",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "A realtime server.",
        subcommands = {DevCommand.class, ServeCommand.class, KeyCommand.class})
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine(new Surroundings(System::getenv, Main::untilTerminated))
                .execute(arguments));
    }

    /// The command line, ready to execute.
    static CommandLine commandLine(Surroundings surroundings) {
        CommandLine commandLine = new CommandLine(new Main(), new CommandFactory(surroundings));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setDefaultValueProvider(new EnvironmentDefaults(surroundings.environment()));
        commandLine.setExecutionExceptionHandler((error, failed, _) -> {
            if (error instanceof StartupException expected) {
                failed.getErr().println("stoa: " + expected.getMessage());
                return expected.exitCode();
            }
            throw error;
        });
        return commandLine;
    }

    /// Waits until the process is asked to end (SIGTERM, Ctrl+C) and stops the server then.
    private static void untilTerminated(StandAloneServer server) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stoa-stop"));
        server.awaitStop();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to start: dev or serve; or make a key");
    }
}
