package dev.stoa.app;

import dev.stoa.app.api.ApiListener;
import dev.stoa.app.config.Configuration;
import dev.stoa.app.config.Configuration.Listen;
import dev.stoa.server.Stoa;
import dev.stoa.server.StoaApp;
import dev.stoa.server.endpoint.rooms.RoomsEndpoint;
import dev.stoa.server.http.HttpApi;
import dev.stoa.server.limit.OriginPolicy;
import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.store.Store;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server with both its listeners: sockets, and pages with health and metrics. Thread-safe.
final class StandAloneServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StandAloneServer.class);

    private final Configuration configuration;
    private final Stoa stoa;
    private final ApiListener api;

    /// Which pages there are beside health and metrics.
    enum Pages {
        NONE,
        PLAYGROUND
    }

    private StandAloneServer(Configuration configuration, Stoa stoa, ApiListener api) {
        this.configuration = configuration;
        this.stoa = stoa;
        this.api = api;
    }

    /// Opens both ports.
    ///
    /// @throws StartupException when that is not possible; nothing runs then
    static StandAloneServer start(
            Configuration configuration, List<StoaApp> apps, Pages pages, UnaryOperator<@Nullable String> environment) {
        checkDataFolder(configuration);
        PrometheusMeterRegistry registry = meters();
        Stoa stoa = startSockets(configuration, apps, registry, new InstanceStart(environment));
        ApiListener.Site site = pages == Pages.PLAYGROUND
                ? new ApiListener.Site.WithPlayground(stoa.port(), configuration.tls() != null)
                : new ApiListener.Site.Plain();
        Listen where = configuration.api().listen();
        try {
            HttpApi http = httpApi(configuration, stoa);
            return new StandAloneServer(
                    configuration, stoa, ApiListener.start(where, site, stoa::isReady, registry, http));
        } catch (StartupException wrong) {
            stoa.close();
            throw wrong;
        } catch (RuntimeException failed) {
            stoa.close();
            throw cannotListen(where, "--api-port", "STOA_API_PORT", failed);
        }
    }

    /// Where sockets connect, without a path.
    String socketAddress() {
        String scheme = configuration.tls() == null ? "ws" : "wss";
        return scheme + "://" + shownHost(configuration.listen()) + ":" + stoa.port();
    }

    /// Where the pages are, without a path.
    String pagesAddress() {
        return "http://" + shownHost(configuration.api().listen()) + ":" + api.port();
    }

    /// Returns once the server has been closed.
    void awaitStop() throws InterruptedException {
        stoa.awaitStop();
    }

    /// Lets connections go as the configuration says, while readiness is denied and metrics can still be
    /// read, then closes both ports. A second call does nothing.
    @Override
    public synchronized void close() {
        if (api.isRunning()) {
            LOG.atInfo()
                    .addKeyValue("sessions", stoa.sessions().count())
                    .addKeyValue("deadline", configuration.drain().deadline())
                    .log("draining");
            stoa.close();
            api.close();
        }
    }

    private static PrometheusMeterRegistry meters() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        List.of(
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ClassLoaderMetrics(),
                        new ProcessorMetrics(),
                        new UptimeMetrics())
                .forEach(figures -> figures.bindTo(registry));
        return registry;
    }

    private static Stoa startSockets(
            Configuration configuration,
            List<StoaApp> apps,
            PrometheusMeterRegistry registry,
            InstanceStart instances) {
        Stoa.Builder builder = builderFor(configuration).metrics(registry);
        configuration
                .instances()
                .forEach(instance ->
                        builder.rooms(instance.path(), RoomsEndpoint.of(instances.rooms(instance), instance.path())));
        configuration
                .documents()
                .forEach(instance -> builder.documents(instance.path(), instances.documents(instance)));
        try {
            apps.forEach(builder::app);
        } catch (IllegalStateException failed) {
            throw StartupException.cannotStart(failed.getMessage() + ": " + failed.getCause(), failed);
        }
        List<Store> stores = new ArrayList<>();
        try {
            instances.openStores(configuration, builder, stores);
            return builder.start();
        } catch (StartupException wrong) {
            stores.forEach(Store::close);
            throw wrong;
        } catch (RuntimeException failed) {
            stores.forEach(Store::close);
            throw cannotListen(configuration.listen(), "--port", "STOA_PORT", failed);
        }
    }

    private static Stoa.Builder builderFor(Configuration configuration) {
        Configuration.Limits limits = configuration.limits();
        Stoa.Builder builder = Stoa.builder()
                .host(configuration.listen().host())
                .port(configuration.listen().port())
                .transport(configuration.transport())
                .compression(configuration.compression())
                .origins(originsOf(configuration))
                .maxConnections(limits.maxConnections())
                .maxConnectionsPerAddress(limits.maxConnectionsPerAddress())
                .netLimits(limits.net())
                .drain(configuration.drain().time(), configuration.drain().deadline());
        if (configuration.publicUrl() != null) {
            builder.publicUrl(configuration.publicUrl());
        }
        if (configuration.loops() > 0) {
            builder.loops(configuration.loops());
        }
        Configuration.TlsFiles tls = configuration.tls();
        if (tls != null) {
            builder.tls(tls.certificate(), tls.key());
        }
        Configuration.Probe probe = configuration.heartbeat();
        return probe == null ? builder : builder.heartbeat(new Heartbeat(probe.interval(), probe.timeout()));
    }

    /// The HTTP API of the server's instances; null when it has none.
    private static @Nullable HttpApi httpApi(Configuration configuration, Stoa stoa) {
        if (stoa.rooms().isEmpty() && stoa.documents().isEmpty()) {
            return null;
        }
        if (configuration.api().keys().isEmpty()
                && !isLoopback(configuration.api().host())) {
            throw StartupException.wrongSettings(
                    "api.host is " + configuration.api().host() + " and there are no api.keys, so that anybody could"
                            + " use the HTTP API: make a key with 'stoa key', or listen at 127.0.0.1",
                    null);
        }
        return HttpApi.of(stoa.rooms(), stoa.documents(), configuration.api().settings());
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    private static OriginPolicy originsOf(Configuration configuration) {
        try {
            return OriginPolicy.allowing(configuration.origins());
        } catch (IllegalArgumentException wrong) {
            throw StartupException.wrongSettings("origins: " + wrong.getMessage(), wrong);
        }
    }

    private static void checkDataFolder(Configuration configuration) {
        if (Files.exists(configuration.data()) && !Files.isDirectory(configuration.data())) {
            throw StartupException.wrongSettings("data: " + configuration.data() + " is not a folder", null);
        }
    }

    private static StartupException cannotListen(
            Listen where, String option, String variable, RuntimeException failed) {
        String reason = reasonOf(failed);
        if (reason.toLowerCase(Locale.ROOT).contains("address already in use")) {
            return StartupException.cannotStart(
                    "port " + where.port() + " at " + where.host()
                            + " is taken; stop what uses it, or choose another with " + option + " or " + variable,
                    failed);
        }
        return StartupException.cannotStart(
                "cannot start at " + where.host() + ":" + where.port() + ": " + reason, failed);
    }

    private static String reasonOf(Throwable failed) {
        Throwable root = failed;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private static String shownHost(Listen where) {
        return switch (where.host()) {
            case "127.0.0.1", "0.0.0.0", "::1", "::" -> "localhost";
            default -> where.host();
        };
    }
}
