/// The HTTP API of rooms (rooms protocol, section 10) and documents, without an HTTP server: requests and
/// answers are values, so whoever embeds Stoa can put it behind the HTTP server at hand. The stand-alone server
/// puts it behind its second listener.
///
/// [dev.stoa.server.http.RoomsApi] and [dev.stoa.server.http.DocumentsApi] list the routes, as records; from the
/// same lists requests are answered ([dev.stoa.server.http.HttpApi]) and the OpenAPI document is made
/// ([dev.stoa.server.http.OpenApi]). An answer is whole, or a stream that goes on
/// ([dev.stoa.server.http.DocumentStream]). What is asked goes to [dev.stoa.server.room.AsyncRoom] or
/// [dev.stoa.server.document.DocumentRoom]; nothing is decided here
/// but who may ask.
///
/// The invariant: whatever comes in, what goes out is an answer of the operation or a problem (RFC 9457) with one
/// of the protocol's codes, and nobody names an actor without the right to.
@NullMarked
package dev.stoa.server.http;

import org.jspecify.annotations.NullMarked;
