package dev.stoa.server.room;

import static dev.stoa.server.room.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.server.LogLines;
import dev.stoa.server.Stoa;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.Store;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is seen of instances: operations, gauges, look-up, databases.
@Timeout(60)
class WatchTest {
    private static final Lifecycle BRIEF = new Lifecycle(Duration.ofMinutes(5), Duration.ofMinutes(2), true);

    private final List<RoomObserver.Operation> told = new CopyOnWriteArrayList<>();

    private RoomHouse house(Observability wanted) {
        return new RoomHouse(Rooms.create(RoomsOptions.named("main").withObservability(wanted))
                .withObserver(told::add));
    }

    @Test
    void operationsAreToldOnceTheyAreKeptOrRefused() {
        try (RoomHouse house = house(Observability.usual().withTraces(1))) {
            house.room("lobby").publish("said", 1);
            refused(ErrorCode.FAILED_PRECONDITION, () -> house.room("lobby").presence(java.util.Map.of()));
            house.settle();

            assertThat(told).extracting(RoomObserver.Operation::name).containsExactly("Publish", "SetPresence");
            assertThat(told).extracting(RoomObserver.Operation::error).containsExactly(null, "FAILED_PRECONDITION");
            assertThat(told.getFirst().kind()).isEqualTo(RoomKind.ROOM);
            assertThat(told.getFirst().room()).isEqualTo("lobby");
        }
    }

    @Test
    void aShareOfThemIsToldWhereAShareIsWanted() {
        try (RoomHouse house = house(Observability.usual().withTraces(0.25))) {
            for (int i = 0; i < 100; i++) {
                house.room("lobby").publish("said", i);
            }
            house.settle();

            assertThat(told).hasSize(25);
        }
    }

    @Test
    void nothingIsToldWhereNoTracesAreWanted() {
        try (RoomHouse house = house(Observability.usual())) {
            house.room("lobby").publish("said", 1);
            house.settle();

            assertThat(told).isEmpty();
        }
    }

    @Test
    void anObserverThatFailsIsNotTheRoomsConcern() {
        Rooms rooms = Rooms.create(RoomsOptions.named("main")
                        .withObservability(Observability.usual().withTraces(1)))
                .withObserver(_ -> {
                    throw new IllegalStateException("broken observer");
                });
        try (RoomHouse house = new RoomHouse(rooms)) {
            assertThat(house.room("lobby").publish("said", 1).offset()).isEqualTo(1);
            assertThat(house.room("lobby").publish("said", 2).offset()).isEqualTo(2);
        }
    }

    @Test
    void destructionIsToldWithItsTimesAndWhatIsDueByItselfIsNot() {
        RoomsOptions options = RoomsOptions.named("main")
                .withLifecycle(BRIEF)
                .withObservability(Observability.usual().withTraces(1));
        try (RoomHouse house = new RoomHouse(Rooms.create(options).withObserver(told::add))) {
            Instant began = Instant.ofEpochMilli(house.timers.millis());
            house.room("lobby").join();
            house.room("lobby").destroy();
            house.advance(BRIEF.destroyTtl().plusSeconds(10));

            assertThat(told).extracting(RoomObserver.Operation::name).containsExactly("Join", "Destroy");
            assertThat(told)
                    .allSatisfy(operation -> assertThat(operation.began()).isEqualTo(began))
                    .allSatisfy(operation -> assertThat(operation.took()).isZero());
        }
    }

    @Test
    void theLifeOfARoomIsLoggedOnceItIsKept() {
        RoomsOptions options = RoomsOptions.named("main").withLifecycle(BRIEF);
        try (LogLines log = LogLines.of(Rooms.class);
                RoomHouse house = new RoomHouse(options)) {
            Room room = house.room("lobby");
            room.publish("said", 1);
            room.destroy();
            room.publish("said", 2);
            room.destroy();
            house.advance(BRIEF.destroyTtl().plusSeconds(10));

            assertThat(log.lines())
                    .containsExactly(
                            "INFO room:default/main/lobby is destroyed",
                            "INFO room:default/main/lobby begins anew",
                            "INFO room:default/main/lobby is destroyed",
                            "INFO room:default/main/lobby is gone");
        }
    }

    @Test
    void nothingIsLoggedOfARoomWhereNoLogsAreWanted() {
        try (LogLines log = LogLines.of(Rooms.class);
                RoomHouse house = house(new Observability(true, false, false, 1))) {
            house.room("lobby").publish("said", 1);
            house.room("lobby").destroy();
            house.settle();

            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void placementHintsAreSaidToHaveNoEffectOnOneNode() {
        RoomsOptions near = RoomsOptions.named("near").withPlacement(new PlacementHints(List.of(), "eu"));
        RoomsOptions chosen = RoomsOptions.named("chosen").withPlacement(new PlacementHints(List.of("node-1"), null));
        for (RoomsOptions hinting : List.of(near, chosen)) {
            try (LogLines log = LogLines.of(Rooms.class);
                    RoomHouse house = new RoomHouse(hinting)) {
                house.room("lobby").publish("said", 1);

                assertThat(log.lines())
                        .containsExactly("INFO placement hints of instance " + hinting.name()
                                + " are ignored: there is one node");
            }
        }
        try (LogLines log = LogLines.of(Rooms.class);
                RoomHouse _ = new RoomHouse()) {
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void instancesThatWantMetricsHaveGauges() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Rooms shown = Rooms.create("shown");
        Rooms hidden =
                Rooms.create(RoomsOptions.named("hidden").withObservability(new Observability(false, false, true, 1)));
        try (Stoa stoa = Stoa.builder()
                .port(0)
                .store(new MemoryStore())
                .metrics(meters)
                .rooms(shown)
                .rooms("/hidden", dev.stoa.server.endpoint.rooms.RoomsEndpoint.of(hidden, "/hidden"))
                .start()) {
            stoa.rooms("shown").room("lobby").as(RoomHouse.ADA).join();
            stoa.rooms("shown").room("lobby").as(RoomHouse.ADA).publish("said", 1);

            for (String name : List.of("stoa.rooms", "stoa.rooms.members", "stoa.rooms.messages")) {
                assertThat(meters.get(name).tag("instance", "shown").gauge().value())
                        .isEqualTo(1);
            }
            assertThat(meters.get("stoa.rooms.connections").gauge().value()).isZero();
            assertThat(meters.find("stoa.rooms").tag("instance", "hidden").gauge())
                    .isNull();
        }
    }

    @Test
    void instancesAreFoundByNameNamespaceAndBinding() {
        Rooms spaced = Rooms.create(RoomsOptions.named("main").inNamespace("eu").withBinding("europe"));
        try (Stoa stoa =
                Stoa.builder().port(0).store(new MemoryStore()).rooms(spaced).start()) {
            assertThat(stoa.rooms("eu/main")).isSameAs(spaced);
            assertThat(stoa.rooms("europe")).isSameAs(spaced);
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> stoa.rooms("main"));
        }
    }

    @Test
    void twoInstancesOfOneNameAreRefused() {
        Rooms second = Rooms.create(RoomsOptions.named("other").withBinding("main"));
        Stoa.Builder twice = Stoa.builder()
                .port(0)
                .store(new MemoryStore())
                .rooms(Rooms.create("main"))
                .rooms("/other", dev.stoa.server.endpoint.rooms.RoomsEndpoint.of(second, "/other"));

        assertThatIllegalStateException().isThrownBy(twice::start).withMessageContaining("main");
    }

    @Test
    void anInstanceKeepsItsThingsInTheDatabaseThatItNames(@TempDir Path data) {
        Store named = new MemoryStore();
        Rooms usual = Rooms.create("usual");
        Rooms apart = Rooms.create(RoomsOptions.named("apart").withDatabaseName("archive"));
        Rooms given = Rooms.create(RoomsOptions.named("given").withDatabaseName("memory"));
        try (Stoa stoa = Stoa.builder()
                .port(0)
                .data(data)
                .store("memory", named)
                .rooms(usual)
                .rooms("/apart", dev.stoa.server.endpoint.rooms.RoomsEndpoint.of(apart, "/apart"))
                .rooms("/given", dev.stoa.server.endpoint.rooms.RoomsEndpoint.of(given, "/given"))
                .start()) {
            for (Rooms rooms : List.of(usual, apart, given)) {
                rooms.room("lobby").as(RoomHouse.ADA).publish("said", 1);
            }

            assertThat(stoa.rooms("apart").stats().messages()).isEqualTo(1);
            assertThat(data.resolve("archive")).isDirectory();
            assertThat(Files.exists(data.resolve("memory"))).isFalse();
            assertThat(named.totals("room:default/given")).containsEntry("messages", 1L);
        }
    }
}
