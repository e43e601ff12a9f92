package dev.stoa.bench.durable;

import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.MetadataOptions;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.Stoa;
import dev.stoa.server.entity.EntitySettings;
import dev.stoa.server.room.AsyncRoom;
import dev.stoa.server.room.Lifecycle;
import dev.stoa.server.room.Room;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Measures what rooms on SQLite cost at rest and when they are needed again: the recovery of missed messages over
/// loopback, opening a cold room, and the heap of hibernated rooms.
///
/// ```
/// RoomCosts [REPETITIONS [DIRECTORY [PARTS]]]    parts: recovery,cold,heap
/// ```
public final class RoomCosts {
    private static final int MISSED = 1_000;
    private static final int RECORDS = 10_000;
    private static final int HIBERNATED = 100_000;
    /// Entities that are no rooms, like the list of revoked tokens.
    private static final int ALWAYS_THERE = 4;
    private static final int OUTSTANDING = 256;
    private static final Duration STUCK = Duration.ofMinutes(5);
    private static final MessageInput MESSAGE = MessageInput.of("said", "x".repeat(198));
    private static final RoomPrincipal ADA = RoomPrincipal.user("ada");

    private final int repetitions;
    private final Path directory;
    private final PrintStream out = System.out;

    private RoomCosts(int repetitions, Path directory) {
        this.repetitions = repetitions;
        this.directory = directory;
    }

    public static void main(String[] args) throws Exception {
        int repetitions = args.length > 0 ? Integer.parseInt(args[0]) : 50;
        Path parent = Path.of(args.length > 1 ? args[1] : "bench/work");
        Files.createDirectories(parent);
        Path directory = Files.createTempDirectory(parent, "rooms");
        try {
            RoomCosts run = new RoomCosts(repetitions, directory);
            List<String> parts = List.of((args.length > 2 ? args[2] : "recovery,cold,heap").split(","));
            run.out.println("| rooms on SQLite | median | p99 |");
            run.out.println("| --- | --- | --- |");
            if (parts.contains("recovery")) {
                run.recovery();
            }
            if (parts.contains("cold")) {
                run.coldOpens();
            }
            if (parts.contains("heap")) {
                run.heap();
            }
        } finally {
            remove(directory);
        }
        System.exit(0);
    }

    private void print(String what, List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        out.printf(Locale.ROOT, "| %s | %.2f ms | %.2f ms |%n", what, sorted.get(sorted.size() / 2), sorted.get((int)
                (0.99 * (sorted.size() - 1))));
    }

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    // Recovery

    private void recovery() throws Exception {
        Rooms rooms = Rooms.create("bench");
        try (Stoa stoa = Stoa.builder()
                        .port(0)
                        .data(directory.resolve("recovery"))
                        .reconnectDamping(null)
                        .rooms(rooms)
                        .start();
                HttpClient http = HttpClient.newHttpClient()) {
            Room room = rooms.room("hall").as(ADA);
            PublishResult known = room.publish(MESSAGE);
            fill(List.of(rooms.async(RoomKind.ROOM, "hall").as(ADA)), MISSED);
            List<Double> withConnecting = new ArrayList<>();
            List<Double> fromJoining = new ArrayList<>();
            for (int i = -repetitions; i < repetitions; i++) {
                long began = System.nanoTime();
                Ear ear = new Ear();
                String token =
                        rooms.room("hall").authorize(AuthorizeOptions.of(ADA)).token();
                WebSocket socket = http.newWebSocketBuilder()
                        .subprotocols("stoa.room.v1", "bearer." + token)
                        .buildAsync(URI.create("ws://127.0.0.1:" + stoa.port() + "/rooms/room/hall"), ear)
                        .join();
                long joining = System.nanoTime();
                socket.sendText(
                                "{\"type\":\"room.join\",\"meta\":{\"correlationId\":\"1\"},\"payload\":{\"recover\":{\"epoch\":\""
                                        + known.epoch() + "\",\"offset\":" + known.offset() + "}}}",
                                true)
                        .join();
                await(ear.all);
                if (i >= 0) {
                    withConnecting.add(millisSince(began));
                    fromJoining.add(millisSince(joining));
                }
                socket.abort();
            }
            print("recovery of 1,000 missed messages, from joining", fromJoining);
            print("the same, from connecting", withConnecting);
        }
    }

    /// Hears the answer to its join and all messages. Confined to the client's thread.
    private static final class Ear implements WebSocket.Listener {
        private final CountDownLatch all = new CountDownLatch(1 + MISSED);

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            if (last) {
                all.countDown();
            }
            socket.request(1);
            return null;
        }
    }

    // Cold rooms

    /// Rooms of a server that was stopped, which checkpoints them, and of one that was not: what a crash leaves.
    private void coldOpens() throws Exception {
        coldOpens("opening a cold room of 10,000 messages behind a checkpoint, after a stop", false, true);
        coldOpens("the same, after a crash: nothing but the log", false, false);
        coldOpens("opening one of 10,000 changes of metadata after a crash, all read again", true, false);
    }

    private void coldOpens(String what, boolean metadata, boolean stopped) throws Exception {
        int count = Math.min(repetitions, 20);
        Path place = directory.resolve("cold" + metadata + stopped);
        EntitySettings settings = EntitySettings.usual().withCheckpointEvery(2 * RECORDS);
        Rooms before = Rooms.create("bench");
        Stoa filling = Stoa.builder()
                .port(0)
                .data(place)
                .entities(settings)
                .rooms(before)
                .start();
        for (int i = 0; i < count; i++) {
            AsyncRoom room = before.async(RoomKind.ROOM, "room " + i).as(ADA);
            if (metadata) {
                changes(room);
            } else {
                fill(List.of(room), RECORDS);
            }
        }
        Path opened = place;
        if (!stopped) {
            opened = directory.resolve("crashed" + metadata);
            copy(place, opened);
        }
        filling.close();
        Rooms after = Rooms.create("bench");
        try (Stoa _ = Stoa.builder()
                .port(0)
                .data(opened)
                .entities(settings)
                .rooms(after)
                .start()) {
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Room room = after.room("room " + i).as(ADA);
                long began = System.nanoTime();
                room.lifecycle();
                millis.add(millisSince(began));
            }
            print(what, millis);
        }
    }

    private static void changes(AsyncRoom room) throws InterruptedException {
        Semaphore free = new Semaphore(OUTSTANDING);
        for (int i = 0; i < RECORDS; i++) {
            free.acquire();
            MetadataOptions options = MetadataOptions.of(Map.of("n", i));
            room.metadata(options).whenComplete((_, _) -> free.release());
        }
        free.acquire(OUTSTANDING);
    }

    /// Publishes to each room, and waits until all is durable.
    private static void fill(List<AsyncRoom> rooms, int messages) throws InterruptedException {
        Semaphore free = new Semaphore(OUTSTANDING);
        for (AsyncRoom room : rooms) {
            for (int i = 0; i < messages; i++) {
                free.acquire();
                room.publish(MESSAGE).whenComplete((_, _) -> free.release());
            }
        }
        free.acquire(OUTSTANDING);
    }

    // Heap

    private void heap() throws Exception {
        Lifecycle restless = new Lifecycle(Duration.ofMillis(500), Duration.ofDays(1), true);
        Rooms rooms = Rooms.create(RoomsOptions.named("bench").withLifecycle(restless));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (Stoa _ = Stoa.builder()
                .port(0)
                .data(directory.resolve("heap"))
                .metrics(meters)
                .rooms(rooms)
                .start()) {
            create(rooms, 0, 2_000);
            awaitRest(meters);
            long before = liveHeap();
            create(rooms, 2_000, 2_000 + HIBERNATED);
            awaitRest(meters);
            long after = liveHeap();
            out.printf(
                    Locale.ROOT,
                    "%nheap of each of %,d hibernated rooms: %.1f B (%,d B before, %,d B after)%n",
                    HIBERNATED,
                    (after - before) / (double) HIBERNATED,
                    before,
                    after);
        }
    }

    private static void create(Rooms rooms, int from, int to) throws InterruptedException {
        List<AsyncRoom> created = new ArrayList<>();
        for (int i = from; i < to; i++) {
            created.add(rooms.async(RoomKind.ROOM, "room " + i).as(ADA));
        }
        fill(created, 1);
    }

    private static void awaitRest(SimpleMeterRegistry meters) throws InterruptedException {
        long began = System.nanoTime();
        while (meters.get("stoa.entities").gauge().value() > ALWAYS_THERE) {
            if (millisSince(began) > STUCK.toMillis()) {
                throw new IllegalStateException("%s entities are still in memory after %s"
                        .formatted(meters.get("stoa.entities").gauge().value(), STUCK));
            }
            Thread.sleep(100);
        }
    }

    private static long liveHeap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(200);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(STUCK.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("not all came within " + STUCK);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(path -> !path.endsWith("stoa.lock")).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
