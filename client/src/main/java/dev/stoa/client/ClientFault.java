package dev.stoa.client;

import dev.stoa.protocol.Issue;
import java.util.List;

/// Something wrong that belongs to no single call; see [StoaClient#onError]. Immutable.
///
/// @param kind what kind of thing
/// @param message what, in words
/// @param type the message type concerned; empty when unknown
/// @param issues how the message breaks its contract; empty unless `kind` is `VALIDATION`
/// @param text the received frame, or empty; may hold secrets, so think before logging it
public record ClientFault(Kind kind, String message, String type, List<Issue> issues, String text) {
    /// Kinds of faults (router protocol, section 16.6).
    public enum Kind {
        /// A received frame is not JSON text.
        PARSE,
        /// A received frame breaks its contract; no handler saw it.
        VALIDATION,
        /// A message was dropped because the queue is full.
        OVERFLOW
    }

    public ClientFault {
        issues = List.copyOf(issues);
    }

    /// Leaves the frame's text out.
    @Override
    public String toString() {
        return "ClientFault[" + kind + " " + type + ": " + message + " " + issues + "]";
    }
}
