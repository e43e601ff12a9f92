package dev.stoa.client;

import org.jspecify.annotations.Nullable;

/// One encoded outbound message. Immutable.
///
/// @param type its message type
/// @param text what goes on the wire
/// @param call the request that it begins; null for a one-way message
/// @param queueing whether it may wait for the connection to open
record Frame(String type, String text, @Nullable Call<?> call, boolean queueing) {}
