package dev.stoa.app;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a command takes from the process around it; a test brings its own.
///
/// @param environment the value of an environment variable, null when it is not set
/// @param keeper what to do with a running server; the command ends when it returns
record Surroundings(UnaryOperator<@Nullable String> environment, Keeper keeper) {
    /// Keeps a server running.
    @FunctionalInterface
    interface Keeper {
        void keep(StandAloneServer server) throws InterruptedException;
    }
}
