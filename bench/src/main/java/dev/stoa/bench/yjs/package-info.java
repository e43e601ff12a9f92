/// The Yjs engine beside the real yjs, and its steps under JMH.
///
/// [dev.stoa.bench.yjs.SideBySide] runs both in one session, because only ratios of one session are
/// worth quoting.
@NullMarked
package dev.stoa.bench.yjs;

import org.jspecify.annotations.NullMarked;
