package dev.stoa.app.config;

import dev.stoa.app.config.Configuration.Listen;
import dev.stoa.server.http.ActorHeaders;
import dev.stoa.server.http.ApiKey;
import dev.stoa.server.http.ApiSettings;
import dev.stoa.server.http.Scope;
import dev.stoa.server.http.StreamSettings;
import java.util.List;
import java.util.Set;

/// The second listener and the HTTP API on it.
///
/// @param keys who may use the API; empty for everybody on this machine and nobody else
public record Api(
        String host,
        int port,
        List<Key> keys,
        int maxBodyBytes,
        int maxDocumentBytes,
        int maxStreams,
        ActorHeaders actorHeaders) {
    /// An API key.
    ///
    /// @param actor whether it may say in whose name it acts
    /// @param hash as the command `key` prints it
    public record Key(String name, Set<Scope> scopes, boolean actor, String hash) {
        public Key {
            toKey(name, scopes, actor, hash);
            scopes = Set.copyOf(scopes);
        }

        private static ApiKey toKey(String name, Set<Scope> scopes, boolean actor, String hash) {
            if (name == null || scopes == null || hash == null) {
                throw new IllegalArgumentException("an API key needs name, scopes and hash");
            }
            return new ApiKey(name, scopes, actor, hash);
        }

        ApiKey toKey() {
            return toKey(name, scopes, actor, hash);
        }
    }

    public Api {
        new Listen(host, port);
        keys = List.copyOf(keys);
        settings(keys, maxBodyBytes, maxDocumentBytes, maxStreams, actorHeaders);
    }

    public Listen listen() {
        return new Listen(host, port);
    }

    public Api withPort(int newPort) {
        return new Api(host, newPort, keys, maxBodyBytes, maxDocumentBytes, maxStreams, actorHeaders);
    }

    public ApiSettings settings() {
        return settings(keys, maxBodyBytes, maxDocumentBytes, maxStreams, actorHeaders);
    }

    private static ApiSettings settings(
            List<Key> keys, int maxBodyBytes, int maxDocumentBytes, int maxStreams, ActorHeaders actorHeaders) {
        return ApiSettings.keyless()
                .withKeys(keys.stream().map(Key::toKey).toList())
                .withMaxBodyBytes(maxBodyBytes)
                .withMaxDocumentBytes(maxDocumentBytes)
                .withStreams(StreamSettings.usual().withMax(maxStreams))
                .withActorHeaders(actorHeaders);
    }
}
