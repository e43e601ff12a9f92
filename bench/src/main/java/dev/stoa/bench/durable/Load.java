package dev.stoa.bench.durable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// Writers that each keep some appends outstanding, for a while.
///
/// @param writers threads that append
/// @param window appends that a writer has outstanding
/// @param logs to which they go in turn
record Load(int writers, int window, int logs) {
    private static final int MAX_SAMPLES = 1_000_000;
    private static final Duration STUCK = Duration.ofSeconds(60);

    String name() {
        return writers + (writers == 1 ? " writer" : " writers") + (window == 1 ? "" : " × " + window) + ", " + logs
                + (logs == 1 ? " log" : " logs");
    }

    Sample run(Target target, Duration warmup, Duration time) throws InterruptedException {
        measure(target, warmup);
        return measure(target, time);
    }

    private Sample measure(Target target, Duration time) throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        List<Writer> all = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < writers; i++) {
            Writer writer = new Writer(target, i, stop);
            all.add(writer);
            threads.add(Thread.ofVirtual().start(writer));
        }
        Thread.sleep(time);
        stop.set(true);
        for (Thread thread : threads) {
            if (!thread.join(STUCK)) {
                throw new IllegalStateException("no append became durable within " + STUCK);
            }
        }
        long nanos = System.nanoTime() - start;
        long count = all.stream().mapToLong(writer -> writer.count).sum();
        long[] sorted = all.stream()
                .flatMapToLong(
                        writer -> Arrays.stream(writer.nanos, 0, (int) Math.min(writer.count, writer.nanos.length)))
                .sorted()
                .toArray();
        return new Sample(count * 1e9 / nanos, at(sorted, 0.5), at(sorted, 0.99));
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))] / 1000.0;
    }

    /// @param perSecond durable appends
    record Sample(double perSecond, double p50Micros, double p99Micros) {}

    private final class Writer implements Runnable {
        private final Target target;
        private final int first;
        private final AtomicBoolean stop;
        private final Semaphore free = new Semaphore(window);
        private final long[] nanos = new long[MAX_SAMPLES / writers];
        private int count;

        Writer(Target target, int first, AtomicBoolean stop) {
            this.target = target;
            this.first = first;
            this.stop = stop;
        }

        @Override
        public void run() {
            try {
                for (int i = first; !stop.get(); i += writers) {
                    free.acquire();
                    long began = System.nanoTime();
                    target.append(i % logs, () -> durable(began));
                }
                free.acquire(window);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private synchronized void durable(long began) {
            if (count < nanos.length) {
                nanos[count] = System.nanoTime() - began;
            }
            count++;
            free.release();
        }
    }
}
