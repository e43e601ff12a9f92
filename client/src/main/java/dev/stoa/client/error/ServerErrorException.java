package dev.stoa.client.error;

import java.util.Map;

/// The server answered the request with an `ERROR` frame: a one-way message, sent in the older request
/// style, failed there (router protocol, section 4.2).
public final class ServerErrorException extends ClientException {
    private static final long serialVersionUID = 1;

    private final String code;
    private final String words;
    private final transient Map<String, Object> details;

    public ServerErrorException(String code, String message, Map<String, Object> details) {
        super(code + ": " + message, null);
        this.words = message;
        this.code = code;
        this.details = details;
    }

    /// What the server said, without the code.
    @Override
    public String text() {
        return words;
    }

    /// The stable code; `UNKNOWN` when the server gave none.
    public String code() {
        return code;
    }

    /// Further facts; empty when there are none.
    public Map<String, Object> details() {
        return details;
    }
}
