package dev.stoa.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.app.api.RunningApi.Answer;
import dev.stoa.server.store.jdbc.JdbcStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What is kept stays, once and in order (rooms protocol, section 11, rows 4 and 5).
class HistoryOverHttpTest {
    @TempDir
    Path data;

    @Test
    void idempotencyKeyHoldsAcrossARestart() {
        String input = "{\"type\":\"order\",\"data\":{\"n\":1},\"idempotencyKey\":\"k\"}";
        JsonNode first;
        try (RunningApi api = RunningApi.on(JdbcStore.sqlite(data))) {
            first = api.post("rooms/shop/publish", input).good();
            assertThat(api.post("rooms/shop/publish", input)
                            .good()
                            .path("duplicate")
                            .asBoolean())
                    .isTrue();
        }

        try (RunningApi api = RunningApi.on(JdbcStore.sqlite(data))) {
            JsonNode again = api.post("rooms/shop/publish", input).good();
            Answer other = api.post("rooms/shop/publish", input.replace("\"n\":1", "\"n\":2"));

            assertThat(first.path("duplicate").asBoolean()).isFalse();
            assertThat(again.path("duplicate").asBoolean()).isTrue();
            assertThat(again.path("messageId")).isEqualTo(first.path("messageId"));
            assertThat(again.path("offset")).isEqualTo(first.path("offset"));
            assertThat(other.status()).isEqualTo(409);
            assertThat(other.body().path("code").asString()).isEqualTo("ALREADY_EXISTS");
            assertThat(api.get("rooms/shop/history").good().path("items")).hasSize(1);
        }
    }

    @Test
    void pagesHaveNoHoleAndNoRepeatWhileMessagesArrive() {
        try (RunningApi api = RunningApi.start()) {
            for (int i = 0; i < 25; i++) {
                publish(api);
            }
            List<Long> seen = new ArrayList<>();
            String cursor = null;
            do {
                JsonNode page = api.get("rooms/busy/history?limit=4" + (cursor == null ? "" : "&cursor=" + cursor))
                        .good();
                page.path("items").forEach(item -> seen.add(item.path("offset").asLong()));
                cursor = page.path("cursor").asString(null);
                publish(api);
            } while (cursor != null);

            assertThat(seen)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, 25)
                            .map(i -> 26 - i)
                            .boxed()
                            .toList());
        }
    }

    private static void publish(RunningApi api) {
        api.post("rooms/busy/publish", "{\"type\":\"tick\"}").good();
    }
}
