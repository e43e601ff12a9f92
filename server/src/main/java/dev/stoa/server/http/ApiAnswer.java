package dev.stoa.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/// An answer of the API.
///
/// ```java
/// switch (api.answer(request)) {
///     case ApiAnswer.Whole whole -> response.send(whole.body());
///     case ApiAnswer.Streamed streamed -> streamed.content().writeTo(response.outputStream());
/// }
/// ```
public sealed interface ApiAnswer {
    int status();

    Map<String, String> headers();

    /// @param body in UTF-8; not to be changed
    record Whole(int status, Map<String, String> headers, byte[] body) implements ApiAnswer {}

    /// An answer that goes on while there is something to tell. Nothing is held for it until its content is
    /// written.
    record Streamed(int status, Map<String, String> headers, Content content) implements ApiAnswer {}

    /// What is written as it happens.
    interface Content {
        /// Writes until there is nothing more to tell, which may take days, and flushes after each part. Call
        /// it once, on a virtual thread: when the peer does not read for too long, that thread is interrupted
        /// in the middle of writing, which closes its socket.
        ///
        /// @throws IOException when the peer is gone, or does not read
        void writeTo(OutputStream out) throws IOException;
    }
}
