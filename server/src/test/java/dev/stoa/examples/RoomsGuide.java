package dev.stoa.examples;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.AuthorizeResult;
import dev.stoa.protocol.room.AwarenessOptions;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.DiffResult;
import dev.stoa.protocol.room.DocumentResult;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.HistoryResult;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.MembersOptions;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.MetadataOptions;
import dev.stoa.protocol.room.PublishResult;
import dev.stoa.protocol.room.RevokeOptions;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.StateResult;
import dev.stoa.protocol.room.Stats;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.server.Stoa;
import dev.stoa.server.room.Channel;
import dev.stoa.server.room.Coordinator;
import dev.stoa.server.room.Coordinator.BroadcastOptions;
import dev.stoa.server.room.HookRoom;
import dev.stoa.server.room.Lifecycle;
import dev.stoa.server.room.Observability;
import dev.stoa.server.room.Retention;
import dev.stoa.server.room.Room;
import dev.stoa.server.room.RoomHooks;
import dev.stoa.server.room.RoomLimits;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import dev.stoa.server.room.token.TokenKey;
import dev.stoa.server.room.token.TokenKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The examples of docs/rooms.md, so that they compile and run. Each method is one section.
class RoomsGuide {
    record Said(String text) {}

    static Stoa start(Path directory) {
        Rooms rooms = Rooms.create("main");
        Stoa stoa = Stoa.builder().port(0).data(directory).rooms(rooms).start();
        return stoa;
    }

    static Rooms options() {
        RoomsOptions options = RoomsOptions.named("support")
                .withBinding("helpdesk")
                .withPresenceTtl(Duration.ofSeconds(30))
                .withLifecycle(new Lifecycle(Duration.ofMinutes(5), Duration.ofDays(1), true))
                .withHistory(new Retention(100_000, Duration.ofDays(90)))
                .withLimits(RoomLimits.usual().withMaxMembers(500));
        return Rooms.create(options);
    }

    static Room publishing(Rooms rooms) {
        Room lobby = rooms.room("lobby").as(RoomPrincipal.user("ada"));

        PublishResult kept = lobby.publish("said", new Said("hello"));
        System.out.println("message " + kept.messageId() + " at offset " + kept.offset());
        return lobby;
    }

    static void once(Room lobby) {
        MessageInput paid = MessageInput.of("paid", Map.of("order", 4711)).withIdempotencyKey("order-4711");
        lobby.publish(paid);
        PublishResult again = lobby.publish(paid);
        System.out.println(again.duplicate());
    }

    static void withoutWaiting(Room lobby) {
        lobby.async()
                .publish(MessageInput.of("said", new Said("later")))
                .thenAccept(kept -> System.out.println("kept at " + kept.offset()));
    }

    static void channel(Rooms rooms) {
        Channel news = rooms.channel("news").as(RoomPrincipal.user("editor"));
        news.publish("headline", Map.of("title", "Stoa opens"));
    }

    static void members(Room lobby) {
        Member ada = lobby.join(
                JoinOptions.none().withMetadata(Map.of("role", "host")).withPresence(Map.of("status", "here")));
        lobby.presence(Map.of("typing", true));
        for (Member member : lobby.members().members()) {
            System.out.println(member.memberId() + " since " + member.joinedAt() + ": " + member.presence());
        }
        lobby.leave();
        System.out.println(ada.memberId());
    }

    static void pagesOfMembers(Room lobby) {
        String cursor = null;
        do {
            var page = lobby.members(new MembersOptions(100, cursor));
            page.members().forEach(member -> System.out.println(member.memberId()));
            cursor = page.cursor();
        } while (cursor != null);
    }

    static void metadata(Room lobby) {
        lobby.metadata(Map.of("topic", "winter", "open", true));
        lobby.metadata(RawJson.parse("{\"open\":null}"));
        lobby.metadata(MetadataOptions.of(Map.of("topic", "spring")).replacing());
        System.out.println(lobby.metadata().metadata());
    }

    static void history(Room lobby) {
        HistoryResult newest = lobby.history();
        HistoryResult older = lobby.history(HistoryOptions.latest().withCursor(newest.cursor()));
        HistoryResult today = lobby.history(HistoryOptions.latest()
                .ofTypes("said", "paid")
                .between(Instant.now().minus(Duration.ofDays(1)), null)
                .withLimit(50));
        System.out.println(older.items().size() + " " + today.items().size());
    }

    static LogPosition follow(Room lobby, LogPosition known) {
        HistoryResult missed = lobby.history(HistoryOptions.after(known));
        if (missed.gap()) {
            reload(lobby);
        }
        missed.items().forEach(message -> System.out.println(message.data()));
        long last = missed.items().isEmpty()
                ? missed.offset()
                : missed.items().getLast().offset();
        return new LogPosition(missed.epoch(), last);
    }

    private static void reload(Room lobby) {
        lobby.state();
    }

    static void snapshots(Room lobby) {
        String snapshotId = lobby.snapshot().snapshotId();
        lobby.metadata(Map.of("topic", "something else"));
        lobby.restore(snapshotId);
        System.out.println(lobby.snapshots().snapshots().size());
    }

    static void timeTravel(Room lobby, long offset) {
        StateResult then = lobby.at(offset);
        StateResult anHourAgo = lobby.at(Instant.now().minus(Duration.ofHours(1)));
        DiffResult changed = lobby.diff(then.offset(), lobby.state().offset());
        System.out.println(then.metadata() + " " + anHourAgo.offset() + " " + changed.messages());
        lobby.branch("lobby-what-if", offset);
    }

    static void documents(Rooms rooms) {
        Room drawing = rooms.room("drawing").as(RoomPrincipal.user("ada"));
        drawing.applyUpdate(
                UpdateOptions.of(Map.of("op", "line", "to", List.of(3, 4))).from("tablet-1", 17));
        drawing.awareness(new AwarenessOptions("tablet-1", RawJson.of(Map.of("cursor", List.of(3, 4))), null));

        DocumentResult document = drawing.document();
        document.updates().forEach(update -> System.out.println(update.clock() + ": " + update.update()));
        document.awareness().forEach(device -> System.out.println(device.clientId() + ": " + device.state()));
    }

    static AuthorizeResult tokens(Rooms rooms) {
        RoomPrincipal ada = RoomPrincipal.user("ada");
        AuthorizeResult entry = rooms.room("lobby")
                .authorize(AuthorizeOptions.of(ada).withTtlSeconds(600).allowing(RoomOp.READ, RoomOp.PUBLISH));
        System.out.println(entry.url() + " " + entry.protocols());
        return entry;
    }

    static void revoke(Rooms rooms) {
        rooms.room("lobby").revoke(RevokeOptions.ofUser("ada"));
    }

    static Rooms withKeys(byte[] secretOf32BytesOrMore) {
        TokenKeys keys = TokenKeys.of(TokenKey.ofSecret("2026-11", secretOf32BytesOrMore));
        Rooms rooms = Rooms.create("main").withKeys(keys);
        return rooms;
    }

    static class Doorkeeper implements RoomHooks {
        @Override
        public void onJoin(HookRoom room, Member member) {
            if (room.memberCount() >= 50) {
                throw ProtocolException.of(ErrorCode.RESOURCE_EXHAUSTED, "the room is full");
            }
            room.setState("lastGuest", member.memberId());
        }
    }

    static Rooms hooks() {
        Rooms rooms = Rooms.create("main").withHooks(new Doorkeeper());
        return rooms;
    }

    static int coordinator(Rooms rooms) {
        Coordinator game = rooms.room("game:1").coordinator();
        game.join("ada", Map.of("colour", "white"));
        game.join("ben", Map.of("colour", "black"));
        game.broadcast("moved", Map.of("from", "e2", "to", "e4"), BroadcastOptions.toAllBut("ada"));
        game.updateMemberMetadata("ben", Map.of("toMove", true));
        game.setRoomState("ply", 1);
        return game.memberCount();
    }

    static void errors(Room lobby) {
        try {
            lobby.publish("said", new Said("x".repeat(100_000)));
        } catch (ProtocolException refused) {
            System.out.println(refused.code() + ": " + refused.getMessage());
        }
    }

    static void ending(Room lobby) {
        System.out.println(lobby.lifecycle().status());
        lobby.destroy(DestroyOptions.deletingAll());
    }

    static Stats stats(Stoa stoa) {
        Rooms rooms = stoa.rooms("main");
        return rooms.stats();
    }

    static Rooms observing() {
        RoomsOptions traced = RoomsOptions.named("main")
                .withObservability(Observability.usual().withTraces(0.1));
        Rooms rooms = Rooms.create(traced)
                .withObserver(done ->
                        System.out.println(done.name() + " took " + done.took().toMillis() + " ms"));
        return rooms;
    }
}
