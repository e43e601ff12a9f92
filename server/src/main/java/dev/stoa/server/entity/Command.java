package dev.stoa.server.entity;

/// Something asked of an entity. Implementations are records that [CommandCodec] can carry between nodes: no
/// sockets, functions or futures inside.
///
/// @param <R> what answers it, a record as well
public interface Command<R extends Record> {}
