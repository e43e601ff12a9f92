package dev.stoa.client.room;

import dev.stoa.client.StoaClient;

/// Where a room stands: what it is called, the connection that carries it, and the ways of the application with
/// it. Immutable.
record Setting(Address address, StoaClient client, RoomTools tools, RoomOptions options) {}
