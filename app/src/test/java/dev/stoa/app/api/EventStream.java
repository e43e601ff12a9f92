package dev.stoa.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads server-sent events one by one. Confined to one thread.
final class EventStream implements AutoCloseable {
    private final BufferedReader lines;

    /// @param name `comment` for one, whose text is the data
    record Event(@Nullable String id, String name, String data) {
        /// The counter and the data, with apostrophes for quotes.
        String text() {
            return name + " " + data.replace('"', '\'');
        }
    }

    private EventStream(InputStream in) {
        this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    static EventStream of(HttpResponse<InputStream> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
        return new EventStream(answer.body());
    }

    /// The next event or comment; null when the stream has ended as it should.
    @Nullable
    Event read() throws IOException {
        String id = null;
        String name = "message";
        String data = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                return new Event(id, name, data);
            } else if (line.startsWith(":")) {
                name = "comment";
                data = line.substring(1);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else {
                throw new AssertionError("not a line of an event: " + line);
            }
        }
        return null;
    }

    /// The next event, comments passed over.
    Event next() throws IOException {
        Event event = read();
        while (event != null && event.name().equals("comment")) {
            event = read();
        }
        assertThat(event).as("an event").isNotNull();
        return event;
    }

    /// The next event's name and data.
    String text() throws IOException {
        return next().text();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
