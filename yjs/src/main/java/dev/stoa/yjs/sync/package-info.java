/// What Yjs peers say to each other, as values apart from any transport.
///
/// [dev.stoa.yjs.sync.SyncMessage] carries vectors and updates; [dev.stoa.yjs.sync.Awareness] knows who
/// is there. Neither reads a clock or sends anything.
@NullMarked
package dev.stoa.yjs.sync;

import org.jspecify.annotations.NullMarked;
