package dev.stoa.client.room;

import dev.stoa.client.StoaClient;
import dev.stoa.client.StoaClientBuilder;
import dev.stoa.client.TokenPlacement;
import dev.stoa.client.TokenSource;
import dev.stoa.protocol.room.RoomKind;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Describes a room or channel with a socket of its own (rooms protocol, sections 6 and 7). Confined to one
/// thread.
///
/// @param <H> [Room] or [Channel]
public final class RoomBuilder<H> {
    private static final String SUBPROTOCOL = "stoa.room.v1";
    private static final Pattern PATH = Pattern.compile(".*/rooms/(room|channel)/([^/]+)");

    private final StoaClientBuilder connection;
    private final RoomKind kind;
    private final String name;
    private final Function<Attachment, H> handle;
    private RoomOptions options = RoomOptions.standard();

    private RoomBuilder(String url, RoomKind kind, String name, Function<Attachment, H> handle) {
        this.connection = StoaClient.builder(url)
                .subprotocols(SUBPROTOCOL)
                .tokenIn(TokenPlacement.subprotocol())
                .autoConnect(true);
        this.kind = kind;
        this.name = name;
        this.handle = handle;
    }

    /// @param server scheme, host and port, with a path only if the server has one in front of `/rooms`
    static <H> RoomBuilder<H> at(String server, RoomKind kind, String name, Function<Attachment, H> handle) {
        String base = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        return new RoomBuilder<>(base + Address.path(kind, new Address(kind, name, true).name()), kind, name, handle);
    }

    /// @param url of the room, as an authorization names it
    static <H> RoomBuilder<H> at(String url, RoomKind kind, Function<Attachment, H> handle) {
        Matcher path = PATH.matcher(String.valueOf(URI.create(url).getRawPath()));
        if (!path.matches() || !path.group(1).equals(kind.text())) {
            throw new IllegalArgumentException("no URL of a " + kind.text() + ", which ends in /rooms/" + kind.text()
                    + "/ and the encoded name: " + url);
        }
        String name = URLDecoder.decode(path.group(2).replace("+", "%2B"), StandardCharsets.UTF_8);
        return new RoomBuilder<>(url, kind, name, handle);
    }

    /// Where tokens come from: asked for each attempt to connect, and when the server says that the present one
    /// expires. After the server has refused a token, it is asked once more; then the room ends.
    public RoomBuilder<H> token(TokenSource source) {
        connection.token(source);
        return this;
    }

    /// How to deal with the room: [RoomOptions#standard] by default.
    public RoomBuilder<H> options(RoomOptions value) {
        options = value;
        return this;
    }

    /// Further settings of the connection, such as `reconnect`, `pings` or `tokenIn`: the token is a subprotocol
    /// by default, which cannot carry every character; the query can.
    public RoomBuilder<H> connection(Consumer<StoaClientBuilder> settings) {
        settings.accept(connection);
        return this;
    }

    /// A room that is not connected yet: joining it, or asking anything of it, connects.
    public H build() {
        RoomReturn rule = new RoomReturn();
        StoaClient client = connection.returning(rule).build();
        rule.waitLike(client.rooms().tools());
        return handle.apply(client.rooms().whole(kind, name, options, rule));
    }
}
