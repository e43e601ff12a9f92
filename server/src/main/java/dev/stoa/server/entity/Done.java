package dev.stoa.server.entity;

/// The answer of commands that have none.
public record Done() {}
