/// What the server needs from the world around it: time and other nodes. Each port has an implementation
/// that works in this process; adapters bring others, and only the wiring names those.
@NullMarked
package dev.stoa.server.port;

import org.jspecify.annotations.NullMarked;
