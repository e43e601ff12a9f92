/// The stand-alone server: the command line, its two modes, and what they start.
///
/// [dev.stoa.app.Main] reads the command line; `dev` and `serve` turn it into a
/// [dev.stoa.app.config.Configuration] and a list of applications, and [dev.stoa.app.StandAloneServer]
/// runs both listeners until the process is told to stop. Everything here is wiring: what the server can
/// do is in module `server`.
///
/// The invariant: development tokens are made known to an endpoint by `dev` alone, so a process started
/// by `serve` has no code path that accepts one.
@NullMarked
package dev.stoa.app;

import org.jspecify.annotations.NullMarked;
