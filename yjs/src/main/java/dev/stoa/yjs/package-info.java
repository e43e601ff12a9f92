/// A Yjs document engine: reads, merges and writes what browsers' yjs reads, merges and writes.
@NullMarked
package dev.stoa.yjs;

import org.jspecify.annotations.NullMarked;
