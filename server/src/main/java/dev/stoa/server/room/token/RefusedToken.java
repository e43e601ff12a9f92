package dev.stoa.server.room.token;

/// Carries a refusal out of the steps of verification. Never leaves this package, has no stack.
final class RefusedToken extends Exception {
    private static final long serialVersionUID = 1;

    private final RefusalReason reason;
    private final String text;

    RefusedToken(RefusalReason reason, String text) {
        super(text, null, false, false);
        this.reason = reason;
        this.text = text;
    }

    TokenVerdict.Refused verdict() {
        return new TokenVerdict.Refused(reason, text);
    }
}
