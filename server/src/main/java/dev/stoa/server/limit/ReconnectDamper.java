package dev.stoa.server.limit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Slows down peers that are cut off after opening and come straight back (router protocol, section
/// 7.2).
///
/// The usual browser client forgets how often it failed as soon as a connection opens; so a server that
/// opens and then closes sees it again within 300 ms, for ever. Whoever cuts a peer off calls [#punish];
/// the next handshake from that peer is refused or held back for [#delayFor]. A few punishments cost
/// nothing; then the delay starts at 300 ms and doubles with each one up to 10 s. Each quiet period
/// without one takes a punishment back.
///
/// A key names the peer, usually its address group, with a hash of its token where many peers share an
/// address.
///
/// **Bound.** At most `maxKeys` peers are remembered. A new one takes the place of one that is forgiven,
/// or else of the one, among a few looked at, that would be forgiven first; while another thread makes
/// room in a full table, it is not remembered. A flood of keys makes the damper forgetful, not large.
///
/// Thread-safe. Asking takes no lock.
public final class ReconnectDamper {
    /// How many peers are remembered unless told otherwise.
    public static final int DEFAULT_MAX_KEYS = 10_000;

    private static final int CLEARED_PER_NEWCOMER = 8;

    private final Pace pace;
    private final InstantSource clock;
    private final int maxKeys;
    private final ConcurrentHashMap<String, Strikes> strikes = new ConcurrentHashMap<>();
    private final ClockHand<String, Strikes> hand = new ClockHand<>(strikes);

    public ReconnectDamper(InstantSource clock) {
        this(Pace.USUAL, clock, DEFAULT_MAX_KEYS);
    }

    /// @param maxKeys how many peers to remember at most, at least 1; a few more while several arrive at
    ///     once
    public ReconnectDamper(Pace pace, InstantSource clock, int maxKeys) {
        if (maxKeys < 1) {
            throw new IllegalArgumentException("maxKeys must be at least 1: " + maxKeys);
        }
        this.pace = pace;
        this.clock = clock;
        this.maxKeys = maxKeys;
    }

    /// How long the peer's next handshake must still wait; zero when it may come in.
    public Duration delayFor(String key) {
        Strikes known = strikes.get(key);
        return known == null ? Duration.ZERO : Duration.ofMillis(known.waitMillis(pace, clock.millis()));
    }

    /// Notes that a peer was cut off after its connection had opened.
    public void punish(String key) {
        long now = clock.millis();
        if (!strikes.containsKey(key) && !makeRoom(now)) {
            return;
        }
        strikes.compute(key, (_, known) -> new Strikes(pace.raised(known == null ? 0 : known.left(pace, now)), now));
    }

    /// How many peers are remembered, for metrics.
    public int keys() {
        return strikes.size();
    }

    /// Returns false when the table is full and another thread is clearing it.
    private boolean makeRoom(long now) {
        Soonest soonest = new Soonest();
        hand.advance(CLEARED_PER_NEWCOMER, (key, known) -> {
            if (known.left(pace, now) == 0) {
                strikes.remove(key, known);
            } else {
                soonest.offer(key, known, known.forgivenAt(pace));
            }
        });
        if (strikes.size() >= maxKeys && soonest.key != null && soonest.strikes != null) {
            strikes.remove(soonest.key, soonest.strikes);
        }
        return strikes.size() < maxKeys;
    }

    /// How delays grow and fade. Immutable.
    ///
    /// @param tolerated punishments that cost nothing: an honest mistake is no habit
    /// @param first the delay after one punishment more, at least a millisecond
    /// @param longest the delay that is not exceeded
    /// @param quiet the time without punishment that takes one back
    public record Pace(int tolerated, Duration first, Duration longest, Duration quiet) {
        /// Eight are tolerated; then 300 ms, doubling up to 10 s, as the client itself does after
        /// refusals; one is taken back every 30 s.
        public static final Pace USUAL =
                new Pace(8, Duration.ofMillis(300), Duration.ofSeconds(10), Duration.ofSeconds(30));

        private static final int MOST_DOUBLINGS = 30;

        public Pace {
            if (tolerated < 0) {
                throw new IllegalArgumentException("tolerated punishments must not be negative: " + tolerated);
            }
            if (first.toMillis() < 1 || longest.compareTo(first) < 0 || quiet.toMillis() < 1) {
                throw new IllegalArgumentException("delays must be positive and longest not below first: " + first
                        + ", " + longest + ", " + quiet);
            }
        }

        /// The same pace with another number of punishments that cost nothing.
        public Pace tolerating(int punishments) {
            return new Pace(punishments, first, longest, quiet);
        }

        private long delayMillis(int punishments) {
            if (punishments <= tolerated) {
                return 0;
            }
            int doublings = Math.min(punishments - tolerated - 1, MOST_DOUBLINGS);
            return Math.min(longest.toMillis(), Math.multiplyExact(first.toMillis(), 1L << doublings));
        }

        /// One punishment more, unless the delay cannot grow any further.
        private int raised(int punishments) {
            return delayMillis(punishments) == longest.toMillis() ? punishments : punishments + 1;
        }
    }

    /// What is held against one peer. Immutable.
    private record Strikes(int count, long lastMillis) {
        long waitMillis(Pace pace, long now) {
            return Math.max(0, pace.delayMillis(count) - Math.max(0, now - lastMillis));
        }

        int left(Pace pace, long now) {
            long forgiven = Math.max(0, now - lastMillis) / pace.quiet().toMillis();
            return (int) Math.max(0, count - forgiven);
        }

        long forgivenAt(Pace pace) {
            return lastMillis + count * pace.quiet().toMillis();
        }
    }

    /// Of the entries looked at, the one to be forgiven first. Confined to one call.
    private static final class Soonest {
        private @Nullable String key;
        private @Nullable Strikes strikes;
        private long at = Long.MAX_VALUE;

        void offer(String candidate, Strikes held, long forgivenAt) {
            if (forgivenAt < at) {
                key = candidate;
                strikes = held;
                at = forgivenAt;
            }
        }
    }
}
