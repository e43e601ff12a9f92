package dev.stoa.server.room.token;

import dev.stoa.server.entity.Command;
import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Done;
import dev.stoa.server.entity.Entity;
import dev.stoa.server.entity.EntityType;
import dev.stoa.server.entity.Image;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps an instance's revocations: each is a record of its log, and the state is their fold. Confined to its
/// mailbox.
///
/// It forgets what is over about once an hour, and lets go of the log behind its checkpoints: nothing reads
/// it but the fold.
public final class RevocationsEntity implements Entity {
    private static final String REVOKED = "revoked";
    private static final String STATUS = "active";
    private static final CommandCodec CODEC = CommandCodec.of(RevocationCommand.class);

    /// What is over goes together with all that is over this much later.
    private static final Duration SWEEP = Duration.ofHours(1);

    /// Every connect asks, and loading takes a while when there are many.
    private static final Duration HIBERNATE_AFTER = Duration.ofMinutes(10);

    private Revocations revocations = Revocations.NONE;
    private boolean willWake;

    private RevocationsEntity() {}

    /// @param kind the kind in the ids of such entities
    public static EntityType type(String kind) {
        return new EntityType(kind, STATUS, HIBERNATE_AFTER, (_, _) -> new RevocationsEntity(), CODEC);
    }

    @Override
    public Set<String> folds() {
        return Set.of(REVOKED);
    }

    @Override
    public void load(@Nullable Header header, byte @Nullable [] checkpoint, Map<String, byte[]> rows) {
        revocations = checkpoint == null
                ? Revocations.NONE
                : CommandCodec.read(checkpoint, State.class).revocations();
        willWake = header != null && header.wakeAt() != Header.NEVER;
    }

    @Override
    public void replay(LogRecord record) {
        Revocation revocation =
                CommandCodec.read(record.body(), RevocationCommand.Revoke.class).revocation();
        revocations = folded(revocation, Instant.ofEpochMilli(record.at()));
    }

    /// A checkpoint may be older than the last sweep.
    @Override
    public void loaded(Turn turn) {
        revocations = revocations.withoutExpired(Instant.ofEpochMilli(turn.now()));
    }

    @Override
    public void handle(Command<?> command, Turn turn) {
        switch ((RevocationCommand<?>) command) {
            case RevocationCommand.Revoke revoke -> revoke(revoke, turn);
            case RevocationCommand.Check(RoomToken token, var kind, var name) ->
                turn.answer(new RevocationCommand.Checked(revocations.refuses(token, kind, name)));
        }
    }

    @Override
    public void wake(Turn turn) {
        willWake = false;
        revocations = revocations.withoutExpired(Instant.ofEpochMilli(turn.now()));
        turn.trim(turn.lastOffset());
        revocations.first().ifPresentOrElse(first -> wakeAfter(first, turn), () -> turn.wakeAt(Header.NEVER));
    }

    @Override
    public Image checkpoint() {
        return Image.of(CommandCodec.write(new State(revocations)));
    }

    @Override
    public boolean mayHibernate() {
        return true;
    }

    @Override
    public void dropped() {}

    private void revoke(RevocationCommand.Revoke revoke, Turn turn) {
        Revocations after = folded(revoke.revocation(), Instant.ofEpochMilli(turn.now()));
        if (after != revocations) {
            revocations = after;
            turn.append(REVOKED, null, CommandCodec.write(revoke));
            if (!willWake) {
                wakeAfter(revoke.revocation(), turn);
            }
        }
        turn.answer(new Done());
    }

    /// The state with one more. Room is made only when there is none left, and by the record's own time, so
    /// that a replay which knows nothing of the sweeps in between never finds less room.
    private Revocations folded(Revocation revocation, Instant now) {
        boolean isFull = revocations.size() == Revocations.MAX;
        return (isFull ? revocations.withoutExpired(now) : revocations).with(revocation);
    }

    private void wakeAfter(Revocation first, Turn turn) {
        turn.wakeAt(first.at().plus(Revocation.KEPT_FOR).plus(SWEEP).toEpochMilli());
        willWake = true;
    }

    /// What a checkpoint holds.
    record State(Revocations revocations) {}
}
