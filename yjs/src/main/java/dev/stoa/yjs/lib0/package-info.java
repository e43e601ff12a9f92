/// The encodings under the update formats: numbers, strings, tagged values, run-length streams, JSON.
///
/// Readers trust nothing: a length is compared with what is there before anything is allocated for it.
/// Start with [dev.stoa.yjs.lib0.ByteReader].
@NullMarked
package dev.stoa.yjs.lib0;

import org.jspecify.annotations.NullMarked;
