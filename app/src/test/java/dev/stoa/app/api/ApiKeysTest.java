package dev.stoa.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.app.api.RunningApi.Answer;
import dev.stoa.server.http.ActorHeaders;
import dev.stoa.server.http.ApiKey;
import dev.stoa.server.http.ApiSettings;
import dev.stoa.server.http.Scope;
import dev.stoa.server.room.RoomsOptions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may ask for what, and in whose name (rooms protocol, sections 2 and 10; section 11, row 11).
class ApiKeysTest {
    private static final String PRINCIPAL = "{\"kind\":\"user\",\"id\":\"eve\",\"userId\":\"eve\"}";

    private RunningApi api = start(RoomsOptions.named("main"));

    private static RunningApi start(RoomsOptions options) {
        return RunningApi.start(
                options,
                ApiSettings.keyless()
                        .withKeys(List.of(
                                key("reader", Set.of(Scope.READ), false),
                                key("writer", Set.of(Scope.PUBLISH), false),
                                key("delegate", Set.of(Scope.PUBLISH), true),
                                key("owner", Set.of(Scope.ADMIN), false))));
    }

    private static ApiKey key(String name, Set<Scope> scopes, boolean actor) {
        return new ApiKey(name, scopes, actor, ApiKey.hashOf("secret of " + name));
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void withoutAKeyNothingIsAnswered() {
        for (String path : List.of("rooms", "stats", "connections", "/v1/instances", "/v1/nothing")) {
            Answer refused = api.get(path);

            assertThat(refused.status()).as(path).isEqualTo(401);
            assertThat(refused.header("www-authenticate")).startsWith("Bearer");
            assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong", "secret of reader ", "SECRET OF READER", "sha256:00", "x"})
    void unknownKeyIsRefusedWithoutBeingRepeated(String wrong) {
        Answer refused = api.with(wrong + "!").get("rooms");

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.response().body()).doesNotContain(wrong + "!");
    }

    @Test
    void everyScopeOpensItsRoutesAndNoOther() {
        api.with("secret of reader");
        assertThat(api.get("rooms").status()).isEqualTo(200);
        assertThat(api.post("rooms/a/publish", "{\"type\":\"said\"}").status()).isEqualTo(403);
        assertThat(api.post("rooms/a/destroy", "{}").status()).isEqualTo(403);

        api.with("secret of writer");
        assertThat(api.get("rooms").status()).isEqualTo(403);
        assertThat(api.post("rooms/a/publish", "{\"type\":\"said\"}").status()).isEqualTo(200);
        assertThat(api.post("rooms/a/authorize", "{}").status()).isEqualTo(403);

        api.with("secret of owner");
        assertThat(api.get("rooms").status()).isEqualTo(403);
        assertThat(api.delete("users/bob/connections").status()).isEqualTo(200);
        Answer refused = api.post("rooms/a/publish", "{\"type\":\"said\"}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body().path("detail").asString()).isEqualTo("API key owner lacks the scope publish");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publish {'type':'said','actor':A}",
                "broadcast {'type':'said','actor':A}",
                "join {'actor':A}",
                "leave {'actor':A}",
                "presence {'presence':{},'actor':A}",
                "metadata {'metadata':{},'actor':A}",
                "document/updates {'update':1,'actor':A}",
                "document/awareness {'clientId':'c','state':{},'actor':A}",
                "document/yjs {'updateBase64':'AAA=','actor':A}"
            })
    void actorIsNamedByThoseWithTheRightOnly(String call) {
        String operation = call.substring(0, call.indexOf(' '));
        String body = call.substring(call.indexOf(' ') + 1).replace('\'', '"').replace("A}", PRINCIPAL + "}");

        Answer refused = api.with("secret of writer").post("rooms/a/" + operation, body);
        Answer allowed = api.with("secret of delegate").post("rooms/a/" + operation, body);

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body().path("detail").asString()).isEqualTo("API key writer may not name an actor");
        assertThat(allowed.status()).isNotIn(401, 403);
    }

    @Test
    void tokenForAnActorNeedsTheRightToo() {
        Answer refused = api.with("secret of owner").post("rooms/a/authorize", "{\"actor\":" + PRINCIPAL + "}");

        assertThat(refused.status()).isEqualTo(403);
    }

    @Test
    void headersSayWhoActsWithAValidKey() {
        api.with("secret of writer").as("ada");

        Answer published = api.post(
                "rooms/a/publish",
                "{\"type\":\"said\"}",
                "x-session-id",
                "s1",
                "x-tenant-id",
                "t1",
                "x-user-email",
                "ada@example.org",
                "x-user-name",
                "Ada L.");

        assertThat(published.good().path("actor").toString())
                .isEqualTo("{\"kind\":\"user\",\"id\":\"ada\",\"userId\":\"ada\",\"sessionId\":\"s1\","
                        + "\"tenantId\":\"t1\",\"email\":\"ada@example.org\",\"displayName\":\"Ada L.\"}");
    }

    @Test
    void nobodyKnownIsRefusedUnlessAnonymousActorsAreAllowed() {
        Answer refused = api.with("secret of writer").as(null).post("rooms/a/publish", "{\"type\":\"said\"}");
        Answer bySession = api.post("rooms/a/publish", "{\"type\":\"said\"}", "x-session-id", "s1");
        api.close();
        api = start(RoomsOptions.named("main").allowingAnonymous());
        Answer allowed = api.with("secret of writer").as(null).post("rooms/a/publish", "{\"type\":\"said\"}");

        assertThat(refused.status()).isEqualTo(401);
        assertThat(bySession.status()).isEqualTo(401);
        assertThat(allowed.good().path("actor").path("kind").asString()).isEqualTo("anonymous");
    }

    @Test
    void headersCountForNothingWhereTheInstanceSaysSo() {
        api.close();
        api = start(RoomsOptions.named("main").withAutoResolveUser(false));

        assertThat(api.with("secret of writer")
                        .as("ada")
                        .post("rooms/a/publish", "{\"type\":\"said\"}")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void headersHaveTheNamesThatAreConfigured() {
        api.close();
        api = RunningApi.start(
                RoomsOptions.named("main"),
                ApiSettings.keyless()
                        .withActorHeaders(new ActorHeaders("x-who", "x-sess", "x-ten", "x-mail", "x-called")));

        Answer byNew =
                api.as(null).post("rooms/a/publish", "{\"type\":\"said\"}", "x-who", "bob", "x-called", "Zo\u00eb");
        Answer byOld = api.as("ada").post("rooms/a/publish", "{\"type\":\"said\"}");

        assertThat(byNew.good().path("actor").path("userId").asString()).isEqualTo("bob");
        assertThat(byOld.status()).isEqualTo(401);
    }

    @Test
    void keysAreComparedByHashAndNeverShown() {
        ApiKey key = key("shown", Set.of(Scope.READ), false);

        assertThat(key.toString()).isEqualTo("ApiKey[shown]");
        assertThat(key.hash()).startsWith("sha256:").hasSize(71).doesNotContain("secret");
    }
}
