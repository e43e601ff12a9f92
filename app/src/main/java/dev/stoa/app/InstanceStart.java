package dev.stoa.app;

import dev.stoa.app.config.Configuration;
import dev.stoa.app.config.DocumentsInstance;
import dev.stoa.app.config.Instance;
import dev.stoa.app.config.Instance.KeySource;
import dev.stoa.app.config.StoreChoice;
import dev.stoa.server.Stoa;
import dev.stoa.server.document.Documents;
import dev.stoa.server.document.SnapshotFiles;
import dev.stoa.server.endpoint.document.DocumentTokens;
import dev.stoa.server.endpoint.document.DocumentsEndpoint;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.token.TokenKey;
import dev.stoa.server.room.token.TokenKeys;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.jdbc.JdbcStore;
import dev.stoa.server.store.jdbc.PostgresqlSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Makes what a configuration says of instances and their stores, with the secrets of the environment. Immutable.
final class InstanceStart {
    private static final String NODE = "local";

    private final UnaryOperator<@Nullable String> environment;

    InstanceStart(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    /// @throws StartupException when its keys cannot be had
    Rooms rooms(Instance instance) {
        Rooms rooms = Rooms.create(instance.toOptions());
        if (instance.tokenKeys().isEmpty()) {
            return rooms;
        }
        return rooms.withKeys(keys("instance " + instance.name(), instance.tokenKeys()));
    }

    /// @throws StartupException when its keys cannot be had
    DocumentsEndpoint documents(DocumentsInstance instance) {
        Documents documents = Documents.create(instance.toOptions());
        Path copies = instance.snapshots().folder();
        documents = copies == null ? documents : documents.withStorage(SnapshotFiles.in(copies));
        TokenKeys keys = keys("documents " + instance.name(), instance.tokenKeys());
        DocumentsEndpoint endpoint = DocumentsEndpoint.of(
                        documents, DocumentTokens.of(instance.name(), keys, InstantSource.system()))
                .withMaxMessageBytes(instance.maxMessageBytes());
        return instance.refuseAtHandshake() ? endpoint.refusingAtHandshake() : endpoint;
    }

    private TokenKeys keys(String whose, List<KeySource> sources) {
        try {
            List<TokenKey> keys = sources.stream().map(this::key).toList();
            TokenKey[] others = keys.subList(1, keys.size()).toArray(TokenKey[]::new);
            return keys.getFirst().canSign()
                    ? TokenKeys.of(keys.getFirst(), others)
                    : TokenKeys.verifying(keys.toArray(TokenKey[]::new));
        } catch (IllegalArgumentException unfit) {
            throw StartupException.wrongSettings(whose + ": " + unfit.getMessage(), unfit);
        }
    }

    private TokenKey key(KeySource source) {
        Path pem = source.pem();
        if (pem == null) {
            return TokenKey.ofBase64(source.kid(), secret(Objects.requireNonNull(source.secretVariable())));
        }
        try {
            return TokenKey.ofPem(source.kid(), pem);
        } catch (IOException unreadable) {
            throw StartupException.wrongSettings("token key " + source.kid() + ": cannot read " + pem, unreadable);
        }
    }

    /// Opens what the instances of a server are kept in, and gives it to the server.
    ///
    /// A database that only an application's instance names, and the configuration does not, is the server's to
    /// open, unless nothing is to be kept.
    ///
    /// @param opened where everything is put that was opened, also when something else cannot be
    /// @throws StartupException when a store cannot be opened
    void openStores(Configuration configuration, Stoa.Builder server, List<Store> opened) {
        Path data = configuration.data();
        server.data(data);
        Set<String> names = new LinkedHashSet<>();
        server.rooms().forEach(rooms -> names.add(rooms.options().databaseName()));
        server.documents().forEach(documents -> names.add(documents.options().databaseName()));
        for (String name : names) {
            if (name == null) {
                Store usual = open("store", configuration.store(), data);
                opened.add(usual);
                server.store(usual);
                continue;
            }
            StoreChoice choice = configuration.databases().get(name);
            if (choice == null && configuration.store().type() == StoreChoice.Type.MEMORY) {
                choice = StoreChoice.memory();
            }
            if (choice != null) {
                Store named = open("databases." + name, choice, data.resolve(name));
                opened.add(named);
                server.store(name, named);
            }
        }
    }

    private Store open(String key, StoreChoice choice, Path directory) {
        try {
            return switch (choice.type()) {
                case MEMORY -> new MemoryStore();
                case SQLITE -> JdbcStore.sqlite(directory);
                case POSTGRESQL -> JdbcStore.postgresql(postgresql(choice), NODE);
            };
        } catch (StoreException closed) {
            throw StartupException.cannotStart(key + ": " + closed.getMessage(), closed);
        }
    }

    private PostgresqlSettings postgresql(StoreChoice choice) {
        return PostgresqlSettings.of(
                        Objects.requireNonNull(choice.url()),
                        Objects.requireNonNull(choice.user()),
                        secret(Objects.requireNonNull(choice.passwordVariable())))
                .inSchema(choice.schema());
    }

    private String secret(String variable) {
        String value = environment.apply(variable);
        if (value == null || value.isBlank()) {
            throw StartupException.wrongSettings("the environment variable " + variable + " is not set", null);
        }
        return value;
    }
}
