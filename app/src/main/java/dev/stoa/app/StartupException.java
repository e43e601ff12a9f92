package dev.stoa.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/// Something that keeps the server from starting and that the person at the terminal can mend. Its
/// message is shown without a stack.
final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    private StartupException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /// The command line or the configuration is wrong.
    static StartupException wrongSettings(String message, @Nullable Throwable cause) {
        return new StartupException(ExitCode.USAGE, message, cause);
    }

    /// The settings are fine and the machine is in the way.
    static StartupException cannotStart(String message, @Nullable Throwable cause) {
        return new StartupException(ExitCode.SOFTWARE, message, cause);
    }

    int exitCode() {
        return exitCode;
    }
}
