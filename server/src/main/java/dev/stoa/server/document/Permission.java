package dev.stoa.server.document;

/// What a session may do with its document.
public enum Permission {
    READ_WRITE("readwrite"),
    /// Its edits are answered as others are, and not applied.
    READ_ONLY("readonly");

    private final String text;

    Permission(String text) {
        this.text = text;
    }

    /// Its name in the documents protocol.
    public String text() {
        return text;
    }
}
