package dev.stoa.server.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import dev.stoa.server.delivery.DeliveryLoop;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.nio.NioIoHandler;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static final MultiThreadIoEventLoopGroup GROUP =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private static final DeliveryLoop LOOP =
            new DeliveryLoop(0, (SingleThreadEventLoop) GROUP.next(), ByteBufAllocator.DEFAULT);
    private static final ExecutorService HANDLERS = Executors.newVirtualThreadPerTaskExecutor();

    @AfterAll
    static void endThreads() {
        HANDLERS.close();
        GROUP.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static void await(CountDownLatch latch, Object what) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).as("%s", what).isTrue();
    }

    /// A lane under test, with what must hold at every moment noted when it does not.
    private static final class Model implements Lane.Limits {
        final Chance chance;
        final int items;
        final int maxWaiting;
        final int maxConcurrent;
        final Lane lane = new Lane(LOOP, HANDLERS, this);
        final Queue<String> broken = new ConcurrentLinkedQueue<>();
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger ended = new AtomicInteger();
        final AtomicInteger serial = new AtomicInteger();
        final AtomicInteger concurrent = new AtomicInteger();
        final CountDownLatch idleAtEnd = new CountDownLatch(1);
        final CountDownLatch allSubmitted = new CountDownLatch(1);
        int submitted;
        boolean congested;

        Model(Chance chance) {
            this.chance = chance;
            this.items = chance.between(1, 400);
            this.maxWaiting = chance.between(1, 50);
            this.maxConcurrent = chance.between(1, 5);
        }

        /// Feeds the lane on the loop, some items at a time, until it says that too much waits.
        void feed() {
            for (int burst = chance.between(1, 60); burst > 0 && submitted < items && !congested; burst--) {
                lane.submit(new Step(this, submitted++, new Chance(chance.any())));
            }
            if (submitted == items) {
                allSubmitted.countDown();
            } else if (!congested) {
                GROUP.execute(this::feedOnLoop);
            }
        }

        private void feedOnLoop() {
            LOOP.run(this::feed);
        }

        @Override
        public int maxWaiting() {
            return maxWaiting;
        }

        @Override
        public long maxWaitingBytes() {
            return 1000;
        }

        @Override
        public int maxConcurrent() {
            return maxConcurrent;
        }

        @Override
        public void onCongestion(boolean tooMuch) {
            check(LOOP.isCurrent(), "congestion is told on the loop");
            check(tooMuch != congested, "congestion begins and ends in turns");
            congested = tooMuch;
            if (!tooMuch) {
                GROUP.execute(this::feedOnLoop);
            }
        }

        @Override
        public void onIdle() {
            if (ended.get() == items) {
                idleAtEnd.countDown();
            }
        }

        void check(boolean holds, String what) {
            if (!holds) {
                broken.add(what);
            }
        }
    }

    /// One item of work: which kind, how long, and whether it fails.
    private static final class Step implements Lane.Item {
        private final Model model;
        private final int number;
        private final Dispatch dispatch;
        private final boolean failsToBegin;
        private final boolean hasRest;
        private final boolean fails;
        private final int length;
        private boolean gateToClose;

        Step(Model model, int number, Chance chance) {
            this.model = model;
            this.number = number;
            this.dispatch = chance.oneOf(List.of(Dispatch.values()));
            this.failsToBegin = chance.onceIn(20);
            this.hasRest = !chance.onceIn(4);
            this.fails = chance.onceIn(20);
            this.length = chance.between(0, 3);
            this.gateToClose = chance.onceIn(15);
        }

        @Override
        public Dispatch dispatch() {
            return dispatch;
        }

        @Override
        public int bytes() {
            return length * 20;
        }

        @Override
        public boolean mayBegin() {
            if (!gateToClose) {
                return true;
            }
            gateToClose = false;
            model.lane.closeGate();
            HANDLERS.execute(model.lane::openGate);
            return false;
        }

        @Override
        public Runnable begin() {
            model.check(model.begun.getAndIncrement() == number, "item " + number + " begins out of order");
            model.check(dispatch != Dispatch.INLINE || LOOP.isCurrent(), "inline work runs on the loop");
            model.check(dispatch == Dispatch.INLINE || !LOOP.isCurrent(), "handlers run beside the loop");
            enter();
            if (failsToBegin || !hasRest) {
                leave();
            }
            if (failsToBegin) {
                throw new IllegalStateException("item " + number + " fails to begin");
            }
            return hasRest ? this::run : null;
        }

        private void run() {
            for (int i = 0; i < length && dispatch != Dispatch.INLINE; i++) {
                Thread.yield();
            }
            leave();
            if (fails) {
                throw new IllegalStateException("item " + number + " fails");
            }
        }

        private void enter() {
            switch (dispatch) {
                case SERIAL -> model.check(model.serial.incrementAndGet() == 1, "serial work is alone");
                case CONCURRENT ->
                    model.check(
                            model.concurrent.incrementAndGet() <= model.maxConcurrent, "concurrent work is bounded");
                case INLINE -> {}
            }
        }

        private void leave() {
            switch (dispatch) {
                case SERIAL -> model.serial.decrementAndGet();
                case CONCURRENT -> model.concurrent.decrementAndGet();
                case INLINE -> {}
            }
            model.ended.incrementAndGet();
        }
    }

    @Test
    void whateverComesBeginsInOrderAndEnds() {
        Property.holds(150, chance -> {
            Model model = new Model(chance);

            LOOP.run(model::feed);

            await(model.allSubmitted, "all is submitted: " + model.begun + " of " + model.items + " begun");
            await(model.idleAtEnd, "idle in the end: " + model.ended + " of " + model.items + " ended");
            assertThat(model.broken).isEmpty();
            assertThat(model.lane.isIdle()).isTrue();
        });
    }

    @Test
    void nothingBeginsOnceClosed() throws Exception {
        Model model = new Model(new Chance(1));
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        LOOP.run(() -> {
            model.lane.closeGate();
            for (int i = 0; i < 10; i++) {
                model.lane.submit(new Counted(ran));
            }
            model.lane.close();
            model.lane.openGate();
            model.lane.submit(new Counted(ran));
            done.countDown();
        });

        await(done, "submitted");

        assertThat(ran.get()).isZero();
    }

    @Test
    void inlineWorkThatNothingIsInFrontOfIsDoneBeforeSubmitReturns() throws Exception {
        Model model = new Model(new Chance(1));
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        GROUP.execute(() -> {
            model.lane.submit(new Counted(ran));
            seen.set(ran.get());
            done.countDown();
        });

        await(done, "submitted");

        assertThat(seen.get()).isEqualTo(1);
    }

    private record Counted(AtomicInteger ran) implements Lane.Item {
        @Override
        public Dispatch dispatch() {
            return Dispatch.INLINE;
        }

        @Override
        public Runnable begin() {
            ran.incrementAndGet();
            return null;
        }
    }
}
