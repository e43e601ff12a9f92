package dev.stoa.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.app.api.RunningApi.Answer;
import dev.stoa.server.http.ApiSettings;
import dev.stoa.server.room.RoomLimits;
import dev.stoa.server.room.RoomsOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each limit has an error of its own and leaves the room usable (rooms protocol, section 11, row 13).
class LimitsOverHttpTest {
    private final RunningApi api = RunningApi.start(
            RoomsOptions.named("main").withLimits(new RoomLimits(200, 60, 40, 2, 10, 8, 100_000, 10, 100)),
            ApiSettings.keyless().withMaxBodyBytes(4096));

    @AfterEach
    void roomIsUsableAndTheServerGoes() {
        assertThat(api.post("rooms/a/publish", "{\"type\":\"said\"}").status()).isEqualTo(200);
        api.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            publish            | {"type":"t","data":"LONG200"}           | 413 | message of 202 bytes exceeds 200
            broadcast          | {"type":"t","data":"LONG200"}           | 413 | message of 202 bytes exceeds 200
            publish            | {"type":"t","metadata":{"m":"LONG60"}}  | 413 | message metadata of 68 bytes exceeds 60
            metadata           | {"metadata":{"m":"LONG60"}}             | 413 | room metadata of 68 bytes exceeds 60
            join               | {"metadata":{"m":"LONG60"}}             | 413 | member metadata of 68 bytes exceeds 60
            join               | {"presence":{"p":"LONG40"}}             | 413 | presence of 48 bytes exceeds 40
            presence           | {"presence":{"p":"LONG40"}}             | 413 | presence of 48 bytes exceeds 40
            authorize          | {"presence":{"p":"LONG40"}}             | 413 | presence of 48 bytes exceeds 40
            document/updates   | {"update":"LONG200"}                    | 413 | update of 202 bytes exceeds 200
            document/awareness | {"clientId":"c","state":{"p":"LONG40"}} | 413 | awareness state of 48 bytes exceeds 40
            publish            | {"type":"LONG129"}                      | 400 | message type of 129 characters exceeds 128
            publish            | {"type":""}                             | 400 | message type is empty
            publish            | {"type":"t","data":[[[[[[[[[1]]]]]]]]]} | 400 | message data is nested 9 deep which exceeds 8
            publish            | {"type":"t","metadata":[1]}             | 400 | message metadata must be a JSON object
            join               | {"memberId":"LONG257"}                  | 400 | memberId of 257 characters exceeds 256
            authorize          | {"ttlSeconds":86401}                    | 400 | 86400
            authorize          | {"ttlSeconds":0}                        | 400 | ttlSeconds
            publish            | {"type":"t","data":"LONG5000"}          | 413 | exceeds 4096
            """)
    void whatIsTooMuchIsNamedWithItsLimit(String operation, String body, int status, String words) {
        Answer refused = api.post("rooms/a/" + operation, filled(body));

        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.body().path("code").asString()).isEqualTo("INVALID_ARGUMENT");
        assertThat(refused.body().path("retryable").asBoolean()).isFalse();
        assertThat(refused.body().path("detail").asString().replace(",", "")).contains(words);
        if (status == 413) {
            assertThat(refused.body().path("details").path("size").asInt())
                    .isGreaterThan(refused.body().path("details").path("limit").asInt());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            history?limit=0       | limit is 1 to 1000
            history?limit=1001    | limit is 1 to 1000
            members?limit=1001    | limit is 1 to 1000
            snapshots?limit=-1    | limit is 1 to 1000
            document?limit=1001   | limit is 1 to 1000
            """)
    void pagesHaveALimit(String path, String words) {
        Answer refused = api.get("rooms/a/" + path);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().path("detail").asString().replace(",", "")).contains(words);
    }

    @Test
    void nameThatIsTooLongIsRefused() {
        assertThat(api.post("rooms/" + "n".repeat(256) + "/publish", "{\"type\":\"t\"}")
                        .status())
                .isEqualTo(200);
        assertThat(api.post("rooms/" + "n".repeat(257) + "/publish", "{\"type\":\"t\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void roomThatIsFullTellsWhenToTryAgain() {
        api.as("one").post("rooms/full/join", "{}").good();
        api.as("two").post("rooms/full/join", "{}").good();

        Answer refused = api.as("three").post("rooms/full/join", "{}");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body().path("code").asString()).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(refused.body().path("retryable").asBoolean()).isTrue();
        assertThat(Integer.parseInt(refused.header("retry-after"))).isPositive();
        assertThat(api.as("one").post("rooms/full/join", "{}").status()).isEqualTo(200);
    }

    private static String filled(String body) {
        String filled = body;
        for (int length : new int[] {5000, 257, 200, 129, 60, 40}) {
            filled = filled.replace("LONG" + length, "x".repeat(length));
        }
        return filled;
    }
}
