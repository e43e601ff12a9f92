package dev.stoa.server.entity;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.net.WheelTimers;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Scan;
import dev.stoa.server.store.jdbc.JdbcStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Tallies on SQLite in a process of its own, asked through a pipe. It ends by being killed.
///
/// A line `add NAME AMOUNT KEY` (`-` for no key) is answered by `ack NAME AMOUNT OFFSET` or `no AMOUNT CODE`;
/// `look NAME` by `sum NAME SUM ROW COUNTED` and, from the store, `log NAME AMOUNT AMOUNT ...`.
final class TallyProcess {
    private static final EntitySettings SETTINGS =
            new EntitySettings(100, 1024, 100_000, 8, 20, Duration.ofMillis(50), Duration.ofMillis(200));

    private final JdbcStore store;
    private final LocalPlacement placement;
    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    private TallyProcess(Path directory) {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        store = JdbcStore.sqlite(directory);
        placement = new LocalPlacement(
                store, WheelTimers.start(), threads, () -> UUID.randomUUID().toString(), SETTINGS);
        placement.register(Tally.type(new Tally.Diary()));
        placement.start();
    }

    public static void main(String[] arguments) throws Exception {
        new TallyProcess(Path.of(arguments[0])).serve();
    }

    private void serve() throws Exception {
        say("ready");
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                if (words[0].equals("add")) {
                    add(words[1], Long.parseLong(words[2]), words[3].equals("-") ? null : words[3]);
                } else {
                    look(words[1]);
                }
            }
        }
    }

    private EntityRef ref(String name) {
        return placement.ref(new EntityId(Tally.KIND, name));
    }

    private void add(String name, long amount, String key) {
        ref(name).ask(new TallyCommand.Add(amount, key), Duration.ofSeconds(30)).whenComplete((added, failure) -> {
            if (failure instanceof ProtocolException refused) {
                say("no " + amount + " " + refused.code());
            } else {
                say("ack " + name + " " + amount + " " + added.offset());
            }
        });
    }

    private void look(String name) {
        TallyCommand.View view =
                ref(name).ask(new TallyCommand.Look(), Duration.ofSeconds(30)).join();
        var log = new StringBuilder("log " + name);
        for (long next = 1; next <= view.lastOffset(); ) {
            var page = store.read(view.log(), Scan.ascending(next, view.lastOffset(), 1000));
            for (LogRecord record : page) {
                if (record.offset() != next++) {
                    throw new IllegalStateException("a hole before " + record.offset());
                }
                log.append(' ').append(ByteBuffer.wrap(record.body()).getLong());
            }
        }
        say(log.toString());
        say("sum " + name + " " + view.sum() + " " + view.row() + " " + view.counted());
    }

    private void say(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }
}
