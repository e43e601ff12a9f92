package dev.stoa.server.endpoint.router;

import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.session.Admission;
import dev.stoa.server.session.Conversation;
import dev.stoa.server.session.Endpoint;
import dev.stoa.server.session.EndpointLimits;
import dev.stoa.server.session.Session;
import dev.stoa.server.session.UpgradeRequest;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A [Router] at a path (router protocol, section 1).
///
/// ```java
/// RouterEndpoint.of(router)
///         .authenticatedBy(request -> request.token()
///                 .flatMap(users::byToken)
///                 .<Authentication>map(user -> Authentication.accept(user.id()))
///                 .orElseGet(Authentication::reject))
///         .supporting("chat-v2");
/// ```
///
/// Immutable: each method returns a changed copy.
public final class RouterEndpoint implements Endpoint {
    private static final System.Logger LOG = System.getLogger(RouterEndpoint.class.getName());

    private final Router router;
    private final Authenticator authenticator;
    private final Settings settings;

    private record Settings(
            List<String> subprotocols,
            String bearerPrefix,
            String clientIdHeader,
            List<Consumer<UpgradeRequest>> upgradeObservers) {}

    private RouterEndpoint(Router router, Authenticator authenticator, Settings settings) {
        this.router = router;
        this.authenticator = authenticator;
        this.settings = settings;
    }

    /// Lets everyone connect, anonymously, until [#authenticatedBy] says otherwise.
    public static RouterEndpoint of(Router router) {
        return new RouterEndpoint(
                router, _ -> Authentication.anonymous(), new Settings(List.of(), "bearer.", "x-client-id", List.of()));
    }

    public RouterEndpoint authenticatedBy(Authenticator newAuthenticator) {
        return new RouterEndpoint(router, newAuthenticator, settings);
    }

    /// The subprotocols the application speaks; the first offered one of these is chosen.
    public RouterEndpoint supporting(String... subprotocols) {
        return with(new Settings(
                List.of(subprotocols), settings.bearerPrefix, settings.clientIdHeader, settings.upgradeObservers));
    }

    /// What marks a subprotocol value as a token; default `bearer.`.
    public RouterEndpoint withBearerPrefix(String prefix) {
        return with(new Settings(settings.subprotocols, prefix, settings.clientIdHeader, settings.upgradeObservers));
    }

    /// The header that tells the session's id in the 101 answer; default `x-client-id`.
    public RouterEndpoint withClientIdHeader(String header) {
        return with(new Settings(settings.subprotocols, settings.bearerPrefix, header, settings.upgradeObservers));
    }

    /// Told of every upgrade request before it is decided; exceptions are logged and ignored.
    public RouterEndpoint onUpgrade(Consumer<UpgradeRequest> observer) {
        List<Consumer<UpgradeRequest>> observers = java.util.stream.Stream.concat(
                        settings.upgradeObservers.stream(), java.util.stream.Stream.of(observer))
                .toList();
        return with(new Settings(settings.subprotocols, settings.bearerPrefix, settings.clientIdHeader, observers));
    }

    private RouterEndpoint with(Settings newSettings) {
        return new RouterEndpoint(router, authenticator, newSettings);
    }

    public Router router() {
        return router;
    }

    @Override
    public String name() {
        return "router";
    }

    @Override
    public EndpointLimits limits() {
        RouterOptions options = router.options();
        return new EndpointLimits(
                options.maxTransportBytes(),
                options.maxBacklogBytes(),
                options.maxPendingMessages(),
                options.heartbeat());
    }

    @Override
    public String clientIdHeader() {
        return settings.clientIdHeader;
    }

    @Override
    public Admission admit(UpgradeRequest request) throws Exception {
        for (Consumer<UpgradeRequest> observer : settings.upgradeObservers) {
            try {
                observer.accept(request);
            } catch (RuntimeException broken) {
                LOG.log(System.Logger.Level.WARNING, "upgrade observer failed", broken);
            }
        }
        return switch (authenticator.authenticate(request)) {
            case Authentication.Accepted(var principal, var data) ->
                new Admission.Accept(principal, data, chooseSubprotocol(request.subprotocols()));
            case Authentication.Rejected(int status, String body) -> new Admission.Reject(status, body);
        };
    }

    /// One of the offered values, verbatim: browsers fail the connection otherwise (section 1.3).
    private @Nullable String chooseSubprotocol(List<String> offered) {
        return offered.stream()
                .filter(settings.subprotocols::contains)
                .findFirst()
                .or(() -> offered.stream()
                        .filter(value -> !value.startsWith(settings.bearerPrefix))
                        .findFirst())
                .or(() -> offered.stream().findFirst())
                .orElse(null);
    }

    @Override
    public Conversation open(Session session) {
        return router.converse(session);
    }
}
