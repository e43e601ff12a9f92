package dev.stoa.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.Stoa;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.wire.RawPeer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The application is told what happens to its documents.
class DocumentHooksTest {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    private final DocumentHooks hooks = new DocumentHooks() {
        @Override
        public void changed(DocumentRoom document, Change change) {
            if (change.clientId().equals("patient")) {
                await(gate);
            }
            if (change.clientId().equals("faulty")) {
                throw new IllegalStateException("as the test wants it");
            }
            told.add(document.id() + " " + change.timestamp() + " " + change.clientId() + " " + change.patches());
        }

        @Override
        public void sessionRemoved(DocumentRoom document, String sessionId, int remaining) {
            told.add(document.id() + " has " + remaining);
        }

        @Override
        public void missed(DocumentRoom document, long calls) {
            told.add("missed " + calls);
        }
    };

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private String next() throws InterruptedException {
        return told.poll(10, TimeUnit.SECONDS);
    }

    private Stoa start(Documents documents) {
        return Stoa.builder()
                .port(0)
                .store(new MemoryStore())
                .reconnectDamping(null)
                .documents(documents, Studio::judge)
                .start();
    }

    @Test
    void editsAreToldAsTheyWereKeptInTheirOrder() throws Exception {
        Documents documents = Documents.create("boards").withHooks(hooks);
        try (Stoa stoa = start(documents)) {
            Painter ada = new Painter(RawPeer.open(stoa.port(), Studio.target("r", "ada", "rw")));
            ada.until("clientCount");
            ada.edit("[{'e':{'_exists':true},'gone':{'x':1}}]");
            ada.show("[{'u':{'_exists':true}}]");
            ada.say("{'type':'reconnect','lastTimestamp':0,'protocolVersion':2,'documentPatches':[{'e':{'x':1}}]}");
            ada.until("synced");
            documents.document("r").write("backend", RawJson.parse("{\"e\":{\"x\":2}}"));
            Painter rob = new Painter(RawPeer.open(stoa.port(), Studio.target("r", "rob", "ro")));
            rob.until("clientCount");
            rob.edit("[{'e':{'x':3}}]");
            rob.leave();

            assertThat(next()).isEqualTo("r 1 ada [{\"e\":{\"_exists\":true}}]");
            assertThat(next()).isEqualTo("r 2 ada [{\"e\":{\"x\":1}}]");
            assertThat(next()).isEqualTo("r 3 backend [{\"e\":{\"x\":2}}]");
            assertThat(next()).isEqualTo("r has 1");
        }
    }

    @Test
    void hookThatFailsOrHangsHoldsUpNothingButLaterHooks() throws Exception {
        Documents documents = Documents.create("boards").withHooks(hooks);
        try (Stoa _ = start(documents)) {
            DocumentRoom room = documents.document("r");
            room.delete("faulty", "e");
            room.delete("patient", "e");
            room.delete("backend", "e");
            documents.document("other").delete("backend", "e");

            assertThat(next()).startsWith("other 1");
            gate.countDown();
            assertThat(next()).startsWith("r 2 patient");
            assertThat(next()).startsWith("r 3 backend");
        }
    }

    @Test
    void callsBeyondTheirNumberAreLeftOutAndThatIsTold() throws Exception {
        Documents documents = Documents.create("boards").withHooks(hooks);
        try (Stoa _ = start(documents)) {
            DocumentRoom room = documents.document("r");
            room.delete("patient", "e");
            HookRunner runner = documents.hooks();
            CountDownLatch all = new CountDownLatch(HookRunner.MAX_WAITING);
            for (int i = 0; i < HookRunner.MAX_WAITING + 7; i++) {
                runner.call("r", (_, _) -> all.countDown());
            }

            gate.countDown();

            assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(next()).startsWith("r 1 patient");
            assertThat(next()).matches("missed [78]");
        }
    }
}
