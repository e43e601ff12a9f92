package dev.stoa.server.router;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The routes of a router at one moment, ready to run. Immutable.
final class RouteTable {
    static final RouteTable EMPTY = new RouteTable(Map.of(), List.of());

    private final Map<String, Entry<?>> byType = new HashMap<>();

    /// A route with its whole chain: global middleware, then its own.
    record Entry<P>(Route<P> route, Middleware[] chain) {
        void run(Exchange<P> exchange) throws Exception {
            proceed(0, exchange);
        }

        private void proceed(int index, Exchange<P> exchange) throws Exception {
            if (index == chain.length) {
                route.action().run(exchange);
            } else {
                chain[index].handle(exchange, new Once<>(this, index + 1, exchange));
            }
        }
    }

    /// The rest of a chain, once.
    private static final class Once<P> implements Middleware.Next {
        private final Entry<P> entry;
        private final int index;
        private final Exchange<P> exchange;
        private boolean called;

        Once(Entry<P> entry, int index, Exchange<P> exchange) {
            this.entry = entry;
            this.index = index;
            this.exchange = exchange;
        }

        @Override
        public void proceed() throws Exception {
            synchronized (this) {
                if (called) {
                    throw new IllegalStateException("next() called multiple times");
                }
                called = true;
            }
            entry.proceed(index, exchange);
        }
    }

    RouteTable(Map<String, Route<?>> routes, List<Middleware> global) {
        routes.forEach((type, route) -> byType.put(type, entry(route, global)));
    }

    private static <P> Entry<P> entry(Route<P> route, List<Middleware> global) {
        List<Middleware> chain = new ArrayList<>(global);
        chain.addAll(route.own());
        return new Entry<>(route, chain.toArray(Middleware[]::new));
    }

    @Nullable
    Entry<?> find(String type) {
        return byType.get(type);
    }
}
