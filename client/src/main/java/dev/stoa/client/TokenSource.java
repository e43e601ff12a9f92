package dev.stoa.client;

import org.jspecify.annotations.Nullable;

/// Gives the token for one attempt to connect. Asked again for every attempt, so it may give a fresh
/// one each time.
@FunctionalInterface
public interface TokenSource {
    /// Returns the token, or null to connect without. May block; called on the client's executor.
    ///
    /// @throws Exception to make this attempt fail; the next follows by the reconnect rules
    @Nullable
    String token() throws Exception;
}
