package dev.stoa.server.room;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What a test expects to be refused. Stateless.
final class Refusals {
    private Refusals() {}

    static ProtocolException refused(ErrorCode code, ThrowingCallable operation) {
        ProtocolException[] refusal = new ProtocolException[1];
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(operation)
                .satisfies(error -> refusal[0] = error)
                .extracting(ProtocolException::code)
                .isEqualTo(code.name());
        return refusal[0];
    }
}
