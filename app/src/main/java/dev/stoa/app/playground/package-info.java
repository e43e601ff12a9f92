/// The application of development mode: a chat with rooms, and a call that takes its time.
///
/// Written to be read first: [dev.stoa.app.playground.Messages] has the contracts,
/// [dev.stoa.app.playground.Playground] the handlers. A page drives it (`web/playground`), and
/// `docs/playground.md` tells other clients how to.
///
/// The invariant: whoever is announced as a member of a room listens to that room's topic.
@NullMarked
package dev.stoa.app.playground;

import org.jspecify.annotations.NullMarked;
