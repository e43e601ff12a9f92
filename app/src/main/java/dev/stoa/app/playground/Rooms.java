package dev.stoa.app.playground;

import dev.stoa.app.playground.Messages.Members;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Who is in which room. Thread-safe; as large as the connections' subscriptions, which the router
/// bounds.
///
/// Announcements of one room are made one at a time, in the order of the changes they tell of; so they
/// must not wait for anything, as publishing does not.
final class Rooms {
    /// Names in one announcement.
    static final int MAX_NAMES = 100;

    private final Map<String, Map<String, String>> nameByConnection = new ConcurrentHashMap<>();

    /// Puts a connection into a room.
    ///
    /// @param answer told who is there now
    /// @param announce told the same, unless the connection was there already
    void enter(String room, String clientId, String name, Consumer<Members> answer, Consumer<Members> announce) {
        nameByConnection.compute(room, (_, known) -> {
            Map<String, String> names = known == null ? new HashMap<>() : known;
            boolean isNew = names.put(clientId, name) == null;
            Members members = listing(room, names);
            answer.accept(members);
            if (isNew) {
                announce.accept(members);
            }
            return names;
        });
    }

    /// Takes a connection out of a room.
    ///
    /// @param announce told who is left, unless the connection was not there
    void leave(String room, String clientId, Consumer<Members> announce) {
        nameByConnection.computeIfPresent(room, (_, names) -> {
            if (names.remove(clientId) != null) {
                announce.accept(listing(room, names));
            }
            return names.isEmpty() ? null : names;
        });
    }

    private static Members listing(String room, Map<String, String> names) {
        List<String> known =
                names.values().stream().distinct().sorted().limit(MAX_NAMES).toList();
        return new Members(room, known, names.size());
    }
}
