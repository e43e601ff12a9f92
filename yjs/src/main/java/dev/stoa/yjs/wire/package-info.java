/// Updates as bytes, without a document: the two formats, struct by struct.
///
/// [dev.stoa.yjs.wire.UpdateReader] and [dev.stoa.yjs.wire.UpdateWriter] hide where a format puts a
/// value. [dev.stoa.yjs.wire.StructReader] walks the structs of an update and refuses what no document
/// could hold; every way into the engine goes through it. [dev.stoa.yjs.wire.UpdateMerge] and its
/// neighbours work on such walks.
@NullMarked
package dev.stoa.yjs.wire;

import org.jspecify.annotations.NullMarked;
