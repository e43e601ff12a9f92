package dev.stoa.server.room;

/// Names a live socket, on whatever node.
///
/// @param node the node that holds it
/// @param id the session's id
/// @param shared whether it may be in many rooms, so that what it is told must name the room
record SessionRef(String node, String id, boolean shared) {}
