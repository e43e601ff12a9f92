package dev.stoa.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.server.store.Change;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.Scribe;
import dev.stoa.server.store.StoreException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two nodes on one database.
class PostgresqlNodesTest {
    private static final EntityId ROOM = new EntityId("room", "a");

    private PostgresqlSettings settings;
    private JdbcStore one;
    private JdbcStore two;

    @BeforeEach
    void open() {
        settings = Postgres.freshSchema();
        one = JdbcStore.postgresql(settings, "one");
        two = JdbcStore.postgresql(settings, "two");
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    @Test
    void anOwnerOnOneNodeIsFencedByAnotherNode() {
        Scribe first = Scribe.creating(one, ROOM).append("one").commit();
        Scribe second = Scribe.opening(two, ROOM).append("two").commit();

        Outcome late = first.append("late").count("messages", 1).write();

        assertThat(late).isEqualTo(new Outcome.Fenced());
        assertThat(second.allBodies()).containsExactly("one", "two");
        assertThat(Scribe.opening(one, ROOM).append("three").commit().allBodies())
                .containsExactly("one", "two", "three");
        assertThat(one.totals("room")).isEmpty();
    }

    @Test
    void anEntityIsCreatedByOneNodeOnly() {
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            EntityId id = new EntityId("room", "contested " + i);
            outcomes.add(Scribe.creating(one, id).append("one").send());
            outcomes.add(Scribe.creating(two, id).append("two").send());
        }

        for (int i = 0; i < 20; i++) {
            Outcome a = outcomes.get(2 * i).orTimeout(30, TimeUnit.SECONDS).join();
            Outcome b = outcomes.get(2 * i + 1).orTimeout(30, TimeUnit.SECONDS).join();
            assertThat(List.of(a, b)).containsExactlyInAnyOrder(new Outcome.Committed(), new Outcome.Fenced());
        }
    }

    @Test
    void numbersAreNeverGivenByBothNodes() {
        Set<Long> numbers = new HashSet<>();
        for (int i = 0; i < 2500; i++) {
            numbers.add(one.nextLog());
            numbers.add(two.nextLog());
        }

        assertThat(numbers).hasSize(5000);
    }

    @Test
    void totalsOfAllNodesAreAddedUp() {
        Scribe.creating(one, ROOM).count("rooms", 1).count("messages", 5).commit();
        Scribe.opening(two, ROOM).count("messages", -5).count("idle", 1).commit();

        assertThat(one.totals("room")).isEqualTo(Map.of("rooms", 1L, "idle", 1L));
        assertThat(two.totals("room")).isEqualTo(Map.of("rooms", 1L, "idle", 1L));
    }

    @Test
    void nodesThatFightForTheSameEntitiesLeaveEachLogWhole() throws Exception {
        int entities = 8;
        for (int e = 0; e < entities; e++) {
            Scribe.creating(one, new EntityId("room", "fought " + e)).commit();
        }
        Thread first = Thread.startVirtualThread(() -> fight(one, entities));
        Thread second = Thread.startVirtualThread(() -> fight(two, entities));

        assertThat(first.join(Duration.ofSeconds(60))).isTrue();
        assertThat(second.join(Duration.ofSeconds(60))).isTrue();

        long records = 0;
        for (int e = 0; e < entities; e++) {
            Scribe room = Scribe.opening(one, new EntityId("room", "fought " + e));
            assertThat(room.allBodies()).hasSize((int) room.header().lastOffset());
            records += room.header().lastOffset();
        }
        assertThat(one.totals("room").getOrDefault("messages", 0L)).isEqualTo(records);
    }

    private static void fight(JdbcStore store, int entities) {
        for (int round = 0; round < 15; round++) {
            List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
            for (int e = 0; e < entities; e++) {
                Scribe room = Scribe.opening(store, new EntityId("room", "fought " + e));
                outcomes.add(room.append("x").count("messages", 1).send());
                outcomes.add(room.append("y").count("messages", 1).send());
            }
            outcomes.forEach(outcome -> outcome.orTimeout(30, TimeUnit.SECONDS).join());
            store.sweep(0);
        }
    }

    @Test
    void aConnectionThatTheDatabaseEndsIsReplaced() throws Exception {
        Scribe room = Scribe.creating(one, ROOM).append("one").commit();
        try (Connection connection = Postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where application_name = 'stoa' and pid <> pg_backend_pid()""");
        }

        Outcome broken = room.append("two").write();

        assertThat(broken).isInstanceOf(Outcome.Failed.class);
        assertThat(Scribe.opening(one, ROOM).append("two").commit().allBodies()).containsExactly("one", "two");
    }

    @Test
    void anEntityThatAnotherHoldsForTooLongFailsAloneAndTheStoreGoesOn() throws Exception {
        try (JdbcStore impatient = JdbcStore.postgresql(
                        settings.withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(300)), "three");
                Connection holder = Postgres.connect();
                Statement statement = holder.createStatement()) {
            Scribe held = Scribe.creating(impatient, ROOM).append("one").commit();
            Scribe free = Scribe.creating(impatient, new EntityId("room", "b")).commit();
            statement.execute("set search_path to " + settings.schema());
            statement.execute("begin");
            statement.execute("select 1 from entity where name = 'a' for update");

            var waiting = held.append("two").send();
            var working = free.append("two").send();

            assertThat(waiting.orTimeout(30, TimeUnit.SECONDS).join()).isInstanceOf(Outcome.Failed.class);
            assertThat(working.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(new Outcome.Committed());
            statement.execute("rollback");
            assertThat(Scribe.opening(impatient, ROOM).append("two").commit().allBodies())
                    .containsExactly("one", "two");
        }
    }

    @Test
    void sweepsOfTwoNodesGetAlong() {
        Scribe room = Scribe.creating(one, ROOM);
        for (int i = 0; i < 1000; i++) {
            room.append("m" + i);
        }
        room.commit().trimBefore(990).commit();
        Scribe.creating(two, new EntityId("room", "b"))
                .append("gone")
                .change(new Change.DeleteEntity())
                .commit();

        var sweeping = List.of(
                CompletableFuture.runAsync(() -> sweepAll(one)), CompletableFuture.runAsync(() -> sweepAll(two)));
        sweeping.forEach(sweep -> sweep.orTimeout(30, TimeUnit.SECONDS).join());

        assertThat(room.allBodies()).hasSize(11);
        assertThat(one.sweep(0)).isFalse();
    }

    private static void sweepAll(JdbcStore store) {
        while (store.sweep(0)) {
            // one chunk at a time
        }
    }

    @Test
    void aNewerVersionsSchemaIsRefused() throws Exception {
        try (Connection connection = Postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("set search_path to " + settings.schema());
            statement.execute("""
                    insert into stoa_schema (installed_rank, version, description, type, script, checksum,
                        installed_by, execution_time, success)
                    values (99, '99', 'from the future', 'SQL', 'V99__future.sql', 1, 'x', 1, true)""");
        }

        assertThatThrownBy(() -> JdbcStore.postgresql(settings, "three"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the schema " + settings.schema() + " was written by a newer Stoa");
    }

    @Test
    void aDatabaseThatIsNotThereIsNamedWithoutThePassword() {
        PostgresqlSettings nowhere = PostgresqlSettings.of("jdbc:postgresql://127.0.0.1:1/stoa", "somebody", "hunter2");

        assertThatThrownBy(() -> JdbcStore.postgresql(nowhere, "one"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageNotContaining("hunter2");
        assertThat(nowhere.toString()).doesNotContain("hunter2").doesNotContain("somebody");
    }
}
