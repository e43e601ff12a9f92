package dev.stoa.server.entity;

import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one kind of entity does. Confined to its mailbox: one method at a time, on a virtual thread, so that it
/// may block, at the cost of its own queue only.
///
/// What it knows is of two sorts: *durable* state, which `load` and `replay` make from what the store has, and
/// *live* state (who is connected), which it keeps when the durable state is thrown away and loaded again.
public interface Entity {
    /// The record types that change its state: only these are replayed.
    Set<String> folds();

    /// Takes up the durable state as of a checkpoint, in place of whatever it had. Called before anything else,
    /// and again after a commit has failed.
    ///
    /// @param header null when the store does not know the entity
    /// @param checkpoint the bytes of what [#checkpoint] gave once; null to start from nothing
    /// @throws RuntimeException when the checkpoint makes no sense; an older one is tried then
    void load(@Nullable Header header, byte @Nullable [] checkpoint, Map<String, byte[]> rows);

    /// Folds a record that lies behind the checkpoint.
    void replay(LogRecord record);

    /// Called once the state is complete, before the first command after a `load`.
    default void loaded(Turn turn) {}

    /// Handles a command. It refuses by throwing a `ProtocolException` *before* it has changed anything, in
    /// the turn or in its state; any other exception throws the durable state away.
    void handle(Command<?> command, Turn turn);

    /// The time asked for by [Turn#wakeAt] has come.
    default void wake(Turn turn) {}

    /// The state that the log folds to, for a later `load`; null if there is nothing to keep.
    default @Nullable Image checkpoint() {
        return null;
    }

    /// Records up to `to` are about to be let go of, as [Turn#trim] asked. Count what goes.
    default void trimming(long from, long to, Turn turn) {}

    /// Whether nothing would be lost if it were forgotten until it is asked again.
    boolean mayHibernate();

    /// It has been forgotten until it is asked again; another may stand for it already. No method is called
    /// afterwards.
    default void hibernated() {}

    /// It lives elsewhere now, or nowhere: whoever is connected must connect again. No method is called
    /// afterwards.
    void dropped();
}
