package dev.stoa.app;

import dev.stoa.app.config.Configuration;
import dev.stoa.server.StoaApp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that starts a server. An option wins over its environment variable, and
/// that over the configuration file. Filled by picocli.
final class SharedOptions {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port for sockets; 0 for any free one. Environment: STOA_PORT. Default: 8080.")
    private @Nullable Integer port;

    @Option(
            names = "--api-port",
            paramLabel = "PORT",
            description = "Port for pages, health and metrics; 0 for any free one. Environment: STOA_API_PORT."
                    + " Default: 8081.")
    private @Nullable Integer apiPort;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Folder for what must outlive the process. Environment: STOA_DATA. Default: ./data.")
    private @Nullable Path data;

    @Option(names = "--ephemeral", description = "Keeps nothing: rooms live in memory and end with the process.")
    private boolean ephemeral;

    @Option(
            names = "--app",
            paramLabel = "CLASS",
            description = "Class that implements dev.stoa.server.StoaApp; may be repeated.")
    private List<String> apps = new ArrayList<>();

    @Option(
            names = "--classpath",
            paramLabel = "PATH",
            description = "Jars and folders with the classes of --app, separated as in java -cp.")
    private String classpath = "";

    /// The configuration with what the options and environment variables say instead.
    ///
    /// @throws StartupException when they say something impossible
    Configuration appliedTo(Configuration base) {
        try {
            return changed(base);
        } catch (IllegalArgumentException impossible) {
            throw StartupException.wrongSettings(String.valueOf(impossible.getMessage()), impossible);
        }
    }

    private Configuration changed(Configuration base) {
        Configuration changed = base;
        if (port != null) {
            changed = changed.withListen(changed.listen().withPort(port));
        }
        if (apiPort != null) {
            changed = changed.withApi(changed.api().withPort(apiPort));
        }
        if (data != null) {
            changed = changed.withData(data);
        }
        if (ephemeral) {
            changed = changed.keepingNothing();
        }
        return apps.isEmpty() ? changed : changed.withApps(apps);
    }

    /// Makes the applications that a configuration names.
    ///
    /// @throws StartupException when one cannot be had
    List<StoaApp> applicationsOf(Configuration configuration) {
        return ApplicationLoader.of(classpath).load(configuration.apps());
    }
}
