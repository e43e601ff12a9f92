/// What a durable append costs: the store and rooms beside what they are made of, in one interleaved run.
///
/// Each [Target] takes messages of 200 bytes and says when they are durable. `fsync` appends to a file and flushes it,
/// `jdbc` inserts rows in batches, `single` commits each message; the first two form their batches as the store does:
/// what arrives during a commit is the next. [Load] is the same for all. Start reading at [DurableAppends].
@NullMarked
package dev.stoa.bench.durable;

import org.jspecify.annotations.NullMarked;
