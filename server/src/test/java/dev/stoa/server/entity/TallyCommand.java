package dev.stoa.server.entity;

import org.jspecify.annotations.Nullable;

/// What a [Tally] can be asked.
sealed interface TallyCommand<R extends Record> extends Command<R> {
    /// @param key under which it happens once; null to always happen
    record Add(long amount, @Nullable String key) implements TallyCommand<Added> {}

    /// Adds with a body of some size.
    record AddBytes(int bytes) implements TallyCommand<Added> {}

    record Look() implements TallyCommand<View> {}

    record Refuse() implements TallyCommand<Done> {}

    /// Refuses when it is too late to.
    record RefuseLate() implements TallyCommand<Done> {}

    record Break() implements TallyCommand<Done> {}

    record SayNothing() implements TallyCommand<Done> {}

    record Attach(String who) implements TallyCommand<Done> {}

    record Detach(String who) implements TallyCommand<Done> {}

    record WakeAt(long millis) implements TallyCommand<Done> {}

    record Trim(long upTo) implements TallyCommand<Done> {}

    record BeginAnew() implements TallyCommand<Done> {}

    record RenewEpoch() implements TallyCommand<Done> {}

    record Delete() implements TallyCommand<Done> {}

    record ForgetKeys(String prefix) implements TallyCommand<Done> {}

    record SetStatus(String status) implements TallyCommand<Done> {}

    /// @param log the log that it is in
    /// @param again whether it had happened before
    record Added(long log, long offset, long sum, boolean again) {}

    /// @param row what the row says the sum is
    /// @param counted how many records there are, as the header counts them
    record View(
            long sum,
            long row,
            long counted,
            String epoch,
            long log,
            long firstOffset,
            long lastOffset,
            int attached,
            int wakes) {}
}
