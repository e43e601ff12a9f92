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
    private final Surroundings.Keeper keeper;

    @Mixin
    private SharedOptions options = new SharedOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    DevCommand(Surroundings.Keeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = options.appliedTo(Configuration.usual());
        List<StoaApp> apps = new ArrayList<>();
        apps.add(Playground.authenticatedBy(new DevelopmentTokens()));
        apps.addAll(options.applicationsOf(configuration));
        try (StandAloneServer server = StandAloneServer.start(configuration, apps, StandAloneServer.Pages.PLAYGROUND)) {
            spec.commandLine().getOut().println(greeting(server));
            keeper.keep(server);
        }
        return ExitCode.OK;
    }

    private static String greeting(StandAloneServer server) {
        return """

                Stoa is ready, in development mode.

                  playground  %s/playground/
                  sockets     %s%s
                  health      %1$s/health/ready
                  metrics     %1$s/metrics

                Sign in with the token dev:<user>, or dev:<user>:ro to read only; without a token you are a guest.
                Not for production: anyone on this machine can be anyone. For production, leave this mode:
                stoa serve --config stoa.yml (see docs/configuration.md).
                Ctrl+C stops the server.
                """.formatted(server.pagesAddress(), server.socketAddress(), Playground.PATH);
    }
}
