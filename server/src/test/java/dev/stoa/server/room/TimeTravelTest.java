package dev.stoa.server.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.MetadataOptions;
import dev.stoa.protocol.room.StateResult;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.server.entity.EntitySettings;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.jdbc.JdbcStore;
import dev.stoa.server.wire.ManualTimers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The state at every offset is what a naive replay of all that was ever done comes to.
@Timeout(300)
@RoomRow(19)
class TimeTravelTest {
    private static final int MAX_RECORDS = 150;

    /// The state after each record.
    private record Then(Map<String, Integer> metadata, List<String> updates) {}

    /// Does at random what changes a room, and remembers every state that it had.
    private static final class Traveller {
        private Room room;
        private final List<Then> states = new ArrayList<>(List.of(new Then(Map.of(), List.of())));
        private final Map<String, Then> snapshots = new HashMap<>();
        private int updates;

        Traveller(RoomHouse house) {
            this.room = house.room("lobby");
        }

        void goOnIn(RoomHouse house) {
            room = house.room("lobby");
        }

        private Then now() {
            return states.getLast();
        }

        void act(Chance chance) {
            switch (chance.between(0, 9)) {
                case 0, 1 -> setMetadata(chance);
                case 2 -> update();
                case 3 -> {
                    if (chance.onceIn(3)) {
                        snapshots.put(room.snapshot().snapshotId(), now());
                    }
                }
                case 4 -> {
                    if (!snapshots.isEmpty() && chance.onceIn(3)) {
                        restore(chance.oneOf(List.copyOf(snapshots.keySet())));
                    }
                }
                default -> {
                    room.publish("said", 1);
                    states.add(now());
                }
            }
        }

        private void setMetadata(Chance chance) {
            Map<String, Integer> changed = new TreeMap<>(now().metadata);
            String key = "k" + chance.between(0, 3);
            if (chance.onceIn(3)) {
                room.metadata(RawJson.parse("{\"" + key + "\":null}"));
                changed.remove(key);
            } else if (chance.onceIn(4)) {
                room.metadata(MetadataOptions.of(Map.of(key, states.size())).replacing());
                changed = Map.of(key, states.size());
            } else {
                room.metadata(Map.of(key, states.size()));
                changed.put(key, states.size());
            }
            states.add(new Then(changed, now().updates));
        }

        private void update() {
            String update = "u" + updates++;
            room.applyUpdate(UpdateOptions.of(update));
            List<String> more = new ArrayList<>(now().updates);
            more.add(update);
            states.add(new Then(now().metadata, more));
        }

        private void restore(String snapshot) {
            room.restore(snapshot);
            Then then = snapshots.get(snapshot);
            assertThat(then).isNotNull();
            states.add(new Then(then.metadata, List.of()));
            for (int i = 1; i <= then.updates.size(); i++) {
                states.add(new Then(then.metadata, then.updates.subList(0, i)));
            }
        }

        /// @param visible whether records far behind may be told as no longer kept
        /// @return how many offsets could be looked at
        int check(boolean visible) {
            int seen = 0;
            for (int offset = 0; offset < states.size(); offset++) {
                StateResult state;
                try {
                    state = room.at(offset);
                } catch (ProtocolException gone) {
                    assertThat(visible).as("offset " + offset + " is gone").isFalse();
                    assertThat(offset).isLessThan(states.size() - 1 - MAX_RECORDS);
                    continue;
                }
                seen++;
                Then then = states.get(offset);
                assertThat(state.metadata().tree())
                        .as("metadata at " + offset)
                        .isEqualTo(RawJson.of(then.metadata).tree());
                assertThat(state.updates()).as("updates at " + offset).isEqualTo(then.updates.size());
            }
            assertThat(room.document(new DocumentOptions(null, 1000, null)).updates())
                    .extracting(update -> update.update().toString())
                    .isEqualTo(
                            now().updates.stream().map(text -> '"' + text + '"').toList());
            return seen;
        }

        void checkDocuments() {
            for (int offset = 0; offset < states.size(); offset++) {
                assertThat(room.documentAt(offset, new DocumentOptions(null, 1000, null))
                                .updates())
                        .as("document at " + offset)
                        .extracting(update -> update.update().toString())
                        .isEqualTo(states.get(offset).updates.stream()
                                .map(text -> '"' + text + '"')
                                .toList());
            }
        }
    }

    private static RoomHouse house(RoomsOptions options, Store store) {
        return new RoomHouse(
                Rooms.create(options),
                store,
                new ManualTimers(),
                EntitySettings.usual().withCheckpointEvery(20),
                true);
    }

    private static void withoutTrimming(Store store, int acts, Chance chance) {
        try (RoomHouse house = house(RoomsOptions.named("main"), store)) {
            Traveller traveller = new Traveller(house);
            for (int i = 0; i < acts; i++) {
                traveller.act(chance);
            }
            traveller.check(true);
            traveller.checkDocuments();
        }
    }

    @Test
    void theStateAtEveryOffsetIsThatOfAReplay() {
        Property.holds(10, chance -> withoutTrimming(new MemoryStore(), 200, chance));
    }

    @Test
    void itIsOnSqlite(@TempDir Path data) {
        Property.holds(1, chance -> withoutTrimming(JdbcStore.sqlite(data), 150, chance));
    }

    @Test
    void itIsBehindWhatWasTrimmedAndAfterARestart() {
        RoomsOptions options = RoomsOptions.named("main").withHistory(new Retention(MAX_RECORDS, null));
        Property.holds(3, chance -> {
            RoomHouse house = house(options, new MemoryStore());
            Traveller traveller = new Traveller(house);
            for (int i = 0; i < 1500; i++) {
                traveller.act(chance);
                if (i % 500 == 499) {
                    assertThat(traveller.check(false)).isGreaterThan(MAX_RECORDS);
                }
            }
            try (RoomHouse next = house.restarted()) {
                traveller.goOnIn(next);
                assertThat(traveller.check(false)).isGreaterThan(MAX_RECORDS);
            }
        });
    }
}
