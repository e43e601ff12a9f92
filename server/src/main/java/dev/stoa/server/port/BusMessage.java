package dev.stoa.server.port;

import org.jspecify.annotations.Nullable;

/// A published message on its way between nodes.
///
/// @param topic the topic's full name
/// @param type the message's type name
/// @param text the whole outbound message as UTF-8 JSON; not to be changed
/// @param excludedClientId the session that must not get it, or null
public record BusMessage(
        String topic, String type, byte[] text, @Nullable String excludedClientId) {}
