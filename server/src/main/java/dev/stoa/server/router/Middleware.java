package dev.stoa.server.router;

/// Wraps handlers: runs before them, after them, or instead of them.
///
/// ```java
/// router.use((ctx, next) -> {
///     if (ctx.principal() == null && !ctx.type().equals("LOGIN")) {
///         ctx.error(ErrorCode.UNAUTHENTICATED, "Not authenticated");
///         return;
///     }
///     next.proceed();
/// });
/// ```
@FunctionalInterface
public interface Middleware {
    /// @param next the rest of the chain; not calling it skips the rest, and nothing is sent
    void handle(Context ctx, Next next) throws Exception;

    /// The rest of a chain.
    @FunctionalInterface
    interface Next {
        /// Runs the rest and returns when it has finished; its exception passes through.
        ///
        /// @throws IllegalStateException when called a second time
        void proceed() throws Exception;
    }
}
