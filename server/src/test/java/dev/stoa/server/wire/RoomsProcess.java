package dev.stoa.server.wire;

import dev.stoa.server.Stoa;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A server of rooms in a process of its own, to be killed. It lets everybody in and tells its port.
final class RoomsProcess implements AutoCloseable {
    private final Process process;
    private final int port;

    private RoomsProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static RoomsProcess start(Path data) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
        command.addAll(List.of(System.getProperty("java.class.path"), RoomsProcess.class.getName(), data.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output = process.inputReader();
        String port = output.readLine();
        if (port == null) {
            throw new AssertionError(
                    "the server did not start, exit " + process.onExit().join().exitValue());
        }
        return new RoomsProcess(process, Integer.parseInt(port));
    }

    int port() {
        return port;
    }

    /// Kills it as `kill -9` does.
    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    public static void main(String[] args) throws InterruptedException {
        Rooms rooms = Rooms.create(RoomsOptions.named("main").allowingAnonymous());
        Stoa stoa = Stoa.builder().port(0).data(Path.of(args[0])).rooms(rooms).start();
        System.out.println(stoa.port());
        stoa.awaitStop();
    }
}
