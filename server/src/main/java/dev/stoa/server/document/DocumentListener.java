package dev.stoa.server.document;

/// Is told what happens to a document; see [DocumentRoom#subscribe(DocumentPosition, DocumentListener)].
@FunctionalInterface
public interface DocumentListener {
    /// Something has happened, and is kept. May block and use the document.
    ///
    /// @throws Exception to be told again: the same and what has come meanwhile, in one event
    void on(DocumentEvent event) throws Exception;

    /// The server has stopped: nothing more comes. Not called after [DocumentSubscription#close].
    default void ended() {}
}
