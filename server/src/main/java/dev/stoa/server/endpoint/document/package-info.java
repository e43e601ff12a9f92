/// Documents on sockets: what `@woven-ecs/canvas-store` speaks (documents protocol).
///
/// [dev.stoa.server.endpoint.document.DocumentsEndpoint] reads who wants to which document and asks the
/// authorizer; [dev.stoa.server.endpoint.document.DocumentConversation] turns messages into commands, in
/// their order. What the document says in return goes to the socket without passing through here.
@NullMarked
package dev.stoa.server.endpoint.document;

import org.jspecify.annotations.NullMarked;
