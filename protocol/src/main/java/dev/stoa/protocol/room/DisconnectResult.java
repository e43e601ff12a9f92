package dev.stoa.protocol.room;

/// What became of disconnecting.
///
/// @param connections how many were closed
public record DisconnectResult(int connections) {}
