package dev.stoa.server.room.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stoa.property.Property;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.PrincipalKind;
import dev.stoa.protocol.room.RevokeOptions;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RevocationsTest {
    private static final Instant NOW = HandClock.START;
    private static final RoomPrincipal ADA = RoomPrincipal.user("ada");

    @Test
    void aRevokedTokenIsRefusedEverywhere() {
        Revocations revocations = Revocations.NONE.with(new Revocation.OfToken("t1", NOW));

        assertThat(revocations.refuses(token("t1", ADA, null, NOW), RoomKind.ROOM, "chat"))
                .isTrue();
        assertThat(revocations.refuses(token("t1", ADA, null, NOW.plusSeconds(9)), RoomKind.CHANNEL, "news"))
                .isTrue();
        assertThat(revocations.refuses(token("t2", ADA, null, NOW), RoomKind.ROOM, "chat"))
                .isFalse();
    }

    @Test
    void aUsersRevocationConcernsWhatWasIssuedUntilThen() {
        Revocations revocations = Revocations.NONE.with(new Revocation.OfUser("ada", NOW));

        assertThat(refused(revocations, token("t", ADA, "m", NOW.minusSeconds(1))))
                .isTrue();
        assertThat(refused(revocations, token("t", ADA, "m", NOW))).isTrue();
        assertThat(refused(revocations, token("t", ADA, "m", NOW.plusMillis(1))))
                .isFalse();
        assertThat(refused(revocations, token("t", RoomPrincipal.user("bob"), "ada", NOW)))
                .isFalse();
    }

    @Test
    void aUserIsKnownByTheSubjectToo() {
        RoomPrincipal nameless = new RoomPrincipal(PrincipalKind.USER, "p1", null, null, null, null, "Ada");
        Revocations revocations = Revocations.NONE.with(new Revocation.OfUser("sub", NOW));

        assertThat(refused(revocations, token("t", nameless, null, NOW))).isTrue();
        assertThat(refused(revocations, token("t", RoomPrincipal.ANONYMOUS, null, NOW)))
                .isFalse();
    }

    @Test
    void aMembersRevocationConcernsOneRoom() {
        Revocations revocations = Revocations.NONE.with(new Revocation.OfMember(RoomKind.ROOM, "chat", "m1", NOW));
        RoomToken token = token("t", ADA, "m1", NOW);

        assertThat(revocations.refuses(token, RoomKind.ROOM, "chat")).isTrue();
        assertThat(revocations.refuses(token, RoomKind.ROOM, "chat2")).isFalse();
        assertThat(revocations.refuses(token, RoomKind.CHANNEL, "chat")).isFalse();
        assertThat(refused(revocations, token("t", ADA, "m1", NOW.plusMillis(1))))
                .isFalse();
    }

    @Test
    void aMemberWithoutAnIdOfItsOwnIsTheUser() {
        Revocations revocations = Revocations.NONE.with(new Revocation.OfMember(RoomKind.ROOM, "chat", "ada", NOW));

        assertThat(refused(revocations, token("t", ADA, null, NOW))).isTrue();
        assertThat(refused(revocations, token("t", ADA, "m1", NOW))).isFalse();
    }

    @Test
    void roomsWhoseNamesRunTogetherAreToldApart() {
        Revocations revocations = Revocations.NONE.with(new Revocation.OfMember(RoomKind.ROOM, "a:b", "c", NOW));

        assertThat(revocations.refuses(token("t", ADA, "b:c", NOW), RoomKind.ROOM, "a"))
                .isFalse();
    }

    @Test
    void ofTwoForTheSameTheLaterCounts() {
        Revocation early = new Revocation.OfUser("ada", NOW);
        Revocation late = new Revocation.OfUser("ada", NOW.plusSeconds(5));

        assertThat(Revocations.NONE.with(early).with(late).all()).containsExactly(late);
        assertThat(Revocations.NONE.with(late).with(early).all()).containsExactly(late);
    }

    @Test
    void aRevocationIsKeptAsLongAsATokenCouldBeAccepted() {
        Revocations revocations = Revocations.NONE.with(new Revocation.OfToken("t1", NOW));
        Instant over = NOW.plus(Duration.ofSeconds(86_400 + 60));

        assertThat(revocations.withoutExpired(over.minusMillis(1))).isSameAs(revocations);
        assertThat(revocations.withoutExpired(over)).isEqualTo(Revocations.NONE);
    }

    @Test
    void noTokenThatItConcernsIsAcceptedOnceItIsForgotten() {
        HandClock clock = new HandClock();
        TokenVerifier verifier = new TokenVerifier(Forge.INSTANCE, Forge.keys(), clock);
        // The worst case: the issuer's clock is fast by the skew, and the token lives as long as it may.
        long iat = NOW.getEpochSecond() + 30;
        String token = Forge.signed("""
                {"iss":"default","aud":"room:chat","sub":"ada","iat":%d,"exp":%d,"jti":"t1"}""".formatted(iat, iat + 86_400));
        Revocation revocation = new Revocation.OfToken("t1", NOW);

        clock.advance(Revocation.KEPT_FOR.minusMillis(1));
        Forge.valid(verifier.verify(token));
        assertThat(revocation.isOver(clock.instant())).isFalse();

        clock.advance(Duration.ofMillis(1));
        assertThat(Forge.reason(verifier.verify(token))).isEqualTo(RefusalReason.EXPIRED);
        assertThat(revocation.isOver(clock.instant())).isTrue();
    }

    @Test
    void oneTooManyIsRefusedAndTheRestStays() {
        List<Revocation> many = new ArrayList<>();
        for (int i = 0; i < Revocations.MAX; i++) {
            many.add(new Revocation.OfToken("t" + i, NOW));
        }
        Revocations full = Revocations.of(many);

        ProtocolException refused =
                catchThrowableOfType(ProtocolException.class, () -> full.with(new Revocation.OfToken("more", NOW)));

        assertThat(refused.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.name());
        assertThat(refused).hasMessageStartingWith("100001 revocations of tokens exceed 100000");
        assertThat(full.with(new Revocation.OfToken("t7", NOW.plusSeconds(1))).size())
                .isEqualTo(Revocations.MAX);
    }

    @Test
    void jsonGivesThemBack() {
        Revocations revocations = Revocations.NONE
                .with(new Revocation.OfMember(RoomKind.CHANNEL, "a/b", "m1", NOW.plusMillis(1)))
                .with(new Revocation.OfUser("ada", NOW))
                .with(new Revocation.OfToken("t1", NOW.plusMillis(2)));

        String json = Json.mapper().writeValueAsString(revocations);

        assertThat(json)
                .isEqualTo("[{\"of\":\"user\",\"userId\":\"ada\",\"at\":\"2026-03-01T12:00:00Z\"},"
                        + "{\"of\":\"member\",\"kind\":\"channel\",\"room\":\"a/b\",\"memberId\":\"m1\","
                        + "\"at\":\"2026-03-01T12:00:00.001Z\"},"
                        + "{\"of\":\"token\",\"jti\":\"t1\",\"at\":\"2026-03-01T12:00:00.002Z\"}]");
        assertThat(Json.mapper().readValue(json, Revocations.class)).isEqualTo(revocations);
        Revocation one = revocations.all().getFirst();
        assertThat(Json.mapper().readValue(Json.mapper().writeValueAsString(one), Revocation.class))
                .isEqualTo(one);
    }

    @Test
    void addingOneByOneEqualsAddingAtOnceInAnyOrder() {
        Property.holds(300, chance -> {
            List<Revocation> said = new ArrayList<>();
            for (int i = chance.between(0, 40); i > 0; i--) {
                String id = "id" + chance.between(0, 9);
                Instant at = NOW.plusMillis(chance.between(0, 5) * 50_000_000L);
                said.add(
                        switch (chance.between(0, 2)) {
                            case 0 -> new Revocation.OfToken(id, at);
                            case 1 -> new Revocation.OfUser(id, at);
                            default -> new Revocation.OfMember(RoomKind.ROOM, "r" + chance.between(0, 2), id, at);
                        });
            }

            Revocations folded = Revocations.NONE;
            for (Revocation revocation : said) {
                folded = folded.with(revocation);
            }

            assertThat(folded).isEqualTo(Revocations.of(said)).hasSameHashCodeAs(Revocations.of(said));
            assertThat(Revocations.of(said.reversed())).isEqualTo(folded);
            assertThat(folded.size()).isEqualTo(folded.all().size());
            RoomToken token =
                    token("id1", RoomPrincipal.user("id2"), "id3", NOW.plusMillis(chance.between(0, 250_000_000)));
            assertThat(folded.refuses(token, RoomKind.ROOM, "r1"))
                    .isEqualTo(said.stream().anyMatch(one -> concerns(one, token)));
        });
    }

    /// The rule, said once more.
    private static boolean concerns(Revocation revocation, RoomToken token) {
        return switch (revocation) {
            case Revocation.OfToken of -> of.jti().equals("id1");
            case Revocation.OfUser of -> of.userId().equals("id2") && !of.at().isBefore(token.issuedAt());
            case Revocation.OfMember of ->
                of.room().equals("r1")
                        && of.memberId().equals("id3")
                        && !of.at().isBefore(token.issuedAt());
        };
    }

    @Test
    void optionsBecomeARevocation() {
        RoomAddress room = new RoomAddress(RoomKind.ROOM, "chat");

        assertThat(Revocation.of(new RevokeOptions("t1", null, null), room, NOW))
                .isEqualTo(new Revocation.OfToken("t1", NOW));
        assertThat(Revocation.of(new RevokeOptions(null, "ada", null), room, NOW))
                .isEqualTo(new Revocation.OfUser("ada", NOW));
        assertThat(Revocation.of(new RevokeOptions(null, null, "m1"), room, NOW))
                .isEqualTo(new Revocation.OfMember(RoomKind.ROOM, "chat", "m1", NOW));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, -, 'exactly one of jti, userId and memberId must be given, not 0'",
                "a, b, -, 'exactly one of jti, userId and memberId must be given, not 2'",
                "'', -, -, jti is empty",
                "-, -, '', memberId is empty"
            })
    void otherOptionsAreRefused(
            @Nullable String jti, @Nullable String userId, @Nullable String memberId, String message) {
        RoomAddress room = new RoomAddress(RoomKind.ROOM, "chat");

        ProtocolException refused = catchThrowableOfType(
                ProtocolException.class, () -> Revocation.of(new RevokeOptions(jti, userId, memberId), room, NOW));

        assertThat(refused).hasMessage(message);
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT.name());
    }

    private static boolean refused(Revocations revocations, RoomToken token) {
        return revocations.refuses(token, RoomKind.ROOM, "chat");
    }

    private static RoomToken token(String jti, RoomPrincipal actor, @Nullable String memberId, Instant issuedAt) {
        return new RoomToken(
                "default",
                RoomAudience.beginningWith(RoomKind.ROOM, ""),
                "sub",
                issuedAt.plusSeconds(300),
                issuedAt,
                jti,
                RoomToken.USUAL_OPS,
                memberId,
                null,
                null,
                actor);
    }
}
