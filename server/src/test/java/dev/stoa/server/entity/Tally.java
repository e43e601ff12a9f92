package dev.stoa.server.entity;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.store.Change;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Once;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A sum, with all that the runtime offers: its log folds to it, a row repeats it, a counter counts its records.
/// What happens to it is written to its [Diary].
final class Tally implements Entity {
    static final String KIND = "tally";

    private final EntityId id;
    private final Diary diary;
    private final Set<String> attached = new HashSet<>();
    private long sum;
    private long row;
    private int wakes;
    private boolean dropped;

    /// What happened to the tallies of one test, and what shall.
    static final class Diary {
        final List<String> lines = Collections.synchronizedList(new ArrayList<>());
        boolean failsWhenLoaded;
        boolean failsToWake;
        boolean failsToCheckpoint;
        boolean writesWhenLoaded;
        boolean failsToMakeBytes;
        /// Of checkpoints, which are padded.
        int checkpointBytes = 8;

        Told told = (_, _, _) -> {};
        final List<Tally> made = Collections.synchronizedList(new ArrayList<>());

        void note(String line) {
            lines.add(line);
        }

        Image imageOf(byte[] state) {
            Iterator<byte[]> parts =
                    Image.of(Arrays.copyOf(state, checkpointBytes)).parts();
            return new Image(new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return parts.hasNext();
                }

                @Override
                public byte[] next() {
                    note("part");
                    if (failsToMakeBytes) {
                        throw new IllegalStateException("as the test wants it");
                    }
                    return parts.next();
                }
            });
        }
    }

    /// Hears of effects.
    @FunctionalInterface
    interface Told {
        void told(EntityId id, long log, long offset);
    }

    Tally(EntityId id, Diary diary) {
        this.id = id;
        this.diary = diary;
        diary.made.add(this);
    }

    EntityId id() {
        return id;
    }

    /// Whether somebody is connected that was not told to go.
    boolean isHeld() {
        return !attached.isEmpty() && !dropped;
    }

    static EntityType type(Diary diary) {
        return new EntityType(KIND, "open", null, (id, _) -> new Tally(id, diary), CommandCodec.of(TallyCommand.class));
    }

    @Override
    public Set<String> folds() {
        return Set.of("add");
    }

    @Override
    public void load(@Nullable Header header, byte @Nullable [] checkpoint, Map<String, byte[]> rows) {
        if (checkpoint != null && checkpoint.length < 8) {
            throw new IllegalArgumentException("a checkpoint of " + checkpoint.length + " bytes");
        }
        sum = checkpoint == null ? 0 : number(checkpoint);
        row = rows.containsKey("sum") ? number(rows.get("sum")) : 0;
        diary.note("load " + (checkpoint == null ? "nothing" : sum));
    }

    @Override
    public void replay(LogRecord record) {
        sum += number(record.body());
    }

    @Override
    public void loaded(Turn turn) {
        if (diary.failsWhenLoaded) {
            throw new IllegalStateException("as the test wants it");
        }
        if (diary.writesWhenLoaded) {
            turn.change(new Change.PutRow("loaded", bytes(1)));
        }
    }

    @Override
    public void handle(Command<?> command, Turn turn) {
        switch ((TallyCommand<?>) command) {
            case TallyCommand.Add(long amount, String key) -> add(turn, amount, key, bytes(amount));
            case TallyCommand.AddBytes(int size) -> add(turn, 0, null, new byte[size]);
            case TallyCommand.Look _ -> turn.answer(view(turn));
            case TallyCommand.Refuse _ -> {
                turn.then(() -> diary.note("an effect of a refusal"));
                throw ProtocolException.of(ErrorCode.INVALID_ARGUMENT, "no");
            }
            case TallyCommand.RefuseLate _ -> {
                turn.wakeAt(1);
                throw ProtocolException.of(ErrorCode.INVALID_ARGUMENT, "too late");
            }
            case TallyCommand.Break _ -> {
                add(turn, 1_000_000, null, bytes(1_000_000));
                throw new IllegalStateException("as the test wants it");
            }
            case TallyCommand.SayNothing _ -> {}
            case TallyCommand.Attach(String who) -> {
                attached.add(who);
                turn.answer(new Done());
            }
            case TallyCommand.Detach(String who) -> {
                attached.remove(who);
                turn.answer(new Done());
            }
            case TallyCommand.WakeAt(long millis) -> change(turn, () -> turn.wakeAt(millis));
            case TallyCommand.Trim(long upTo) -> change(turn, () -> turn.trim(upTo));
            case TallyCommand.BeginAnew _ -> change(turn, () -> beginAnew(turn));
            case TallyCommand.RenewEpoch _ -> change(turn, turn::renewEpoch);
            case TallyCommand.Delete _ -> change(turn, turn::delete);
            case TallyCommand.ForgetKeys(String prefix) ->
                change(turn, () -> turn.change(new Change.DeleteOnces(prefix)));
            case TallyCommand.SetStatus(String status) -> change(turn, () -> turn.status(status));
        }
    }

    private static void change(Turn turn, Runnable change) {
        change.run();
        turn.answer(new Done());
    }

    private void beginAnew(Turn turn) {
        turn.count("adds", -turn.counter("adds"));
        turn.beginAnew();
        sum = 0;
        row = 0;
        turn.change(new Change.DeleteRow("sum"));
    }

    private void add(Turn turn, long amount, @Nullable String key, byte[] body) {
        Optional<Once> before = key == null ? Optional.empty() : turn.once(key);
        if (before.isPresent()) {
            ByteBuffer kept = ByteBuffer.wrap(before.get().body());
            turn.answer(new TallyCommand.Added(kept.getLong(), kept.getLong(), kept.getLong(), true));
            return;
        }
        LogRecord record = turn.append("add", null, body);
        sum += amount;
        row = sum;
        turn.change(new Change.PutRow("sum", bytes(sum)));
        turn.count("adds", 1);
        if (key != null) {
            byte[] result = ByteBuffer.allocate(24)
                    .putLong(turn.log())
                    .putLong(record.offset())
                    .putLong(sum)
                    .array();
            turn.change(new Change.PutOnce(new Once(key, Header.NEVER, result)));
        }
        long offset = record.offset();
        long log = turn.log();
        turn.answer(new TallyCommand.Added(log, offset, sum, false));
        turn.then(() -> {
            diary.note("told " + offset);
            diary.told.told(id, log, offset);
        });
    }

    private TallyCommand.View view(Turn turn) {
        return new TallyCommand.View(
                sum,
                row,
                turn.counter("adds"),
                turn.epoch(),
                turn.log(),
                turn.firstOffset(),
                turn.lastOffset(),
                attached.size(),
                wakes);
    }

    @Override
    public void wake(Turn turn) {
        diary.note("wake");
        if (diary.failsToWake) {
            throw new IllegalStateException("as the test wants it");
        }
        wakes++;
    }

    @Override
    public Image checkpoint() {
        if (diary.failsToCheckpoint) {
            throw new IllegalStateException("as the test wants it");
        }
        return diary.imageOf(bytes(sum));
    }

    @Override
    public void trimming(long from, long to, Turn turn) {
        diary.note("trim " + from + " to " + to);
        turn.count("adds", from - to - 1);
    }

    @Override
    public boolean mayHibernate() {
        return attached.isEmpty();
    }

    @Override
    public void hibernated() {
        diary.note("hibernated");
    }

    @Override
    public void dropped() {
        dropped = true;
        diary.note("dropped");
    }

    @Override
    public String toString() {
        return "Tally[" + id + "]";
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    private static long number(byte[] bytes) {
        return ByteBuffer.wrap(Arrays.copyOf(bytes, 8)).getLong();
    }
}
