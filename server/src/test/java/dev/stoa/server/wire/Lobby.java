package dev.stoa.server.wire;

import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.AuthorizeResult;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.room.Room;
import dev.stoa.server.room.RoomPolicy;
import dev.stoa.server.room.RoomRoutes;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.session.Principal;
import dev.stoa.server.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/// A server of one instance of rooms, at `/rooms` and merged into an application's router at `/ws`, and the guests
/// that came to it. Closing it cuts them off and stops the server.
final class Lobby implements AutoCloseable {
    private final Rooms rooms;
    private final Stoa stoa;
    private final List<Guest> guests = new ArrayList<>();

    private Lobby(Rooms rooms, Stoa stoa) {
        this.rooms = rooms;
        this.stoa = stoa;
    }

    static Lobby open() {
        return open(Rooms.create("main"), settings -> settings);
    }

    static Lobby open(RoomsOptions options) {
        return open(Rooms.create(options), settings -> settings);
    }

    /// A lobby whose clock the test moves.
    static Lobby at(ManualTimers clock) {
        return open(Rooms.create("main"), settings -> settings.timers(clock));
    }

    static Lobby open(Rooms rooms, UnaryOperator<Stoa.Builder> settings) {
        return open(rooms, RoomPolicy.usual(), settings);
    }

    static Lobby open(Rooms rooms, RoomPolicy policy, UnaryOperator<Stoa.Builder> settings) {
        Router app = Router.create(RouterOptions.usual()).merge(RoomRoutes.of(rooms, policy));
        Stoa stoa = settings.apply(Stoa.builder()
                        .port(0)
                        .reconnectDamping(null)
                        .store(new MemoryStore())
                        .rooms(rooms)
                        .endpoint(
                                "/ws",
                                RouterEndpoint.of(app)
                                        .authenticatedBy(request -> request.token()
                                                .<Authentication>map(token -> Authentication.accept(
                                                        token.endsWith(":ro")
                                                                ? new Principal(
                                                                        token.substring(0, token.length() - 3),
                                                                        Map.of(Principal.READ_ONLY, true))
                                                                : Principal.of(token)))
                                                .orElseGet(Authentication::anonymous))))
                .start();
        return new Lobby(rooms, stoa);
    }

    Rooms rooms() {
        return rooms;
    }

    Stoa stoa() {
        return stoa;
    }

    Room room(String name) {
        return rooms.room(name).as(RoomPrincipal.user("server"));
    }

    /// A socket of one room, with a usual token, which has not been told anything yet.
    Guest at(String room, String user) {
        return with(room, AuthorizeOptions.of(RoomPrincipal.user(user)));
    }

    Guest with(String room, AuthorizeOptions options) {
        return bearing(room, rooms.room(room).authorize(options).token());
    }

    Guest bearing(String room, String token) {
        return knocking("/rooms/room/" + room, token);
    }

    /// A socket of one room, or of something that is none.
    Guest knocking(String path, String token) {
        return added(RawPeer.open(stoa.port(), path, "Sec-WebSocket-Protocol: stoa.room.v1, bearer." + token));
    }

    /// A socket of one room that is in it: it joined with its first message.
    Guest in(String room, String user) {
        Guest guest = at(room, user);
        guest.ask("room.join", "{}");
        return guest;
    }

    /// A socket of the application's own router.
    Guest app(String user) {
        return added(RawPeer.open(stoa.port(), "/ws?access_token=" + user));
    }

    Guest added(RawPeer peer) {
        Guest guest = new Guest(peer);
        guests.add(guest);
        return guest;
    }

    AuthorizeResult token(String room, String user) {
        return rooms.room(room).authorize(AuthorizeOptions.of(RoomPrincipal.user(user)));
    }

    List<String> members(String room) {
        return rooms.room(room).members().members().stream()
                .map(member -> member.memberId())
                .toList();
    }

    /// Waits until the room has so many connections.
    void awaitConnections(String room, int count) {
        Awaitility.await()
                .pollInSameThread()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> rooms.room(room).lifecycle().activeConnections() == count);
    }

    @Override
    public void close() {
        guests.forEach(Guest::cut);
        stoa.close();
    }
}
