package dev.stoa.server.topic;

import dev.stoa.server.delivery.Audience;
import dev.stoa.server.delivery.DeliveryLoop;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.delivery.Outlet;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/// The listeners of one name: an audience on each event loop, and how many sit in each.
///
/// Counts change under the lock of [Topics]' map entry; each audience is confined to its loop.
final class Topic {
    private final List<DeliveryLoop> loops;
    private final AtomicIntegerArray countByLoop;
    private final @Nullable Audience[] audiences;
    private volatile int count;

    Topic(List<DeliveryLoop> loops) {
        this.loops = loops;
        this.countByLoop = new AtomicIntegerArray(loops.size());
        this.audiences = new Audience[loops.size()];
    }

    int count() {
        return count;
    }

    void join(Outlet outlet) {
        DeliveryLoop loop = outlet.loop();
        countByLoop.incrementAndGet(loop.index());
        count = count + 1;
        loop.run(() -> audience(loop).add(outlet));
    }

    void leave(Outlet outlet) {
        DeliveryLoop loop = outlet.loop();
        countByLoop.decrementAndGet(loop.index());
        count = count - 1;
        loop.run(() -> audience(loop).remove(outlet));
    }

    /// Call on the listener's loop.
    boolean reaches(Outlet outlet) {
        return audience(outlet.loop()).has(outlet);
    }

    /// @return false when an event loop has too much waiting already, and its listeners got nothing
    boolean publish(Frame frame, @Nullable Outlet except) {
        boolean all = true;
        for (int i = 0; i < loops.size(); i++) {
            if (countByLoop.get(i) > 0) {
                DeliveryLoop loop = loops.get(i);
                Outlet exceptHere = except != null && except.loop() == loop ? except : null;
                all &= loop.offer(() -> audience(loop).publish(frame, exceptHere), frame.size());
            }
        }
        return all;
    }

    private Audience audience(DeliveryLoop loop) {
        Audience known = audiences[loop.index()];
        if (known == null) {
            known = new Audience(loop);
            audiences[loop.index()] = known;
        }
        return known;
    }
}
