package dev.stoa.server;

import dev.stoa.server.session.Admission;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Conversation;
import dev.stoa.server.session.Endpoint;
import dev.stoa.server.session.EndpointLimits;
import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.session.Session;
import dev.stoa.server.session.UpgradeRequest;

/// An endpoint whose connections are probed as the server says, because it does not say so itself.
/// Immutable.
record ProbedEndpoint(Endpoint inner, Heartbeat heartbeat) implements Endpoint {
    static Endpoint unlessProbed(Endpoint endpoint, Heartbeat heartbeat) {
        return endpoint.limits().heartbeat() == null ? new ProbedEndpoint(endpoint, heartbeat) : endpoint;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public EndpointLimits limits() {
        EndpointLimits own = inner.limits();
        return new EndpointLimits(own.maxMessageBytes(), own.maxBacklogBytes(), own.maxPendingMessages(), heartbeat);
    }

    @Override
    public String clientIdHeader() {
        return inner.clientIdHeader();
    }

    @Override
    public Admission admit(UpgradeRequest request) throws Exception {
        return inner.admit(request);
    }

    @Override
    public Conversation open(Session session) {
        return inner.open(session);
    }

    @Override
    public CloseReason shutdownReason() {
        return inner.shutdownReason();
    }

    @Override
    public CloseReason slowConsumerReason() {
        return inner.slowConsumerReason();
    }
}
