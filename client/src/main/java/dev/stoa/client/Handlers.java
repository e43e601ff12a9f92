package dev.stoa.client;

import dev.stoa.client.ClientFault.Kind;
import dev.stoa.client.lane.Callbacks;
import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.MessageType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The application's handlers by message type (router protocol, section 16.6). Thread-safe.
final class Handlers {
    private final Callbacks<ClientFault> faults;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Route<?>> routes = new HashMap<>();

    Handlers(Callbacks<ClientFault> faults) {
        this.faults = faults;
    }

    /// One message type with its contract, the first registered for it, and its handlers.
    static final class Route<P> {
        private final MessageType<P> contract;
        private final Callbacks<ClientFault> faults;
        private final Callbacks<Message<P>> handlers;

        private Route(MessageType<P> contract, Callbacks<ClientFault> faults) {
            this.contract = contract;
            this.faults = faults;
            this.handlers = new Callbacks<>("handler of " + contract.name());
        }

        /// Runs every handler, or none if the message breaks the contract.
        void deliver(Envelope envelope, byte[] text) {
            Message<P> message;
            try {
                message = contract.decode(envelope);
            } catch (InvalidMessageException invalid) {
                faults.call(new ClientFault(
                        Kind.VALIDATION,
                        invalid.text(),
                        contract.name(),
                        invalid.issues(),
                        new String(text, StandardCharsets.UTF_8)));
                return;
            }
            handlers.call(message);
        }
    }

    /// @throws IllegalArgumentException when the type has handlers for another payload or meta class
    <P> Subscription add(MessageType<P> contract, Consumer<? super Message<P>> handler) {
        lock.lock();
        try {
            Route<P> route = routeOf(contract);
            Subscription registration = route.handlers.add(handler);
            return () -> remove(route, registration);
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Route<?> of(String type) {
        lock.lock();
        try {
            return routes.get(type);
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("unchecked") // the payload class was compared
    private <P> Route<P> routeOf(MessageType<P> contract) {
        Route<?> present = routes.get(contract.name());
        if (present == null) {
            Route<P> added = new Route<>(contract, faults);
            routes.put(contract.name(), added);
            return added;
        }
        if (present.contract.payloadClass() != contract.payloadClass()
                || !Objects.equals(present.contract.metaClass(), contract.metaClass())) {
            throw new IllegalArgumentException("message type " + contract.name() + " has handlers for "
                    + present.contract.payloadClass().getName() + "; another contract of that name: "
                    + contract.payloadClass().getName());
        }
        return (Route<P>) present;
    }

    private void remove(Route<?> route, Subscription registration) {
        lock.lock();
        try {
            registration.close();
            if (route.handlers.isEmpty()) {
                routes.remove(route.contract.name(), route);
            }
        } finally {
            lock.unlock();
        }
    }
}
