package dev.stoa.server.topic;

/// What an operation on several topics came to.
///
/// @param added topics newly subscribed
/// @param removed topics no longer subscribed
/// @param total subscriptions afterwards
public record TopicChange(int added, int removed, int total) {}
