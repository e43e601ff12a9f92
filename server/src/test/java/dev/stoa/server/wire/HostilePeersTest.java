package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.SAID;
import static dev.stoa.server.wire.Chat.SAY;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.event;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.open;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import dev.stoa.server.Stoa;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.session.Session;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HostilePeersTest {
    private static final int GOOD = 50;
    private static final int HOSTILE = 200;
    private static final int ROUNDS = 20;

    private final Queue<WeakReference<Session>> opened = new ConcurrentLinkedQueue<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    /// Everybody, hostile peers too, listens to the lobby.
    private Stoa start() {
        Router router = Chat.echoing(Router.create(RouterOptions.usual().withMaxBacklogBytes(2_000_000)))
                .onOpen(ctx -> {
                    opened.add(new WeakReference<>(ctx.session()));
                    ctx.topics().subscribe("lobby");
                })
                .on(SAY, ctx -> ctx.publish("lobby", SAID, ctx.payload()));
        return Stoa.builder()
                .port(0)
                .loops(2)
                .metrics(registry)
                .router("/ws", router)
                .start();
    }

    @Test
    void wellBehavedPeersNoticeNothingOfHostileOnes() {
        Property.holds(1, this::fiftyAmongTwoHundred);
    }

    private void fiftyAmongTwoHundred(Chance chance) throws Exception {
        try (Stoa stoa = start();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<RawPeer> good = new ArrayList<>();
            for (int i = 0; i < GOOD; i++) {
                good.add(open(stoa));
                expectNothingBefore(good.getLast(), "open");
            }
            CountDownLatch begin = new CountDownLatch(1);
            List<Future<?>> talking = new ArrayList<>();
            for (int i = 0; i < GOOD; i++) {
                int number = i;
                talking.add(threads.submit(() -> talk(good.get(number), number, begin)));
            }
            Semaphore atOnce = new Semaphore(40);
            for (int i = 0; i < HOSTILE; i++) {
                Chance own = new Chance(chance.any());
                atOnce.acquire();
                threads.submit(() -> {
                    try {
                        Hostility.of(own).attack(stoa.port(), own);
                    } catch (AssertionError | IOException _) {
                        // the server may end it in any way it likes
                    } finally {
                        atOnce.release();
                    }
                });
                if (i == 20) {
                    begin.countDown();
                }
            }

            for (Future<?> each : talking) {
                each.get(120, TimeUnit.SECONDS);
            }
            atOnce.acquire(40);
            good.forEach(RawPeer::close);
            expectNothingLeft(stoa);
        }
    }

    private static Void talk(RawPeer peer, int number, CountDownLatch begin) throws InterruptedException {
        begin.await();
        Map<String, Integer> nextOf = new HashMap<>();
        int heard = 0;
        for (int round = 0; round < ROUNDS; round++) {
            peer.send(event("SAY", number + ":" + round));
            String id = "call " + round;
            peer.send(call("ECHO", id, id));
            boolean answered = false;
            while (!answered) {
                JsonNode message = peer.next();
                if (message.path("type").asString().equals("ECHOED")) {
                    assertThat(message.path("payload").path("text").asString()).isEqualTo(id);
                    answered = true;
                } else {
                    heard += hear(message, nextOf);
                }
            }
        }
        while (heard < GOOD * ROUNDS) {
            heard += hear(peer.next(), nextOf);
        }
        return null;
    }

    /// One more of a peer's numbered messages, which must be its next.
    private static int hear(JsonNode message, Map<String, Integer> nextOf) {
        assertThat(message.path("type").asString()).as(message.toString()).isEqualTo("SAID");
        String[] said = message.path("payload").path("text").asString().split(":");
        assertThat(nextOf.merge(said[0], 1, Integer::sum) - 1).isEqualTo(Integer.parseInt(said[1]));
        return 1;
    }

    private void expectNothingLeft(Stoa stoa) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(stoa.sessions().all())
                    .extracting(session -> session.request().query())
                    .isEmpty();
            assertThat(stoa.topics().count()).isZero();
            assertThat(registry.get("stoa.connections").gauge().value()).isZero();
        });
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return opened.stream().allMatch(session -> session.get() == null);
        });
    }

    /// The ways to be a nuisance.
    private enum Hostility {
        GARBAGE_BEFORE_THE_HANDSHAKE {
            @Override
            void attack(int port, Chance chance) {
                try (RawPeer peer = RawPeer.connect(port)) {
                    peer.sendRaw(bytes(chance, 5000));
                }
            }
        },
        HALF_A_HANDSHAKE {
            @Override
            void attack(int port, Chance chance) {
                try (RawPeer peer = RawPeer.connect(port)) {
                    peer.sendRaw("GET /ws HTTP/1.1\r\nUpgr".getBytes(StandardCharsets.UTF_8));
                }
            }
        },
        GARBAGE_FRAMES {
            @Override
            void attack(int port, Chance chance) {
                try (RawPeer peer = RawPeer.open(port, target())) {
                    peer.sendRaw(bytes(chance, 20_000));
                }
            }
        },
        HALF_A_FRAME {
            @Override
            void attack(int port, Chance chance) throws IOException {
                try (RawPeer peer = RawPeer.open(port, target())) {
                    byte[] frame = RawPeer.frame(0x81, event("SAY", "never").getBytes(StandardCharsets.UTF_8));
                    peer.sendRaw(java.util.Arrays.copyOf(frame, chance.between(1, frame.length - 1)));
                }
            }
        },
        OVERSIZE {
            @Override
            void attack(int port, Chance chance) {
                try (RawPeer peer = RawPeer.open(port, target())) {
                    peer.send(event("WORK", "x".repeat(1_500_000)));
                    peer.sendRaw(new byte[] {(byte) 0x81, (byte) 0xFF, 0x7F, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
                    peer.isCutOff();
                }
            }
        },
        PINGS_WITHOUT_READING {
            @Override
            void attack(int port, Chance chance) {
                try (RawPeer peer = RawPeer.connect(port, 4096).upgrade(target())) {
                    for (int i = 0; i < 5000; i++) {
                        peer.sendFrame(9, true, new byte[125]);
                    }
                }
            }
        },
        ABRUPT_RESET {
            @Override
            void attack(int port, Chance chance) throws IOException {
                try (RawPeer peer = RawPeer.open(port, target())) {
                    peer.send(call("ECHO", "1", "x"));
                    peer.socket().setSoLinger(true, 0);
                }
            }
        },
        CALLS_WITHOUT_READING {
            @Override
            void attack(int port, Chance chance) {
                try (RawPeer peer = RawPeer.connect(port, 4096).upgrade(target())) {
                    String large = "x".repeat(10_000);
                    for (int i = 0; i < 300; i++) {
                        peer.send(call("ECHO", "" + i, large));
                    }
                }
            }
        },
        INVALID_MESSAGES {
            @Override
            void attack(int port, Chance chance) {
                try (RawPeer peer = RawPeer.open(port, target())) {
                    List<String> kinds = List.of("{", "[1]", "null", "{\"type\":\"NOPE\"}", "{\"type\":\"SAY\"}", "");
                    for (int i = 0; i < 200; i++) {
                        peer.send(chance.onceIn(2) ? chance.oneOf(kinds) : chance.text(100));
                    }
                    peer.sendFrame(0x81, new byte[] {(byte) 0xFF, (byte) 0xFE});
                }
            }
        },
        ENDLESS_FRAGMENTS {
            @Override
            void attack(int port, Chance chance) {
                try (RawPeer peer = RawPeer.open(port, target())) {
                    peer.sendFrame(0x01, new byte[60_000]);
                    for (int i = 0; i < 60; i++) {
                        peer.sendFrame(0x00, new byte[60_000]);
                    }
                    peer.isCutOff();
                }
            }
        },
        STRANGE_CLOSES {
            @Override
            void attack(int port, Chance chance) {
                try (RawPeer peer = RawPeer.open(port, target())) {
                    peer.sendFrame(8, true, bytes(chance, 10));
                    peer.sendFrame(8, true, new byte[0]).send(event("SAY", "after the end"));
                }
            }
        },
        CONNECT_AND_LEAVE {
            @Override
            void attack(int port, Chance chance) {
                RawPeer.open(port, target()).close();
            }
        };

        abstract void attack(int port, Chance chance) throws IOException;

        /// Names itself, so that a failure tells who is left.
        String target() {
            return "/ws?kind=" + this;
        }

        static Hostility of(Chance chance) {
            return chance.oneOf(List.of(values()));
        }

        private static byte[] bytes(Chance chance, int most) {
            byte[] bytes = new byte[chance.between(1, most)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) chance.any();
            }
            return bytes;
        }
    }
}
