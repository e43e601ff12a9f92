package dev.stoa.client;

import static dev.stoa.client.ReadmeExample.Chat.GET_USER;
import static dev.stoa.client.ReadmeExample.Chat.SAID;
import static dev.stoa.client.ReadmeExample.Chat.SAY;

import dev.stoa.client.error.ConnectionClosedException;
import dev.stoa.client.error.RequestTimeoutException;
import dev.stoa.client.error.RpcException;
import dev.stoa.client.room.Channel;
import dev.stoa.client.room.Room;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LogPosition;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/// The examples of the module's README, kept where the compiler sees them.
final class ReadmeExample {
    // snippet: contracts
    record Say(@NotBlank String text) {}

    record Said(String user, String text) {}

    record GetUser(@NotBlank String id) {}

    record User(String id, String name) {}

    interface Chat {
        MessageType<Say> SAY = MessageType.of("SAY", Say.class);
        MessageType<Said> SAID = MessageType.of("SAID", Said.class);
        RpcType<GetUser, User> GET_USER = RpcType.of("GET_USER", GetUser.class, "USER", User.class);
    }
    // end

    private ReadmeExample() {}

    // snippet: first
    static String greet(String url) {
        try (var client = StoaClient.builder(url).token(() -> "dev:ada").open()) {
            client.on(SAID, message -> System.out.println(message.payload().text()));
            client.send(SAY, new Say("hello"));
            User user = client.request(GET_USER, new GetUser("1")).payload();
            return user.name();
        }
    }
    // end

    // snippet: failures
    static String nameOf(StoaClient client, String id) {
        try {
            return client.request(
                            GET_USER,
                            new GetUser(id),
                            RequestOptions.within(Duration.ofSeconds(5))
                                    .onProgress(report -> System.out.println("so far: " + report)))
                    .payload()
                    .name();
        } catch (RpcException refused) {
            return refused.retryable() ? "ask again" : "refused: " + refused.code();
        } catch (RequestTimeoutException late) {
            return "too late";
        } catch (ConnectionClosedException lost) {
            return "connection lost; whether the server did it is unknown";
        }
    }
    // end

    // snippet: lifecycle
    static StoaClient chat(String url, TokenSource tokens) {
        var client = StoaClient.builder(url)
                .token(tokens)
                .tokenIn(TokenPlacement.header())
                .reconnect(Reconnect.standard().withMaxAttempts(20))
                .queue(QueuePolicy.DROP_OLDEST, 100)
                .build();
        client.onState(state -> {
            if (state == ClientState.OPEN) {
                client.send(SAY, new Say("I am here again"));
            }
            boolean unwelcome =
                    client.lastClose().filter(close -> close.code() == 4401).isPresent();
            if (state == ClientState.RECONNECTING && unwelcome) {
                client.close();
            }
        });
        client.onError(fault -> System.err.println(fault));
        client.connectAsync();
        return client;
    }
    // end

    // snippet: roomOfItsOwn
    record Hello(String text) {}

    static void greetRoom(String server, TokenSource tokens) {
        try (Room room = Room.builder(server, "chat").token(tokens).build()) {
            room.on(
                    "hello",
                    Hello.class,
                    (hello, message) -> System.out.println(message.actor() + ": " + hello.text()));
            room.onMember(change ->
                    System.out.println(change.event() + " " + change.member().memberId()));
            room.join(JoinOptions.none().withPresence(Map.of("mood", "good")));
            long offset = room.publish("hello", new Hello("hi")).join().offset();
            System.out.println(
                    "kept as number " + offset + ", heard by " + room.members().size());
        }
    }
    // end

    // snippet: sharedSocket
    static void follow(StoaClient client) {
        Room chat = client.room("chat");
        Channel news = client.channel("news");
        chat.onMessage(message -> System.out.println(message.data()));
        news.onMessage(message -> System.out.println(message.data()));
        chat.join();
        news.subscribe();
    }
    // end

    // snippet: gaps
    static void reload(Room room, Consumer<HistoryMessage> shown) {
        room.onMessage(shown);
        room.onGap(gap -> {
            boolean sameLife = gap.after().epoch().equals(gap.upTo().epoch());
            HistoryOptions wanted = sameLife
                    ? HistoryOptions.after(gap.after())
                    : HistoryOptions.after(new LogPosition(gap.upTo().epoch(), 0));
            room.messages(wanted)
                    .takeWhile(message -> message.offset() <= gap.upTo().offset())
                    .forEach(shown);
        });
        room.onEnded(over -> System.out.println(over.reason()));
    }
    // end
}
