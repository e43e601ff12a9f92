/// How fast the house is, and how fast it could be.
///
/// [dev.stoa.bench.BareServer] is the limit: Netty and the bytes, nothing else. The load generator in `bench/load`
/// drives it and the real server with the same frames, and `bench/run.sh` compares them in one interleaved run. The
/// classes named `...Benchmark` are JMH benchmarks of single steps.
///
/// The invariant: a server here answers the same frames with the same bytes as the others, apart from time and ids.
///
/// Start reading at `bench/README.md`, then [dev.stoa.bench.BareServer].
@NullMarked
package dev.stoa.bench;

import org.jspecify.annotations.NullMarked;
