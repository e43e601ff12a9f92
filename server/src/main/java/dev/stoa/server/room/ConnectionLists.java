package dev.stoa.server.room;

import dev.stoa.protocol.room.ConnectionEntry;
import dev.stoa.protocol.room.ConnectionsResult;
import dev.stoa.server.session.Session;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Pages of live connections. Stateless.
final class ConnectionLists {
    private ConnectionLists() {}

    /// A page by connection id; ids are made in the order of time, so that new ones come last.
    static ConnectionsResult page(
            Collection<Listeners.Attachment> sockets, @Nullable Integer limit, @Nullable String cursor) {
        int most = Checks.page(limit, 100);
        String after =
                cursor == null ? "" : Cursors.parse("connections", cursor).text();
        TreeMap<String, List<Listeners.Attachment>> bySession = sockets.stream()
                .collect(Collectors.groupingBy(socket -> socket.session().id(), TreeMap::new, Collectors.toList()));
        List<ConnectionEntry> page = bySession.tailMap(after, false).entrySet().stream()
                .limit(most)
                .map(ConnectionLists::entry)
                .toList();
        boolean more = !page.isEmpty() && bySession.higherKey(page.getLast().connectionId()) != null;
        String next = more ? Cursors.of("connections", "", 0, page.getLast().connectionId()) : null;
        return new ConnectionsResult(page, bySession.size(), next);
    }

    private static ConnectionEntry entry(Map.Entry<String, List<Listeners.Attachment>> connection) {
        Session session = connection.getValue().getFirst().session();
        List<ConnectionEntry.Place> places = connection.getValue().stream()
                .map(socket -> new ConnectionEntry.Place(socket.room().name(), socket.kind(), socket.memberId()))
                .sorted(Comparator.comparing(ConnectionEntry.Place::kind).thenComparing(ConnectionEntry.Place::room))
                .toList();
        return new ConnectionEntry(
                connection.getKey(),
                connection.getValue().getFirst().userId(),
                Instant.ofEpochMilli(session.openedAt()),
                places);
    }
}
