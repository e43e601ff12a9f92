package dev.stoa.server.router;

/// Told when a peer goes over a limit. Runs beside the message's handling, which does not wait for it.
@FunctionalInterface
public interface LimitHandler {
    void onLimitExceeded(LimitExceeded event) throws Exception;
}
