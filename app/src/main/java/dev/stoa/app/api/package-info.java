/// The second listener: pages, health and metrics over HTTP, apart from the public socket port.
///
/// [dev.stoa.app.api.ApiListener] is started last and stopped last, so that whoever watches the server
/// sees it drain. Pages come from the jar; nothing is read from disk.
///
/// The invariant: every answer carries the security headers of [dev.stoa.app.api.SecurityHeaders].
@NullMarked
package dev.stoa.app.api;

import org.jspecify.annotations.NullMarked;
