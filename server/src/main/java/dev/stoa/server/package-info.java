/// The embeddable server: [dev.stoa.server.Stoa] wires everything, and nothing else does.
///
/// The house, top to bottom; a package uses those on lines below it, never above:
///
/// ```
/// Stoa                                  wiring
/// endpoint.*                            one wire protocol each
/// router  schema                        features
/// topic                                 ephemeral fan-out by name
/// delivery  session  limit              sockets seen from inside
/// port                                  what the house needs of the world
///
/// net                                   adapter below session and delivery; only Stoa names it
/// ```
@NullMarked
package dev.stoa.server;

import org.jspecify.annotations.NullMarked;
