package dev.stoa.server.room;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How an instance behaves (rooms protocol, section 2). Immutable; start from [#named].
///
/// @param name the instance's name: letters, digits, `.`, `_`, `-`; at most 48 characters
/// @param namespace keeps instances of the same name apart
/// @param databaseName the store's name, where a server has several; null for its usual one
/// @param binding a further name to look the instance up by; null for none
/// @param historyLimit the usual page of history and updates, 1 to 1000
/// @param presenceTtl how long a member without a connection stays active
/// @param autoResolveUser whether the HTTP API takes the actor from request headers
/// @param allowAnonymous whether acts without a known principal are allowed
/// @param idempotencyTtl how long a key keeps a publish from happening twice
/// @param awarenessTtl how long awareness lives without a refresh
/// @param hookTimeout how long the hooks of one operation may take together before they are interrupted
public record RoomsOptions(
        String name,
        String namespace,
        @Nullable String databaseName,
        @Nullable String binding,
        int historyLimit,
        Duration presenceTtl,
        Lifecycle lifecycle,
        boolean autoResolveUser,
        boolean allowAnonymous,
        Observability observability,
        PlacementHints placement,
        Retention history,
        RoomLimits limits,
        Duration idempotencyTtl,
        Duration awarenessTtl,
        Duration hookTimeout) {
    /// The most that a page of anything may have.
    public static final int MAX_PAGE = 1000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,48}");

    public RoomsOptions {
        if (!NAME.matcher(name).matches() || !NAME.matcher(namespace).matches()) {
            throw new IllegalArgumentException("instance names and namespaces are 1 to 48 letters, digits, '.', '_'"
                    + " or '-': " + namespace + "/" + name);
        }
        if (historyLimit < 1 || historyLimit > MAX_PAGE) {
            throw new IllegalArgumentException("historyLimit is 1 to " + MAX_PAGE + ", not " + historyLimit);
        }
        if (presenceTtl.toSeconds() < 1) {
            throw new IllegalArgumentException("presenceTtlSeconds must be at least 1: " + presenceTtl);
        }
        positive("idempotencyTtl", idempotencyTtl);
        positive("awarenessTtl", awarenessTtl);
        positive("hookTimeout", hookTimeout);
        if (binding != null && binding.isBlank()) {
            throw new IllegalArgumentException("a binding has a name");
        }
        if (databaseName != null && !(NAME.matcher(databaseName).matches() && !databaseName.startsWith("."))) {
            throw new IllegalArgumentException(
                    "database names are 1 to 48 letters, digits, '.', '_' or '-', and begin with no '.': "
                            + databaseName);
        }
    }

    private static void positive(String what, Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException(what + " must be positive: " + time);
        }
    }

    /// An instance's usual options.
    public static RoomsOptions named(String name) {
        return new RoomsOptions(
                name,
                "default",
                null,
                null,
                100,
                Duration.ofSeconds(60),
                Lifecycle.usual(),
                true,
                false,
                Observability.usual(),
                PlacementHints.none(),
                Retention.unlimited(),
                RoomLimits.usual(),
                Duration.ofHours(24),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    public RoomsOptions inNamespace(String newNamespace) {
        return with(draft -> draft.namespace = newNamespace);
    }

    public RoomsOptions withDatabaseName(String newName) {
        return with(draft -> draft.databaseName = newName);
    }

    public RoomsOptions withBinding(String newBinding) {
        return with(draft -> draft.binding = newBinding);
    }

    public RoomsOptions withHistoryLimit(int records) {
        return with(draft -> draft.historyLimit = records);
    }

    public RoomsOptions withPresenceTtl(Duration ttl) {
        return with(draft -> draft.presenceTtl = ttl);
    }

    public RoomsOptions withLifecycle(Lifecycle newLifecycle) {
        return with(draft -> draft.lifecycle = newLifecycle);
    }

    public RoomsOptions withAutoResolveUser(boolean resolve) {
        return with(draft -> draft.autoResolveUser = resolve);
    }

    public RoomsOptions allowingAnonymous() {
        return with(draft -> draft.allowAnonymous = true);
    }

    public RoomsOptions withObservability(Observability newObservability) {
        return with(draft -> draft.observability = newObservability);
    }

    public RoomsOptions withPlacement(PlacementHints hints) {
        return with(draft -> draft.placement = hints);
    }

    public RoomsOptions withHistory(Retention retention) {
        return with(draft -> draft.history = retention);
    }

    public RoomsOptions withLimits(RoomLimits newLimits) {
        return with(draft -> draft.limits = newLimits);
    }

    public RoomsOptions withIdempotencyTtl(Duration ttl) {
        return with(draft -> draft.idempotencyTtl = ttl);
    }

    public RoomsOptions withAwarenessTtl(Duration ttl) {
        return with(draft -> draft.awarenessTtl = ttl);
    }

    public RoomsOptions withHookTimeout(Duration time) {
        return with(draft -> draft.hookTimeout = time);
    }

    private RoomsOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /// The same fields, to change one.
    private static final class Draft {
        private final RoomsOptions from;
        private String namespace;
        private @Nullable String databaseName;
        private @Nullable String binding;
        private int historyLimit;
        private Duration presenceTtl;
        private Lifecycle lifecycle;
        private boolean autoResolveUser;
        private boolean allowAnonymous;
        private Observability observability;
        private PlacementHints placement;
        private Retention history;
        private RoomLimits limits;
        private Duration idempotencyTtl;
        private Duration awarenessTtl;
        private Duration hookTimeout;

        Draft(RoomsOptions from) {
            this.from = from;
            this.namespace = from.namespace;
            this.databaseName = from.databaseName;
            this.binding = from.binding;
            this.historyLimit = from.historyLimit;
            this.presenceTtl = from.presenceTtl;
            this.lifecycle = from.lifecycle;
            this.autoResolveUser = from.autoResolveUser;
            this.allowAnonymous = from.allowAnonymous;
            this.observability = from.observability;
            this.placement = from.placement;
            this.history = from.history;
            this.limits = from.limits;
            this.idempotencyTtl = from.idempotencyTtl;
            this.awarenessTtl = from.awarenessTtl;
            this.hookTimeout = from.hookTimeout;
        }

        RoomsOptions options() {
            return new RoomsOptions(
                    from.name,
                    namespace,
                    databaseName,
                    binding,
                    historyLimit,
                    presenceTtl,
                    lifecycle,
                    autoResolveUser,
                    allowAnonymous,
                    observability,
                    placement,
                    history,
                    limits,
                    idempotencyTtl,
                    awarenessTtl,
                    hookTimeout);
        }
    }
}
