package dev.stoa.server.http;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.InstanceEntry;
import dev.stoa.protocol.room.InstancesResult;
import dev.stoa.server.document.Documents;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The instances that the API is about: those of rooms by any of their names (`name` in the default namespace,
/// `namespace/name`, and the binding), those of documents by their one name. Immutable.
final class Instances {
    private final List<Rooms> all;
    private final List<Documents> documents;

    Instances(Collection<Rooms> all, Collection<Documents> documents) {
        this.all = List.copyOf(all);
        this.documents = List.copyOf(documents);
    }

    /// @throws ProtocolException `NOT_FOUND` when there is none of that name
    Rooms find(String name) {
        return all.stream()
                .filter(rooms -> isNamed(rooms, name))
                .findFirst()
                .or(() -> all.stream()
                        .filter(rooms -> name.equals(rooms.options().binding()))
                        .findFirst())
                .orElseThrow(() -> unknown("there is no instance ", name));
    }

    /// The instance of documents of a name.
    ///
    /// @throws ProtocolException `NOT_FOUND` when there is none of that name
    Documents findDocuments(String name) {
        return documents.stream()
                .filter(one -> one.options().name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown("there is no instance of documents ", name));
    }

    private static ProtocolException unknown(String what, String name) {
        return ProtocolException.ofPeer(
                ErrorCode.NOT_FOUND, what + (name.length() <= 100 ? name : name.substring(0, 100) + "…"), Map.of());
    }

    private static boolean isNamed(Rooms rooms, String name) {
        RoomsOptions options = rooms.options();
        return name.equals(rooms.instance()) || name.equals(options.namespace() + "/" + options.name());
    }

    InstancesResult list() {
        return new InstancesResult(
                all.stream()
                        .map(rooms -> new InstanceEntry(
                                rooms.instance(),
                                rooms.options().name(),
                                rooms.options().namespace(),
                                rooms.options().binding()))
                        .toList(),
                documents.stream().map(one -> one.options().name()).toList());
    }
}
