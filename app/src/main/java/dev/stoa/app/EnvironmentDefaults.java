package dev.stoa.app;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Fills options that the command line leaves out from environment variables. Immutable.
final class EnvironmentDefaults implements IDefaultValueProvider {
    private static final Map<String, String> VARIABLES =
            Map.of("--port", "STOA_PORT", "--api-port", "STOA_API_PORT", "--data", "STOA_DATA");

    private final UnaryOperator<@Nullable String> environment;

    EnvironmentDefaults(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        String variable = VARIABLES.get(option.longestName());
        if (variable == null) {
            return null;
        }
        String value = environment.apply(variable);
        return value == null || value.isBlank() ? null : value;
    }
}
