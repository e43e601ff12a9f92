package dev.stoa.server.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveOptions;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.RoomEntry;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomStatus;
import dev.stoa.protocol.room.RoomsResult;
import dev.stoa.protocol.room.Stats;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.server.entity.Answers;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.jdbc.JdbcStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class StatsTest {
    private static final RoomsOptions OPTIONS = RoomsOptions.named("main")
            .withPresenceTtl(Duration.ofDays(1000))
            .withLifecycle(new Lifecycle(Duration.ofDays(1000), Duration.ofDays(1000), true));

    /// What an instance should count.
    private static final class Model {
        private final Map<String, Place> places = new HashMap<>();

        private static final class Place {
            private final Set<String> members = new HashSet<>();
            private final Set<String> keys = new HashSet<>();
            private long messages;
            private boolean destroyed;
            private boolean deletedHistory;
        }

        Stats stats(boolean inMemory) {
            Map<String, Long> byKind = new HashMap<>(Map.of("room", 0L, "channel", 0L));
            Map<String, Long> byStatus = new HashMap<>(Map.of("active", 0L, "idle", 0L, "destroyed", 0L));
            long members = 0;
            long messages = 0;
            for (Map.Entry<String, Place> entry : places.entrySet()) {
                Place place = entry.getValue();
                byKind.merge(entry.getKey().startsWith("c") ? "channel" : "room", 1L, Long::sum);
                byStatus.merge(place.destroyed ? "destroyed" : inMemory ? "active" : "idle", 1L, Long::sum);
                members += place.members.size();
                messages += place.messages;
            }
            return new Stats(places.size(), members, messages, byKind, byStatus);
        }

        private Place living(String name) {
            Place place = places.computeIfAbsent(name, _ -> new Place());
            if (place.destroyed) {
                place = new Place();
                places.put(name, place);
            }
            return place;
        }
    }

    private static void operate(Model model, RoomHouse house, Chance chance) {
        boolean isRoom = !chance.onceIn(3);
        String name = (isRoom ? "r" : "c") + chance.between(1, 6);
        AsyncRoom room = house.rooms
                .async(isRoom ? RoomKind.ROOM : RoomKind.CHANNEL, name)
                .as(RoomHouse.ADA);
        String user = "u" + chance.between(1, 9);
        switch (chance.between(0, isRoom ? 19 : 9)) {
            case 0 -> destroy(model, room, name, chance);
            case 1, 2 -> {
                String key = "k" + chance.between(1, 5);
                Model.Place place = model.living(name);
                Answers.await(room.publish(MessageInput.of("said", 1).withIdempotencyKey(key)));
                place.messages += place.keys.add(key) ? 1 : 0;
            }
            case 3, 4, 5, 6, 7, 8, 9 -> {
                Answers.await(room.publish(MessageInput.of("said", chance.between(0, 9))));
                model.living(name).messages++;
            }
            case 10, 11, 12, 13 -> {
                Answers.await(room.join(JoinOptions.as(user)));
                model.living(name).members.add(user);
            }
            case 14, 15 -> {
                Answers.await(room.leave(LeaveOptions.of(user)));
                Model.Place place = model.places.get(name);
                if (place != null) {
                    place.members.remove(user);
                }
            }
            case 16 -> {
                Answers.await(room.holding(user, null));
                model.living(name).members.add(user);
            }
            case 17 -> {
                Answers.await(room.applyUpdate(UpdateOptions.of(1)));
                model.living(name);
            }
            case 18 -> refused(model, room, name);
            default -> Answers.await(room.history(dev.stoa.protocol.room.HistoryOptions.latest()));
        }
    }

    private static void refused(Model model, AsyncRoom room, String name) {
        Model.Place place = model.places.get(name);
        if (place == null || place.members.isEmpty()) {
            Refusals.refused(
                    dev.stoa.protocol.ErrorCode.FAILED_PRECONDITION,
                    () -> Answers.await(
                            room.presence(dev.stoa.protocol.room.PresenceOptions.of("nobody", Map.of("a", 1)))));
        }
    }

    private static void destroy(Model model, AsyncRoom room, String name, Chance chance) {
        boolean history = chance.onceIn(2);
        Model.Place place = model.places.get(name);
        try {
            Answers.await(room.destroy(new DestroyOptions(history, chance.onceIn(2), chance.onceIn(2))));
        } catch (ProtocolException missing) {
            assertThat(missing.code()).isEqualTo("NOT_FOUND");
            assertThat(place).isNull();
            return;
        }
        assertThat(place).isNotNull();
        place.destroyed = true;
        place.deletedHistory |= history;
        place.members.clear();
        place.messages = place.deletedHistory ? 0 : place.messages;
    }

    private static void run(Store store, int operations, Chance chance) {
        Model model = new Model();
        RoomHouse house = new RoomHouse(Rooms.create(OPTIONS), store);
        for (int i = 1; i <= operations; i++) {
            operate(model, house, chance);
            if (i % (operations / 4) == 0) {
                assertThat(house.rooms.stats()).isEqualTo(model.stats(true));
            }
        }
        try (RoomHouse next = house.restarted()) {
            assertThat(next.rooms.stats()).isEqualTo(model.stats(false));
        }
    }

    @Test
    @RoomRow(18)
    void statsAreExactAfterTenThousandOperationsAndAfterARestart() {
        Property.holds(1, chance -> run(new MemoryStore(), 10_000, chance));
    }

    @Test
    @RoomRow(18)
    void theyAreOnSqlite(@TempDir Path data) {
        Property.holds(1, chance -> run(JdbcStore.sqlite(data), 400, chance));
    }

    @Test
    void expiredMembersAreNotCounted() {
        try (RoomHouse house = new RoomHouse()) {
            for (int i = 0; i < 20; i++) {
                house.room("r" + i).join();
            }
            assertThat(house.rooms.stats().members()).isEqualTo(20);

            house.advance(Duration.ofSeconds(62));

            assertThat(house.rooms.stats().members()).isZero();
            assertThat(house.rooms.stats().rooms()).isEqualTo(20);
        }
    }

    @Test
    void roomsAreListedByNamePrefixAndStatusInPages() {
        try (RoomHouse house = new RoomHouse()) {
            IntStream.range(0, 30).forEach(i -> house.room("a%02d".formatted(i)).publish("said", i));
            house.room("b").publish("said", 1);
            house.room("a03").destroy();
            house.advance(Duration.ofMinutes(6));
            house.room("a07").publish("said", 2);

            assertThat(names(house, "a", null)).hasSize(30).isSorted().doesNotContain("b");
            assertThat(names(house, "", null)).hasSize(31);
            assertThat(names(house, "", RoomStatus.DESTROYED)).containsExactly("a03");
            assertThat(names(house, "", RoomStatus.ACTIVE)).containsExactly("a07");
            assertThat(names(house, "a", RoomStatus.IDLE)).hasSize(28);
            assertThat(house.rooms.list(RoomKind.ROOM, "a07", null, null, null).rooms())
                    .containsExactly(new RoomEntry("a07", RoomKind.ROOM, RoomStatus.ACTIVE, 2, 0, 2));
            Refusals.refused(
                    dev.stoa.protocol.ErrorCode.INVALID_ARGUMENT,
                    () -> house.rooms.list(RoomKind.ROOM, "", null, null, "made-up"));
        }
    }

    private static List<String> names(RoomHouse house, String prefix, @Nullable RoomStatus status) {
        List<String> names = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            RoomsResult page = house.rooms.list(RoomKind.ROOM, prefix, status, 7, cursor);
            page.rooms().forEach(entry -> names.add(entry.room()));
            cursor = page.cursor();
        } while (cursor != null);
        return names;
    }
}
