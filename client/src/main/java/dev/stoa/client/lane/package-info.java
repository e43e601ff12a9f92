/// How application code is called: one piece of work after the other, each apart from the failures of the
/// others.
///
/// For the packages around it, not for applications. A [dev.stoa.client.lane.Lane] keeps an order on an
/// executor that has none; [dev.stoa.client.lane.Callbacks] are the listeners of one kind of event.
///
/// The invariant: what a callback throws reaches the log and nothing else.
///
/// Start reading at [dev.stoa.client.lane.Lane].
@NullMarked
package dev.stoa.client.lane;

import org.jspecify.annotations.NullMarked;
