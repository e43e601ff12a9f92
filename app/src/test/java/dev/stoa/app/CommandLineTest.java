package dev.stoa.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.app.playground.Playground;
import dev.stoa.protocol.room.Member;
import dev.stoa.server.Stoa;
import dev.stoa.server.StoaApp;
import dev.stoa.server.endpoint.rooms.RoomsEndpoint;
import dev.stoa.server.room.HookRoom;
import dev.stoa.server.room.RoomHooks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    private static final String PLAYGROUND = Playground.class.getName();

    @TempDir
    Path folder;

    private final Terminal terminal = new Terminal();

    @Test
    void devPrintsItsAddressesOnceTheyAnswer() {
        List<String> addresses = new ArrayList<>();

        int exitCode = terminal.run(
                server -> {
                    addresses.add(server.socketAddress() + "/ws");
                    addresses.add(server.pagesAddress() + "/playground/");
                    try (Peer peer = Peer.connect(addresses.getFirst())) {
                        peer.expect("WELCOME");
                    }
                },
                "dev",
                "--port=0",
                "--api-port=0");

        assertThat(exitCode).isZero();
        assertThat(terminal.out()).contains(addresses).contains("Not for production", "stoa serve --config stoa.yml");
    }

    @Test
    void devSignsInByDevelopmentTokenAndRefusesOthers() {
        terminal.run(
                server -> {
                    String address = server.socketAddress() + "/ws";
                    try (Peer ada = Peer.connect(address + "?access_token=dev:ada")) {
                        assertThat(ada.expect("WELCOME").path("you").asString()).isEqualTo("ada");
                    }
                    assertThat(Peer.refusalOf(address + "?access_token=secret")).isEqualTo(401);
                },
                "dev",
                "--port=0",
                "--api-port=0");

        assertThat(terminal.err()).isEmpty();
    }

    @Test
    void devTakesUserNamesThatLookLikeSignedTokensAtEveryEndpoint() {
        terminal.run(
                server -> {
                    for (String user : List.of("ada.king.lovelace", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "...")) {
                        String token = "?access_token=dev:" + user;
                        try (Peer routed = Peer.connect(server.socketAddress() + "/ws" + token);
                                Peer inRoom = Peer.connect(server.socketAddress() + "/rooms/room/a" + token)) {
                            assertThat(routed.expect("WELCOME").path("you").asString())
                                    .isEqualTo(user);
                            assertThat(inRoom.expect("room.joined")
                                            .path("memberId")
                                            .asString())
                                    .isEqualTo(user);
                        }
                    }
                },
                "dev",
                "--port=0",
                "--api-port=0",
                "--ephemeral");

        assertThat(terminal.err()).isEmpty();
    }

    @Test
    void serveKnowsNoDevelopmentTokensAndNoPlaygroundPages() throws IOException {
        Path file = written("apps: [" + PLAYGROUND + "]");

        int exitCode = terminal.run(
                server -> {
                    try (Peer peer = Peer.connect(server.socketAddress() + "/ws?access_token=dev:ada")) {
                        assertThat(peer.expect("WELCOME").path("you").asString())
                                .hasSize(36);
                    }
                    assertThat(Web.get(server.pagesAddress() + "/playground/").statusCode())
                            .isEqualTo(404);
                },
                "serve",
                "--config=" + file,
                "--port=0",
                "--api-port=0");

        assertThat(exitCode).isZero();
    }

    @Test
    void environmentSetsPortsAndOptionsWinOverIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            terminal.with("STOA_PORT", "0").with("STOA_API_PORT", String.valueOf(taken.getLocalPort()));

            int exitCode = terminal.run(_ -> {}, "dev", "--api-port=0");

            assertThat(exitCode).isZero();
            assertThat(terminal.out()).doesNotContain(":8080");
            assertThat(terminal.run("dev")).isEqualTo(1);
        }
    }

    @Test
    void takenSocketPortIsNamedWithTheWayOut() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int exitCode = terminal.run("dev", "--port=" + taken.getLocalPort(), "--api-port=0");

            assertThat(exitCode).isEqualTo(1);
            assertThat(terminal.err())
                    .isEqualTo(
                            "stoa: port " + taken.getLocalPort()
                                    + " at 127.0.0.1 is taken; stop what uses it, or choose another with --port or STOA_PORT\n");
        }
    }

    @Test
    void takenApiPortIsNamedAndTheSocketsAreClosedAgain() throws IOException {
        int free = freePort();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int exitCode = terminal.run("dev", "--port=" + free, "--api-port=" + taken.getLocalPort());

            assertThat(exitCode).isEqualTo(1);
            assertThat(terminal.err()).contains("port " + taken.getLocalPort(), "--api-port", "STOA_API_PORT");
        }
        assertThat(terminal.run(_ -> {}, "dev", "--port=" + free, "--api-port=0"))
                .isZero();
    }

    @Test
    void misspeltKeyIsNamedWithItsFile() throws IOException {
        Path file = written("listen: {prot: 9000}");

        int exitCode = terminal.run("serve", "--config=" + file);

        assertThat(exitCode).isEqualTo(2);
        assertThat(terminal.err()).isEqualTo("stoa: " + file + ": unknown key listen.prot; known here: host, port\n");
    }

    @Test
    void missingConfigurationIsNamed() {
        Path file = folder.resolve("none.yml");

        assertThat(terminal.run("serve", "--config=" + file)).isEqualTo(2);
        assertThat(terminal.err()).contains(file.toString(), "there is no such file");
    }

    @Test
    void missingCertificateIsNamed() throws IOException {
        Path file = written("tls: {certificate: none.pem, key: none.key}");

        assertThat(terminal.run("serve", "--config=" + file, "--app=" + PLAYGROUND, "--port=0"))
                .isEqualTo(1);
        assertThat(terminal.err()).contains("none.pem");
    }

    @Test
    void originThatIsNoneIsNamed() throws IOException {
        Path file = written("origins: [https://app.example/path]");

        assertThat(terminal.run("serve", "--config=" + file, "--app=" + PLAYGROUND))
                .isEqualTo(2);
        assertThat(terminal.err()).contains("origins: not an origin", "https://app.example/path");
    }

    @Test
    void servingNothingIsRefused() throws IOException {
        assertThat(terminal.run("serve", "--config=" + written(""))).isEqualTo(2);
        assertThat(terminal.err()).contains("nothing to serve", "--app");
    }

    @Test
    void instanceIsServedWithItsApiAndKeys() throws IOException {
        assertThat(terminal.run("key", "backend", "--scopes=read,publish")).isZero();
        String[] printed = terminal.out().split("\n");
        Path file = written("""
                instances: [{name: main, allowAnonymous: true}]
                api: {keys: [%s]}
                """.formatted(printed[1].substring(2)));

        int exitCode = terminal.run(
                server -> {
                    String stats = server.pagesAddress() + "/v1/instances/main/stats";
                    assertThat(Web.get(stats).statusCode()).isEqualTo(401);
                    assertThat(Web.get(stats, "Authorization", "Bearer " + printed[0])
                                    .statusCode())
                            .isEqualTo(200);
                    assertThat(Peer.closeCodeOf(server.socketAddress() + "/rooms/room/a?access_token=dev:ada"))
                            .isEqualTo(4401);
                },
                "serve",
                "--config=" + file,
                "--port=0",
                "--api-port=0",
                "--ephemeral");

        assertThat(terminal.err()).doesNotContain("stoa:");
        assertThat(exitCode).isZero();
    }

    @Test
    void applicationGivesHooksToAnInstanceOfTheFileWhichLimitsTheirTime() throws IOException {
        Path file = written("""
                instances: [{name: main, allowAnonymous: true, hookTimeout: 500ms}]
                apps: [%s]
                """.formatted(Doorkeeper.class.getName()));

        int exitCode = terminal.run(
                server -> {
                    String join = server.pagesAddress() + "/v1/instances/main/rooms/a/join";
                    assertThat(Web.post(join, "{\"memberId\":\"ada\"}")
                                    .path("memberId")
                                    .asString())
                            .isEqualTo("ada");
                    assertThat(Web.post(join, "{\"memberId\":\"sleeper\"}")
                                    .path("detail")
                                    .asString())
                            .contains("500 ms");
                },
                "serve",
                "--config=" + file,
                "--port=0",
                "--api-port=0",
                "--ephemeral");

        assertThat(exitCode).as(terminal.err()).isZero();
    }

    /// An application whose hook never comes back for a member of the name `sleeper`.
    public static final class Doorkeeper implements StoaApp, RoomHooks {
        @Override
        public void configure(Stoa.Builder server) {
            server.rooms().stream()
                    .filter(rooms -> rooms.instance().equals("main"))
                    .findFirst()
                    .ifPresent(main -> server.rooms("/rooms", RoomsEndpoint.of(main.withHooks(this), "/rooms")));
        }

        @Override
        public void onJoin(HookRoom room, Member member) throws InterruptedException {
            if (member.memberId().equals("sleeper")) {
                new CountDownLatch(1).await();
            }
        }
    }

    @Test
    void keyNeedsAScopeAndAName() {
        assertThat(terminal.run("key", "backend")).isEqualTo(2);
        assertThat(terminal.run("key", "backend", "--scopes=write")).isEqualTo(2);
        assertThat(terminal.run("key", "two words", "--scopes=read")).isEqualTo(2);
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void apiWithoutKeysListensOnThisMachineOnly() throws IOException {
        Path file = written("{instances: [{name: main}], api: {host: 0.0.0.0}}");

        assertThat(terminal.run("serve", "--config=" + file, "--port=0", "--api-port=0", "--ephemeral"))
                .isEqualTo(2);
        assertThat(terminal.err()).contains("api.host is 0.0.0.0 and there are no api.keys");
    }

    @Test
    void secretThatIsNotInTheEnvironmentIsNamed() throws IOException {
        Path tokens = written("instances: [{name: main, tokenKeys: [{kid: a, secretVariable: NOT_SET}]}]");
        assertThat(terminal.run("serve", "--config=" + tokens, "--ephemeral")).isEqualTo(2);
        assertThat(terminal.err()).contains("the environment variable NOT_SET is not set");

        Path store = written("{instances: [{name: main}],"
                + " store: {type: postgresql, url: 'jdbc:postgresql://x/y', user: u, passwordVariable: ALSO_NOT}}");
        assertThat(terminal.run("serve", "--config=" + store)).isEqualTo(2);
        assertThat(terminal.err()).contains("the environment variable ALSO_NOT is not set");
    }

    @Test
    void tokenKeysAreRotatedByTheirOrder() throws IOException {
        terminal.with("OLD_KEY", "b2xkIGtleSBvZiBhdCBsZWFzdCAyNTYgYml0cywgaGVyZQ==")
                .with("NEW_KEY", "bmV3IGtleSBvZiBhdCBsZWFzdCAyNTYgYml0cywgaGVyZQ==");
        String key = "{kid: %s, secretVariable: %s}";
        String[] tokens = new String[2];
        for (int i = 0; i < 2; i++) {
            String old = key.formatted("old", "OLD_KEY");
            String keys = i == 0 ? old : key.formatted("new", "NEW_KEY") + ", " + old;
            Path file = written("instances: [{name: main, allowAnonymous: true, tokenKeys: [" + keys + "]}]");
            int round = i;
            int exitCode = terminal.run(
                    server -> {
                        String authorize = server.pagesAddress() + "/v1/instances/main/rooms/a/authorize";
                        tokens[round] = Web.post(authorize, "{}").path("token").asString();
                        for (int known = 0; known <= round; known++) {
                            String address = server.socketAddress() + "/rooms/room/a?access_token=" + tokens[known];
                            try (Peer peer = Peer.connect(address)) {
                                peer.next("room.joined");
                            }
                        }
                    },
                    "serve",
                    "--config=" + file,
                    "--port=0",
                    "--api-port=0",
                    "--ephemeral");
            assertThat(exitCode).as(terminal.err()).isZero();
        }
    }

    @Test
    void dataThatIsAFileIsRefused() throws IOException {
        assertThat(terminal.run("dev", "--data=" + written("x"))).isEqualTo(2);
        assertThat(terminal.err()).contains("is not a folder");
    }

    @Test
    void wrongCommandLinesSayWhatIsWrong() {
        assertThat(terminal.run()).isEqualTo(2);
        assertThat(terminal.run("dev", "--prot=1")).isEqualTo(2);
        assertThat(terminal.run("serve")).isEqualTo(2);
        assertThat(terminal.err())
                .contains(
                        "Say what to start", "Unknown option: '--prot=1'", "Missing required option: '--config=FILE'");
    }

    @Test
    void portOutOfRangeIsRefused() {
        assertThat(terminal.run("dev", "--port=70000")).isEqualTo(2);
        assertThat(terminal.err()).contains("port must be from 0 to 65535: 70000");
    }

    @Test
    void applicationThatCannotBeMadeIsNamed() {
        assertThat(terminal.run("dev", "--app=com.example.None")).isEqualTo(2);
        assertThat(terminal.run("dev", "--app=java.lang.String")).isEqualTo(2);
        assertThat(terminal.run("dev", "--classpath=" + folder.resolve("none.jar")))
                .isEqualTo(2);
        assertThat(terminal.err())
                .contains(
                        "com.example.None is not on the class path", "java.lang.String does not implement", "none.jar");
    }

    @Test
    void applicationComesFromItsOwnClassPath() throws IOException {
        compiled("Greeter", """
                import dev.stoa.protocol.MessageType;
                import dev.stoa.server.Stoa;
                import dev.stoa.server.router.Router;

                public class Greeter implements dev.stoa.server.StoaApp {
                    public void configure(Stoa.Builder server) {
                        MessageType<Void> hello = MessageType.of("HELLO");
                        server.router("/greeter", Router.create().onOpen(ctx -> ctx.send(hello)));
                    }
                }
                """);

        int exitCode = terminal.run(
                server -> {
                    try (Peer peer = Peer.connect(server.socketAddress() + "/greeter")) {
                        peer.next("HELLO");
                    }
                },
                "dev",
                "--port=0",
                "--api-port=0",
                "--classpath=" + folder,
                "--app=Greeter");

        assertThat(terminal.err()).isEmpty();
        assertThat(exitCode).isZero();
    }

    private Path written(String yaml) throws IOException {
        return Files.writeString(folder.resolve("stoa.yml"), yaml);
    }

    private void compiled(String name, String source) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        String classPath = System.getProperty("java.class.path");
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", classPath, "-d", folder.toString(), file.toString());
        assertThat(failed).isZero();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
