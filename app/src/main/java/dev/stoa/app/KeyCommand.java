package dev.stoa.app;

import dev.stoa.server.http.ApiKey;
import dev.stoa.server.http.Scope;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes an API key. Filled by picocli.
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Makes a key for the HTTP API: prints the key, which is kept nowhere, and the line with its hash"
                + " for the configuration.")
final class KeyCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NAME", description = "What to call the key.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String name;

    @Option(
            names = "--scopes",
            split = ",",
            required = true,
            paramLabel = "SCOPE",
            description = "What it may do: read, publish, admin; several parted by commas.")
    private List<Scope> scopes = List.of();

    @Option(names = "--actor", description = "It may say in whose name it acts.")
    private boolean actor;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        String secret = ApiKey.newSecret(new SecureRandom());
        ApiKey key = checked(secret);
        spec.commandLine().getErr().println("The key, shown this once:");
        spec.commandLine().getOut().println(secret);
        spec.commandLine().getErr().println("Its entry below api.keys in the configuration:");
        spec.commandLine().getOut().println(entry(key));
        return ExitCode.OK;
    }

    private ApiKey checked(String secret) {
        try {
            Set<Scope> given = scopes.isEmpty() ? Set.of() : EnumSet.copyOf(scopes);
            return new ApiKey(name, given, actor, ApiKey.hashOf(secret));
        } catch (IllegalArgumentException wrong) {
            throw StartupException.wrongSettings(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static String entry(ApiKey key) {
        String scopes = key.scopes().stream().sorted().map(Scope::text).collect(Collectors.joining(", "));
        return "- {name: %s, scopes: [%s], actor: %s, hash: \"%s\"}"
                .formatted(key.name(), scopes, key.mayNameActors(), key.hash());
    }
}
