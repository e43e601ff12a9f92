/// A server for peers that are not ours: WS-Kit's schemas and other people's WebSocket implementations,
/// in `web/conformance`, run against [ConformanceServer]. Start reading there.
@NullMarked
package dev.stoa.server.conformance;

import org.jspecify.annotations.NullMarked;
