package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.server.room.Lifecycle;
import dev.stoa.server.room.Retention;
import dev.stoa.server.room.Room;
import dev.stoa.server.room.RoomRow;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import dev.stoa.server.store.jdbc.JdbcStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Who comes back gets what it missed, then what follows: no hole, no duplicate, no other order (rooms protocol,
/// section 7).
@RoomRow(6)
class RoomRecoveryTest {
    private Lobby lobby = Lobby.open();

    @TempDir
    Path data;

    @AfterEach
    void stop() {
        lobby.close();
    }

    private static String recover(String epoch, long offset) {
        return "{'recover':{'epoch':'" + epoch + "','offset':" + offset + "}}";
    }

    private static JsonNode message(Guest guest) {
        return guest.hears("room.message").path("message");
    }

    @Test
    void aThousandMissedMessagesComeBeforeTheLiveOnes() {
        Room hall = lobby.room("hall");
        PublishResult known = hall.publish("said", 0);
        for (int i = 1; i <= 1000; i++) {
            hall.publish("said", i);
        }

        Guest ada = lobby.at("hall", "ada");
        JsonNode joined = ada.ask("room.join", recover(known.epoch(), known.offset()));
        hall.publish("said", 1001);

        assertThat(joined.path("recovered").asBoolean()).isTrue();
        assertThat(joined.path("offset").asLong()).isEqualTo(1001);
        for (int i = 1; i <= 1001; i++) {
            JsonNode message = message(ada);
            assertThat(message.path("data").asInt()).isEqualTo(i);
            assertThat(message.path("offset").asLong()).isEqualTo(i + 1);
        }
    }

    @Test
    void theSeamHoldsWhileOthersGoOnPublishing() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("RoomRecoveryTest.theSeamHoldsWhileOthersGoOnPublishing seed " + seed);
        Random random = new Random(seed);
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> publishers =
                List.of(publisher("ada", random.nextLong(), over), publisher("ben", random.nextLong(), over));
        List<Long> heard = new ArrayList<>();
        try {
            Guest guest = lobby.at("hall", "guest");
            JsonNode joined = guest.ask("room.join", "{}");
            String epoch = joined.path("epoch").asString();
            long position = joined.path("offset").asLong();
            long first = position;
            for (int round = 0; round < 60; round++) {
                int listen = random.nextInt(40);
                for (int i = 0; i < listen; i++) {
                    position = message(guest).path("offset").asLong();
                    heard.add(position);
                }
                guest.cut();
                boolean waits = random.nextBoolean();
                guest = random.nextInt(4) == 0 ? lobby.app("guest") : lobby.at("hall", "guest");
                if (waits) {
                    lobby.room("hall").publish("said", "while away");
                }
                String where = "'recover':{'epoch':'" + epoch + "','offset':" + position + "}";
                joined = guest.ask("room.join", "{'room':'hall'," + where + "}");
                assertThat(joined.path("recovered").asBoolean()).isTrue();
            }
            List<Long> expected = new ArrayList<>();
            for (long offset = first + 1; offset <= position; offset++) {
                expected.add(offset);
            }
            assertThat(heard).as("seed %d", seed).isEqualTo(expected);
        } finally {
            over.set(true);
            for (Thread publisher : publishers) {
                publisher.join();
            }
        }
    }

    private Thread publisher(String name, long seed, AtomicBoolean over) {
        Room hall = lobby.rooms().room("hall").as(RoomPrincipal.user(name));
        Random random = new Random(seed);
        return Thread.ofVirtual().start(() -> {
            for (int i = 0; !over.get() && i < 20_000; i++) {
                if (random.nextInt(8) == 0) {
                    hall.publish("said", name + i);
                } else {
                    hall.async().as(RoomPrincipal.user(name)).publish(MessageInput.of("said", null));
                    Thread.yield();
                }
            }
        });
    }

    @Test
    void itHoldsAcrossARestart() {
        lobby.close();
        lobby = onDisk();
        Guest ada = lobby.in("hall", "ada");
        PublishResult known = lobby.room("hall").publish("said", 0);
        message(ada);
        ada.cut();
        for (int i = 1; i <= 50; i++) {
            lobby.room("hall").publish("said", i);
        }
        lobby.close();

        lobby = onDisk();
        Guest back = lobby.at("hall", "ada");
        JsonNode joined = back.ask("room.join", recover(known.epoch(), known.offset()));
        lobby.room("hall").publish("said", 51);

        assertThat(joined.path("recovered").asBoolean()).isTrue();
        for (int i = 1; i <= 51; i++) {
            assertThat(message(back).path("data").asInt()).isEqualTo(i);
        }
    }

    private Lobby onDisk() {
        return Lobby.open(Rooms.create("main"), settings -> settings.store(JdbcStore.sqlite(data)));
    }

    @Test
    void updatesAndRestoresComeBackInTheirPlaces() {
        Room hall = lobby.room("hall");
        PublishResult known = hall.publish("said", 0);
        hall.applyUpdate(UpdateOptions.of(1));
        String snapshot = hall.snapshot().snapshotId();
        hall.publish("said", 1);
        hall.applyUpdate(UpdateOptions.of(2));
        hall.restore(snapshot);

        Guest ada = lobby.at("hall", "ada");
        ada.ask("room.join", recover(known.epoch(), known.offset()));

        assertThat(ada.hears("document.update").path("update").asInt()).isEqualTo(1);
        assertThat(message(ada).path("data").asInt()).isEqualTo(1);
        assertThat(ada.hears("document.update").path("update").asInt()).isEqualTo(2);
        assertThat(ada.hears("room.restored").path("snapshotId").asString()).isEqualTo(snapshot);
        assertThat(ada.hears("document.update").path("update").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"made-up,1", "'',0", "EPOCH,-1", "EPOCH,4", "EPOCH,9223372036854775807", "EPOCH,-9223372036854775808"})
    void aPositionThatIsNoneIsNotRecovered(String epoch, long offset) {
        String real = lobby.room("hall").publish("said", 1).epoch();
        lobby.room("hall").publish("said", 2);
        lobby.room("hall").publish("said", 3);

        Guest ada = lobby.at("hall", "ada");
        JsonNode joined = ada.ask("room.join", recover(epoch.equals("EPOCH") ? real : epoch, offset));
        lobby.room("hall").publish("said", 4);

        assertThat(joined.path("recovered").asBoolean()).isFalse();
        assertThat(joined.path("epoch").asString()).isEqualTo(real);
        assertThat(joined.path("offset").asLong()).isEqualTo(3);
        assertThat(message(ada).path("data").asInt()).isEqualTo(4);
    }

    @Test
    void whatWasTrimmedIsNotRecovered() {
        lobby.close();
        lobby = Lobby.open(RoomsOptions.named("main").withHistory(new Retention(10, null)));
        String epoch = lobby.room("hall").publish("said", 1).epoch();
        for (int i = 2; i <= 30; i++) {
            lobby.room("hall").publish("said", i);
        }

        assertThat(lobby.at("hall", "ada")
                        .ask("room.join", recover(epoch, 19))
                        .path("recovered")
                        .asBoolean())
                .isFalse();
        Guest ben = lobby.at("hall", "ben");
        assertThat(ben.ask("room.join", recover(epoch, 20)).path("recovered").asBoolean())
                .isTrue();
        assertThat(ben.awaits("room.message").at("/message/data").asInt()).isEqualTo(21);
    }

    @Test
    void aNewLifeIsNotTheOldOne() {
        lobby.close();
        lobby = Lobby.open(RoomsOptions.named("main")
                .withLifecycle(new Lifecycle(Duration.ofMinutes(5), Duration.ofDays(1), true)));
        PublishResult known = lobby.room("hall").publish("said", 1);
        lobby.room("hall").destroy(DestroyOptions.keepingAll());
        lobby.room("hall").publish("said", 2);

        Guest ada = lobby.at("hall", "ada");
        JsonNode joined = ada.ask("room.join", recover(known.epoch(), known.offset()));

        assertThat(joined.path("recovered").asBoolean()).isFalse();
        assertThat(joined.path("epoch").asString()).isNotEqualTo(known.epoch());
        assertThat(joined.path("offset").asLong()).isEqualTo(1);
    }

    @Test
    void moreThanAConnectionHoldsIsNotRecovered() {
        Room hall = lobby.room("hall");
        PublishResult known = hall.publish("said", 0);
        String large = "x".repeat(60_000);
        for (int i = 0; i < 150; i++) {
            hall.publish("said", large);
        }

        Guest ada = lobby.at("hall", "ada");
        JsonNode joined = ada.ask("room.join", recover(known.epoch(), known.offset()));
        hall.publish("said", "live");
        Guest ben = lobby.at("hall", "ben");
        JsonNode recovered = ben.ask("room.join", recover(known.epoch(), 51));

        assertThat(joined.path("recovered").asBoolean()).isFalse();
        assertThat(message(ada).path("data").asString()).isEqualTo("live");
        assertThat(recovered.path("recovered").asBoolean()).isTrue();
        assertThat(message(ben).path("offset").asLong()).isEqualTo(52);
    }

    @Test
    void tenThousandRecordsAreRecoveredAndOneMoreIsNot() {
        Room hall = lobby.room("hall");
        PublishResult known = hall.publish("said", 0);
        for (int i = 1; i <= 10_000; i++) {
            hall.publish("said", i);
        }

        Guest ada = lobby.at("hall", "ada");
        JsonNode all = ada.ask("room.join", recover(known.epoch(), known.offset()));
        for (int i = 1; i <= 10_000; i++) {
            assertThat(message(ada).path("data").asInt()).isEqualTo(i);
        }
        hall.publish("said", 10_001);
        Guest ben = lobby.at("hall", "ben");
        JsonNode tooMany = ben.ask("room.join", recover(known.epoch(), known.offset()));
        hall.publish("said", "live");

        assertThat(all.path("recovered").asBoolean()).isTrue();
        assertThat(tooMany.path("recovered").asBoolean()).isFalse();
        assertThat(tooMany.path("epoch").asString()).isEqualTo(known.epoch());
        assertThat(tooMany.path("offset").asLong()).isEqualTo(10_002);
        assertThat(message(ben).path("data").asString()).isEqualTo("live");
        JsonNode reloaded = ben.ask(
                "room.history",
                "{'after':{'epoch':'" + known.epoch() + "','offset':" + known.offset() + "},'limit':1000}");
        assertThat(reloaded.path("gap").asBoolean()).isFalse();
        assertThat(reloaded.at("/items/0/data").asInt()).isEqualTo(1);
    }

    @Test
    void aPassiveSocketMissesNothingSaidSinceItOpened() {
        ManualTimers clock = new ManualTimers();
        lobby.close();
        lobby = Lobby.at(clock);
        lobby.room("hall").publish("said", 0);
        Guest ada = lobby.at("hall", "ada");
        ada.peer().sendFrame(9, true, new byte[0]);
        assertThat(ada.peer().nextFrame().opcode()).isEqualTo(10);
        lobby.room("hall").publish("said", 1);
        lobby.room("hall").publish("said", 2);

        clock.advance(Duration.ofMillis(250));
        JsonNode joined = ada.hears("room.joined");
        lobby.room("hall").publish("said", 3);

        assertThat(joined.path("offset").asLong()).isEqualTo(1);
        assertThat(joined.path("recovered").asBoolean()).isFalse();
        assertThat(message(ada).path("offset").asLong()).isEqualTo(2);
        assertThat(message(ada).path("offset").asLong()).isEqualTo(3);
        assertThat(message(ada).path("offset").asLong()).isEqualTo(4);
    }

    @Test
    void anotherFirstMessageJoinsBeforeIt() {
        Guest ada = lobby.at("hall", "ada");
        String id = ada.send("room.publish", "{'type':'said'}");

        assertThat(ada.hears("room.joined").path("memberId").asString()).isEqualTo("ada");
        assertThat(ada.answer(id).path("type").asString()).isEqualTo("room.published");
        assertThat(message(ada).path("offset").asLong()).isEqualTo(1);
    }

    @Test
    void aBrokenFirstMessageIsAnsweredAndJoins() {
        Guest ada = lobby.at("hall", "ada");
        ada.peer().send("{nonsense");

        assertThat(ada.awaits("ERROR").path("code").asString()).isEqualTo("INVALID_ARGUMENT");
        ada.ask("room.publish", "{'type':'said'}");
        assertThat(ada.awaits("room.message").at("/message/type").asString()).isEqualTo("said");
        assertThat(lobby.members("hall")).containsExactly("ada");
    }

    @Test
    void aJoinThatComesLateStillRecovers() {
        Room hall = lobby.room("hall");
        PublishResult known = hall.publish("said", 0);
        hall.publish("said", 1);
        Guest ada = lobby.at("hall", "ada");
        ada.ask("room.lifecycle", "{}");
        ada.hears("room.joined");
        hall.publish("said", 2);
        message(ada);

        JsonNode joined = ada.ask("room.join", recover(known.epoch(), known.offset()));
        hall.publish("said", 3);

        assertThat(joined.path("recovered").asBoolean()).isTrue();
        for (int i = 1; i <= 3; i++) {
            assertThat(message(ada).path("data").asInt()).isEqualTo(i);
        }
        assertThat(hall.lifecycle().activeConnections()).isEqualTo(1);
    }

    @Test
    void aBinaryJoinIsAJoin() {
        PublishResult known = lobby.room("hall").publish("said", 0);
        lobby.room("hall").publish("said", 1);
        Guest ada = lobby.at("hall", "ada");
        ada.peer()
                .sendBinary(("{'type':'room.join','meta':{'correlationId':'x'},'payload':"
                                + recover(known.epoch(), known.offset()) + "}")
                        .replace('\'', '"')
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(ada.answer("x").at("/payload/recovered").asBoolean()).isTrue();
        assertThat(message(ada).path("data").asInt()).isEqualTo(1);
    }
}
