package dev.stoa.app;

import dev.stoa.app.config.Configuration;
import dev.stoa.app.playground.Playground;
import dev.stoa.server.StoaApp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Development mode: this machine only, the playground, and tokens that sign anyone in. Filled by
/// picocli.
@Command(
        name = "dev",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Starts in development mode: listens on this machine only, serves the playground, and takes"
                + " development tokens (dev:<user>). Not for production; see 'serve'.")
final class DevCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private SharedOptions options = new SharedOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    DevCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = options.appliedTo(Configuration.usual());
        List<StoaApp> apps = new ArrayList<>();
        DevelopmentTokens tokens = new DevelopmentTokens();
        apps.add(Playground.authenticatedBy(tokens).withDocuments(tokens));
        apps.addAll(options.applicationsOf(configuration));
        try (StandAloneServer server = StandAloneServer.start(
                configuration, apps, StandAloneServer.Pages.PLAYGROUND, surroundings.environment())) {
            spec.commandLine().getOut().println(greeting(server, configuration));
            surroundings.keeper().keep(server);
        }
        return ExitCode.OK;
    }

    private static String greeting(StandAloneServer server, Configuration configuration) {
        return """

                Stoa is ready, in development mode.

                  playground  %1$s/playground/
                  canvas      %1$s/canvas/
                  sockets     %2$s%3$s
                  rooms       %2$s/rooms/room/<name>
                  documents   %2$s/documents
                  HTTP API    %1$s/v1/instances/default, tried out at %1$s/docs/
                  health      %1$s/health/ready
                  metrics     %1$s/metrics

                What is said in rooms and drawn in documents is kept in %4$s.

                Sign in with the token dev:<user>, or dev:<user>:ro to read only; without a token you are a guest.
                Not for production: anyone on this machine can be anyone. For production, leave this mode:
                stoa serve --config stoa.yml (see docs/configuration.md).
                Ctrl+C stops the server.
                """.formatted(server.pagesAddress(), server.socketAddress(), Playground.PATH, keptIn(configuration));
    }

    private static String keptIn(Configuration configuration) {
        return switch (configuration.store().type()) {
            case MEMORY -> "memory, and ends with the process";
            case SQLITE -> configuration.data().toString();
            case POSTGRESQL -> "PostgreSQL";
        };
    }
}
