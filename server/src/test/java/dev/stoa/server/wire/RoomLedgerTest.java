package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.room.RoomRow;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What was acknowledged over a socket survives `kill -9`, once and in order.
///
/// Each round publishes with several calls in flight, kills the server at a random moment and starts it again;
/// `stoa.ledger.kills` says how many rounds (default 2). What was not answered is published again with its key.
class RoomLedgerTest {
    @TempDir
    Path data;

    @RoomRow({3, 4})
    @Test
    void whatWasAnsweredIsThereOnceAndInOrder() throws Exception {
        long seed = System.nanoTime();
        System.out.println("RoomLedgerTest.whatWasAnsweredIsThereOnceAndInOrder seed " + seed);
        Random random = new Random(seed);
        TreeMap<Long, Integer> answered = new TreeMap<>();
        Deque<Integer> unanswered = new ArrayDeque<>();
        int next = 0;
        String epoch = null;
        for (int kill = 0; kill < Integer.getInteger("stoa.ledger.kills", 2); kill++) {
            try (ServerProcess server = ServerProcess.start(RoomsProcess.class, data.toString())) {
                Guest guest = new Guest(RawPeer.open(server.port(), "/rooms/room/hall"));
                Deque<String> asked = new ArrayDeque<>();
                Deque<Integer> inFlight = new ArrayDeque<>();
                int budget = 20 + random.nextInt(150);
                while (budget-- > 0) {
                    while (asked.size() < 16) {
                        int number = unanswered.isEmpty() ? next++ : unanswered.poll();
                        asked.add(guest.send(
                                "room.broadcast",
                                "{'type':'said','data':" + number + ",'idempotencyKey':'k" + number + "'}"));
                        inFlight.add(number);
                    }
                    JsonNode result = guest.answer(asked.poll()).path("payload");
                    answered.put(result.path("offset").asLong(), inFlight.poll());
                    epoch = result.path("epoch").asString();
                }
                unanswered.addAll(inFlight);
            }
        }

        try (ServerProcess server = ServerProcess.start(RoomsProcess.class, data.toString())) {
            Guest guest = new Guest(RawPeer.open(server.port(), "/rooms/room/hall"));
            TreeMap<Long, Integer> kept = new TreeMap<>();
            List<Integer> numbers = new ArrayList<>();
            long after = 0;
            JsonNode page = history(guest, epoch, after);
            while (!page.isEmpty()) {
                for (JsonNode item : page) {
                    after = item.path("offset").asLong();
                    kept.put(after, item.path("data").asInt());
                    numbers.add(item.path("data").asInt());
                }
                page = history(guest, epoch, after);
            }

            assertThat(kept).as("seed %d", seed).containsAllEntriesOf(answered);
            assertThat(numbers).as("seed %d", seed).doesNotHaveDuplicates();
        }
    }

    private static JsonNode history(Guest guest, String epoch, long after) {
        return guest.ask("room.history", "{'after':{'epoch':'" + epoch + "','offset':" + after + "},'limit':500}")
                .path("items");
    }
}
