package dev.stoa.server.router;

import dev.stoa.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/// Told of every exception a handler or middleware throws, and of errors sent with `ctx.error`.
@FunctionalInterface
public interface ErrorHandler {
    /// @param error the error; an unknown exception is wrapped as `INTERNAL` with the original as its
    ///     cause
    /// @param ctx what was being handled; null when there was no message yet
    /// @return false to keep the automatic error frame of an exception from being sent
    boolean onError(ProtocolException error, @Nullable Context ctx);
}
