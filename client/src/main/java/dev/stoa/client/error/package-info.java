/// What can go wrong for a caller, one type for each way: a closed family that a `switch` can take
/// apart.
///
/// All are unchecked and say what happened, to which request, and by which limit. A refused `send`
/// carries one as a value; `request` throws one; a future completes with one.
///
/// Start reading at [dev.stoa.client.error.ClientException].
@NullMarked
package dev.stoa.client.error;

import org.jspecify.annotations.NullMarked;
