package dev.stoa.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.wire.RawPeer;
import dev.stoa.server.wire.ServerProcess;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What was acknowledged survives `kill -9`, deletions too, and the counter never goes back.
///
/// Each round edits with several frames in flight, kills the server at a random moment and starts it
/// again; `stoa.ledger.kills` says how many rounds (default 2).
class DocumentLedgerTest {
    private static final int KEYS = 20;
    private static final int IN_FLIGHT = 16;

    @TempDir
    Path data;

    @DocumentRow(48)
    @Test
    void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
        long seed = System.nanoTime();
        System.out.println("DocumentLedgerTest.whatWasAcknowledgedIsThereAfterAKill seed " + seed);
        Random random = new Random(seed);
        // Of each key the number of the last edit that was acknowledged, and of the last that was sent.
        Map<Integer, Integer> acknowledged = new TreeMap<>();
        Map<Integer, Integer> sent = new TreeMap<>();
        int number = 0;
        long counter = 0;
        for (int kill = 0; kill < Integer.getInteger("stoa.ledger.kills", 2); kill++) {
            try (ServerProcess server = ServerProcess.start(DocumentsProcess.class, data.toString())) {
                Painter painter = new Painter(RawPeer.open(server.port(), Studio.target("r", "ada", "rw")));
                painter.until("clientCount");
                Map<String, Integer> inFlight = new TreeMap<>();
                for (int budget = 50 + random.nextInt(300); budget > 0; budget--) {
                    while (inFlight.size() < IN_FLIGHT) {
                        number++;
                        sent.put(number % KEYS, number);
                        inFlight.put("m" + number, number);
                        painter.say("{'type':'patch','messageId':'m" + number + "','documentPatches':[{'k"
                                + number % KEYS + "':" + record(number) + "}]}");
                    }
                    JsonNode ack = painter.next();
                    int done = inFlight.remove(ack.path("messageId").asString());
                    acknowledged.put(done % KEYS, done);
                    assertThat(ack.path("timestamp").asLong())
                            .as("seed %d", seed)
                            .isGreaterThan(counter);
                    counter = ack.path("timestamp").asLong();
                }
            }
        }

        try (ServerProcess server = ServerProcess.start(DocumentsProcess.class, data.toString())) {
            Painter painter = new Painter(RawPeer.open(server.port(), Studio.target("r", "ada", "rw")));
            painter.until("clientCount");
            JsonNode document = painter.diff(0);

            for (Map.Entry<Integer, Integer> edit : acknowledged.entrySet()) {
                JsonNode record = document.path("k" + edit.getKey());
                boolean found = false;
                for (int n = edit.getValue(); n <= sent.get(edit.getKey()); n += KEYS) {
                    found |= record.equals(Painter.json(record(n)));
                }
                assertThat(found).as("seed %d: %s is %s", seed, edit, record).isTrue();
            }
            assertThat(painter.answer(0).getLast().path("timestamp").asLong()).isGreaterThanOrEqualTo(counter);
        }
    }

    /// Every seventh edit is a deletion; numbers tell edits of a key apart, deletions but for their
    /// place.
    private static String record(int number) {
        return number % 7 == 0 ? "{'_exists':false}" : "{'_exists':true,'n':" + number + "}";
    }
}
