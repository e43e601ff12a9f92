package dev.stoa.app;

import dev.stoa.app.config.Configuration;
import dev.stoa.app.config.ConfigurationException;
import dev.stoa.app.config.ConfigurationFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Production: what the configuration says and nothing else. Filled by picocli.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Starts for production, as a configuration file says. Development tokens do not exist here.")
final class ServeCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The configuration, in YAML; docs/configuration.md explains every key.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Address for sockets, instead of the configuration's; 0.0.0.0 is every network.")
    private @Nullable String host;

    @Mixin
    private SharedOptions options = new SharedOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    ServeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = options.appliedTo(configured());
        if (configuration.apps().isEmpty()
                && configuration.instances().isEmpty()
                && configuration.documents().isEmpty()) {
            throw StartupException.wrongSettings(
                    "nothing to serve: name an application under apps in " + file
                            + ", or with --app, or an instance of rooms under instances, or of documents under documents",
                    null);
        }
        try (StandAloneServer server = StandAloneServer.start(
                configuration,
                options.applicationsOf(configuration),
                StandAloneServer.Pages.NONE,
                surroundings.environment())) {
            spec.commandLine()
                    .getOut()
                    .println("Stoa is ready: sockets at " + server.socketAddress()
                            + ", HTTP API, health and metrics at " + server.pagesAddress());
            surroundings.keeper().keep(server);
        }
        return ExitCode.OK;
    }

    private Configuration configured() {
        try {
            Configuration read = ConfigurationFile.read(file);
            return host == null ? read : read.withListen(read.listen().withHost(host));
        } catch (ConfigurationException wrong) {
            throw StartupException.wrongSettings(String.valueOf(wrong.getMessage()), wrong);
        }
    }
}
