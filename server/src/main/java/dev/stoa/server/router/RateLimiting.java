package dev.stoa.server.router;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.Retry;
import dev.stoa.server.limit.RateDecision;
import dev.stoa.server.limit.RateLimiter;
import dev.stoa.server.session.DataKey;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/// Middleware that lets a message pass only while its key has tokens left (router protocol, section
/// 13.4).
///
/// ```java
/// router.use(RateLimiting.with(new TokenBuckets(RatePolicy.of(20, 10), InstantSource.system())));
/// ```
///
/// A message that could pass later is answered `RESOURCE_EXHAUSTED` with the time to wait; one that
/// costs more than the bucket holds, `FAILED_PRECONDITION`. The connection stays open and the router's
/// limit handlers are told. Immutable.
public final class RateLimiting implements Middleware {
    /// The tenant that default keys name; `public` when a connection has none.
    public static final DataKey<String> TENANT = DataKey.of("tenantId", String.class);

    private final RateLimiter limiter;
    private final ToIntFunction<Context> cost;
    private final Function<Context, String> key;

    private RateLimiting(RateLimiter limiter, ToIntFunction<Context> cost, Function<Context, String> key) {
        this.limiter = limiter;
        this.cost = cost;
        this.key = key;
    }

    /// Every message costs one token of its user's bucket for its type.
    public static RateLimiting with(RateLimiter limiter) {
        return new RateLimiting(limiter, _ -> 1, RateLimiting::perUserAndType);
    }

    /// What a message costs: tokens, not negative; 0 passes without asking.
    public RateLimiting costing(ToIntFunction<Context> newCost) {
        return new RateLimiting(limiter, newCost, key);
    }

    /// Whose bucket a message is taken from.
    public RateLimiting keyedBy(Function<Context, String> newKey) {
        return new RateLimiting(limiter, cost, newKey);
    }

    /// `rl:{tenant}:{user}:{type}`, with `public` and `anon` for those without. All anonymous peers
    /// share a bucket.
    public static String perUserAndType(Context ctx) {
        return perUser(ctx) + ":" + ctx.type();
    }

    /// `rl:{tenant}:{user}`.
    public static String perUser(Context ctx) {
        String tenant = ctx.data().find(TENANT).orElse("public");
        var principal = ctx.principal();
        return "rl:" + tenant + ":" + (principal == null ? "anon" : principal.id());
    }

    @Override
    public void handle(Context ctx, Next next) throws Exception {
        int tokens = cost.applyAsInt(ctx);
        if (tokens < 0) {
            ctx.error(ErrorCode.INVALID_ARGUMENT, "Rate limit cost must be a non-negative integer");
            return;
        }
        if (tokens == 0) {
            next.proceed();
            return;
        }
        switch (limiter.consume(key.apply(ctx), tokens)) {
            case RateDecision.Allowed _ -> next.proceed();
            case RateDecision.Denied denied -> deny(ctx, tokens, denied);
        }
    }

    private void deny(Context ctx, int tokens, RateDecision.Denied denied) {
        int capacity = limiter.policy().capacity();
        Map<String, Object> details = Map.of("cost", tokens, "capacity", capacity, "remaining", denied.remaining());
        Long retryAfterMs = denied.retryAfterMs();
        if (retryAfterMs == null) {
            ctx.error(ErrorCode.FAILED_PRECONDITION, "Operation cost exceeds capacity", details);
        } else {
            ctx.error(ErrorCode.RESOURCE_EXHAUSTED, "Rate limit exceeded", details, Retry.afterMs(retryAfterMs));
        }
        if (ctx instanceof Exchange<?> exchange) {
            exchange.conversation()
                    .router()
                    .limitExceeded(new LimitExceeded.Rate(ctx.session(), tokens, capacity, retryAfterMs));
        }
    }
}
