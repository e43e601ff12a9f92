package dev.stoa.server.document;

/// Names a live socket, on whatever node.
///
/// @param node the node that holds it
/// @param id the session's id
record SessionRef(String node, String id) {}
