package dev.stoa.server.room.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Property;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.entity.Command;
import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Done;
import dev.stoa.server.entity.EntitySettings;
import dev.stoa.server.entity.EntityType;
import dev.stoa.server.entity.LocalPlacement;
import dev.stoa.server.store.Change;
import dev.stoa.server.store.Checkpoint;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.Owner;
import dev.stoa.server.store.Write;
import dev.stoa.server.wire.ManualTimers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RevocationsEntityTest {
    private static final EntityType TYPE = RevocationsEntity.type("revocations");
    private static final EntityId ID = new EntityId("revocations", "default");

    private final ManualTimers timers = new ManualTimers();
    private final MemoryStore store = new MemoryStore();
    private LocalPlacement placement = placement();

    @AfterEach
    void stop() {
        placement.close();
        store.close();
    }

    @Test
    void whatIsRevokedIsRefusedAndTheRestIsNot() {
        revoke(new Revocation.OfToken("t1", now()));

        assertThat(isRefused("t1")).isTrue();
        assertThat(isRefused("t2")).isFalse();
    }

    @Test
    void membersAreRevokedInTheirRoom() {
        revoke(new Revocation.OfMember(RoomKind.ROOM, "chat", "ada", now()));

        assertThat(ask(new RevocationCommand.Check(token("t"), RoomKind.ROOM, "chat"))
                        .refused())
                .isTrue();
        assertThat(ask(new RevocationCommand.Check(token("t"), RoomKind.ROOM, "other"))
                        .refused())
                .isFalse();
    }

    @Test
    void revocationsOutliveARestart() {
        revoke(new Revocation.OfToken("t1", now()));
        revoke(new Revocation.OfUser("ada", now()));

        restart();

        assertThat(isRefused("t1")).isTrue();
        assertThat(isRefused("t2")).isTrue();
    }

    @Test
    void revocationsOutliveARestartFromACheckpoint() {
        for (int i = 0; i < 2500; i++) {
            revoke(new Revocation.OfToken("t" + i, now()));
        }

        restart();

        assertThat(store.checkpoints(header().log())).isNotEmpty();
        for (int i = 0; i < 2500; i++) {
            assertThat(isRefused("t" + i)).isTrue();
        }
        assertThat(isRefused("t2500")).isFalse();
    }

    @Test
    void theSameRevocationTwiceIsKeptOnce() {
        Revocation revocation = new Revocation.OfToken("t1", now());

        revoke(revocation);
        revoke(revocation);

        assertThat(header().lastOffset()).isEqualTo(1);
    }

    @Test
    void aCheckAloneKeepsNothing() {
        assertThat(isRefused("t1")).isFalse();

        assertThat(store.header(ID)).isEmpty();
    }

    @Test
    void whatIsOverIsForgotten() {
        revoke(new Revocation.OfToken("early", now()));
        timers.advance(Duration.ofHours(5));
        revoke(new Revocation.OfToken("late", now()));

        timers.advance(Duration.ofHours(20).plusMinutes(2));

        assertThat(isRefused("early")).isFalse();
        assertThat(isRefused("late")).isTrue();
        timers.advance(Duration.ofHours(5));
        assertThat(isRefused("late")).isFalse();
        assertThat(header().wakeAt()).isEqualTo(Header.NEVER);
    }

    @Test
    void nothingIsForgottenEarly() {
        revoke(new Revocation.OfToken("t1", now()));

        timers.advance(Revocation.KEPT_FOR.minusMillis(1));

        assertThat(isRefused("t1")).isTrue();
    }

    @Test
    void whatIsOverIsForgottenAfterARestartToo() {
        revoke(new Revocation.OfToken("t1", now()));
        restart();

        timers.advance(Duration.ofHours(26));

        assertThat(isRefused("t1")).isFalse();
    }

    @Test
    void theLogIsLetGoOfBehindItsCheckpoints() {
        for (int day = 0; day < 3; day++) {
            for (int i = 0; i < 300; i++) {
                revoke(new Revocation.OfToken("t" + day + "-" + i, now()));
            }
            timers.advance(Duration.ofHours(26));
        }

        assertThat(header().lastOffset()).isEqualTo(900);
        assertThat(header().firstOffset()).isGreaterThan(300);
        revoke(new Revocation.OfToken("last", now()));
        restart();
        assertThat(isRefused("last")).isTrue();
    }

    @Test
    void aFullListRefusesOneMoreUntilSomeAreOver() {
        keepFullList();

        ProtocolException refused = (ProtocolException) Assertions.catchThrowableOfType(
                        CompletionException.class, () -> revoke(new Revocation.OfToken("more", now())))
                .getCause();

        assertThat(refused.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.name());
        assertThat(isRefused("t0")).isTrue();
        assertThat(isRefused("more")).isFalse();
        // Over, but not yet swept: a new one takes their place, now and when the log is folded again.
        timers.advance(Revocation.KEPT_FOR);
        revoke(new Revocation.OfToken("more", now()));
        restart();
        assertThat(isRefused("more")).isTrue();
    }

    @Test
    void aFailedEntityHoldsWhatItsLogFoldsTo() {
        Property.holds(10, chance -> {
            List<String> revoked = new ArrayList<>();
            String run = UUID.randomUUID().toString();
            for (int i = 0; i < 40; i++) {
                String jti = run + chance.between(0, 20);
                revoke(new Revocation.OfToken(jti, now()));
                revoked.add(jti);
                if (chance.onceIn(10)) {
                    restart();
                }
                timers.advance(Duration.ofSeconds(chance.between(0, 100)));
                assertThat(isRefused(run + "x")).isFalse();
            }
            assertThat(revoked).allMatch(this::isRefused);
        });
    }

    @Test
    void everyCommandAndAnswerGoesThroughTheCodec() {
        RoomToken full = new RoomToken(
                "default",
                RoomAudience.beginningWith(RoomKind.CHANNEL, "n\u00E9ws"),
                "sub",
                now().plusMillis(300_123),
                now(),
                "t1",
                Set.of(RoomOp.READ, RoomOp.ADMIN),
                "m1",
                "c1",
                RawJson.parse("{\"x\":1.10}"),
                RoomPrincipal.user("ada"));
        List<Record> records = List.of(
                new RevocationCommand.Revoke(new Revocation.OfToken("t1", now())),
                new RevocationCommand.Revoke(new Revocation.OfUser("ada", now())),
                new RevocationCommand.Revoke(new Revocation.OfMember(RoomKind.ROOM, "a/b", "m1", now())),
                new RevocationCommand.Check(full, RoomKind.ROOM, "chat"),
                new RevocationCommand.Check(token("t2"), RoomKind.CHANNEL, "chat"),
                new RevocationCommand.Checked(true),
                new Done());

        assertThat(records)
                .allSatisfy(
                        record -> assertThat(TYPE.codec().decode(TYPE.codec().encode(record)))
                                .isEqualTo(record));
        assertThat(TYPE.codec().types()).allSatisfy(type -> assertThat(records).anyMatch(type::isInstance));
    }

    private LocalPlacement placement() {
        var made = new LocalPlacement(
                store, timers, Runnable::run, () -> UUID.randomUUID().toString(), EntitySettings.usual());
        made.register(TYPE);
        made.start();
        return made;
    }

    /// What an entity would have kept that was told so many.
    private void keepFullList() {
        List<Revocation> many = new ArrayList<>();
        for (int i = 0; i < Revocations.MAX; i++) {
            many.add(new Revocation.OfToken("t" + i, now()));
        }
        byte[] state = CommandCodec.write(new RevocationsEntity.State(Revocations.of(many)));
        byte[] last = CommandCodec.write(new RevocationCommand.Revoke(many.getLast()));
        Header header = new Header(store.nextLog(), "e1", "active", 1, 1, timers.millis(), Header.NEVER, Map.of());
        CompletableFuture<Outcome> kept = new CompletableFuture<>();
        store.write(
                new Write(
                        ID,
                        new Owner(0, 1),
                        header,
                        List.of(new LogRecord(1, "revoked", timers.millis(), null, last)),
                        List.of(new Change.PutCheckpoint(new Checkpoint(1, state))),
                        Map.of()),
                kept::complete);
        assertThat(kept.join()).isInstanceOf(Outcome.Committed.class);
    }

    private void restart() {
        placement.close();
        placement = placement();
    }

    private void revoke(Revocation revocation) {
        ask(new RevocationCommand.Revoke(revocation));
    }

    private boolean isRefused(String jti) {
        return ask(new RevocationCommand.Check(token(jti), RoomKind.ROOM, "chat"))
                .refused();
    }

    private <R extends Record> R ask(Command<R> command) {
        return placement.ref(ID).ask(command, Duration.ofSeconds(5)).join();
    }

    private Header header() {
        return store.header(ID).orElseThrow();
    }

    private Instant now() {
        return Instant.ofEpochMilli(timers.millis());
    }

    private RoomToken token(String jti) {
        return new RoomToken(
                "default",
                RoomAudience.beginningWith(RoomKind.ROOM, ""),
                "ada",
                now().plusSeconds(300),
                now(),
                jti,
                RoomToken.USUAL_OPS,
                null,
                null,
                null,
                RoomPrincipal.user("ada"));
    }
}
