package dev.stoa.server.topic;

import dev.stoa.protocol.ByteBuilder;
import dev.stoa.server.delivery.DeliveryLoop;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.delivery.Outlet;
import dev.stoa.server.port.BusMessage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Every topic that somebody on this node listens to.
///
/// Thread-safe. Messages published to one topic by one thread, or by threads that take turns, reach each
/// listener in that order; nothing is promised across topics. Bounded by what subscriptions allow each
/// session.
public final class Topics {
    private final List<DeliveryLoop> loops;
    private final Map<String, Topic> byName = new ConcurrentHashMap<>();

    public Topics(List<DeliveryLoop> loops) {
        this.loops = List.copyOf(loops);
    }

    /// How many listen to a topic on this node.
    public int subscribers(String name) {
        Topic topic = byName.get(name);
        return topic == null ? 0 : topic.count();
    }

    /// How many topics have listeners on this node.
    public int count() {
        return byName.size();
    }

    /// Sends a frame to everyone who listens now, but `except`. Returns without waiting for any socket;
    /// one listener's trouble does not concern the others.
    ///
    /// @param except the listener to leave out; null for none
    /// @return how many listen, `except` included; -1 when an event loop has too much waiting, and its
    ///     listeners got nothing
    public int publish(String name, Frame frame, @Nullable Outlet except) {
        Topic topic = byName.get(name);
        if (topic == null) {
            return 0;
        }
        return topic.publish(frame, except) ? topic.count() : -1;
    }

    /// Delivers a message from the bus, this node's own as well.
    ///
    /// @param except the session to leave out, if it is on this node; null for none
    public void deliver(BusMessage message, @Nullable Outlet except) {
        ByteBuilder text = new ByteBuilder(Frame.HEADROOM, message.text().length);
        text.write(message.text());
        publish(message.topic(), Frame.text(text), except);
    }

    /// Whether what is published to a topic now reaches a listener. Call on the listener's loop.
    boolean reaches(String name, Outlet outlet) {
        Topic topic = byName.get(name);
        return topic != null && topic.reaches(outlet);
    }

    /// Adds a listener that is not one yet: it gets what is published from now on.
    public void join(String name, Outlet outlet) {
        byName.compute(name, (_, known) -> {
            Topic topic = known == null ? new Topic(loops) : known;
            topic.join(outlet);
            return topic;
        });
    }

    /// Removes a listener that is one.
    public void leave(String name, Outlet outlet) {
        byName.computeIfPresent(name, (_, topic) -> {
            topic.leave(outlet);
            return topic.count() == 0 ? null : topic;
        });
    }
}
