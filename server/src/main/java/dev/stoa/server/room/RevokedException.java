package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.Retry;
import java.util.Map;

/// A genuine token that was revoked.
public final class RevokedException extends ProtocolException {
    private static final long serialVersionUID = 1;

    RevokedException() {
        super(ErrorCode.PERMISSION_DENIED.name(), "the token is revoked", Map.of(), Retry.byCode(), null, null, false);
    }
}
