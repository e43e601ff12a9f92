/// The application of development mode: a chat in rooms that are kept, and a call that takes its time.
///
/// Written to be read first: [dev.stoa.app.playground.Playground] puts an instance of rooms and a router of its
/// own into the server, with contracts in [dev.stoa.app.playground.Messages]. A page drives it
/// (`web/playground`), and `docs/playground.md` tells other clients how to.
///
/// The invariant: whatever the page shows as said is in the room's log.
@NullMarked
package dev.stoa.app.playground;

import org.jspecify.annotations.NullMarked;
