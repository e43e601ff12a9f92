package dev.stoa.server.http;

import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.document.DocumentRoom;
import dev.stoa.server.document.Documents;
import dev.stoa.server.room.AsyncRoom;
import dev.stoa.server.room.Rooms;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A request that has been let in and understood, but for its body.
///
/// @param parameters of the path, still encoded
/// @param headers by name in small letters
/// @param actor who acts unless the body says; null for nobody known
record Call(
        Instances instances,
        Map<String, String> parameters,
        Query query,
        Map<String, String> headers,
        Caller caller,
        @Nullable RoomPrincipal actor) {
    /// The instance that the path names.
    Rooms rooms() {
        return instances.find(parameter("instance"));
    }

    /// A parameter of the path.
    String parameter(String name) {
        return PathTemplate.decoded(Objects.requireNonNull(parameters.get(name), name));
    }

    /// The room or channel that the path names, for the actor.
    AsyncRoom room(RoomKind kind) {
        AsyncRoom room = rooms().async(kind, parameter("name"));
        return actor == null ? room : room.as(actor);
    }

    /// The instance of documents that the path names.
    Documents documents() {
        return instances.findDocuments(parameter("documents"));
    }

    /// The document that the path names.
    DocumentRoom document() {
        return documents().document(parameter("document"));
    }

    /// In whose name documents are edited: the actor's, or else the key's.
    String clientId() {
        String id = actor == null ? null : actor.id();
        return id == null ? caller.name() : id;
    }

    @Nullable
    String cursor() {
        return query.text("cursor");
    }

    @Nullable
    Integer limit() {
        return query.integer("limit");
    }

    @Nullable
    List<String> types() {
        return query.texts("types");
    }
}
