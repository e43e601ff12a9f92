package dev.stoa.app.config;

import org.jspecify.annotations.Nullable;

/// A configuration file that cannot be used. The message names the file, the key and the problem.
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConfigurationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
