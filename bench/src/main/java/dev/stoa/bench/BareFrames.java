package dev.stoa.bench;

import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Knows frames by their first bytes and puts answers together from slices of them. Confined to its loop.
final class BareFrames {
    private static final Needle SUB = new Needle("{\"type\":\"SUB\"");
    private static final Needle PUB = new Needle("{\"type\":\"PUB\"");
    private static final Needle ECHO = new Needle("{\"type\":\"ECHO\"");
    private static final Needle TOPIC = new Needle("\"topic\":\"");
    private static final Needle BODY = new Needle("\"body\":");
    private static final Needle CORRELATION_ID = new Needle("\"correlationId\":\"");
    private static final Needle PAYLOAD = new Needle("\"payload\":");
    private static final Needle QUOTE = new Needle("\"");

    private static final byte[] JOINED_HEAD = ascii("{\"type\":\"JOINED\",\"meta\":{\"timestamp\":");
    private static final byte[] NEWS_HEAD = ascii("{\"type\":\"NEWS\",\"meta\":{\"timestamp\":");
    private static final byte[] ECHOED_HEAD = ascii("{\"type\":\"ECHOED\",\"meta\":{\"timestamp\":");
    private static final byte[] CORRELATION_HEAD = ascii(",\"correlationId\":\"");
    private static final byte[] PAYLOAD_HEAD = ascii("},\"payload\":");
    private static final byte[] PAYLOAD_HEAD_AFTER_TEXT = ascii("\"},\"payload\":");
    private static final int TIMESTAMP_BYTES = 13;

    private final BareLoop loop;
    private final BareTopics topics;

    BareFrames(BareLoop loop, BareTopics topics) {
        this.loop = loop;
        this.topics = topics;
    }

    /// Answers the text at start..end; returns the topic that the peer joined with it, if it did.
    @Nullable
    BareTopic onText(ChannelHandlerContext from, byte[] in, int start, int end) {
        if (ECHO.startsAt(in, start, end)) {
            echo(in, start, end);
        } else if (PUB.startsAt(in, start, end)) {
            publish(from, in, start, end);
        } else if (SUB.startsAt(in, start, end)) {
            return subscribe(from, in, start, end);
        }
        return null;
    }

    private void echo(byte[] in, int start, int end) {
        int id = CORRELATION_ID.endOfFirst(in, start, end);
        int idEnd = QUOTE.endOfFirst(in, id, end) - 1;
        int payload = PAYLOAD.endOfFirst(in, idEnd, end);
        int length = ECHOED_HEAD.length
                + TIMESTAMP_BYTES
                + CORRELATION_HEAD.length
                + (idEnd - id)
                + PAYLOAD_HEAD_AFTER_TEXT.length
                + (end - payload);
        loop.replies()
                .text(length)
                .add(ECHOED_HEAD)
                .addTimestamp()
                .add(CORRELATION_HEAD)
                .add(in, id, idEnd)
                .add(PAYLOAD_HEAD_AFTER_TEXT)
                .add(in, payload, end);
    }

    private void publish(ChannelHandlerContext from, byte[] in, int start, int end) {
        int name = TOPIC.endOfFirst(in, start, end);
        int nameEnd = QUOTE.endOfFirst(in, name, end) - 1;
        int body = BODY.endOfFirst(in, nameEnd, end);
        int bodyEnd = end - 1; // keeps one of the two closing braces
        loop.news()
                .text(NEWS_HEAD.length + TIMESTAMP_BYTES + PAYLOAD_HEAD.length + (bodyEnd - body))
                .add(NEWS_HEAD)
                .addTimestamp()
                .add(PAYLOAD_HEAD)
                .add(in, body, bodyEnd);
        topics.named(in, name, nameEnd).publish(loop, from, loop.news());
    }

    private BareTopic subscribe(ChannelHandlerContext from, byte[] in, int start, int end) {
        int name = TOPIC.endOfFirst(in, start, end);
        BareTopic topic = topics.named(in, name, QUOTE.endOfFirst(in, name, end) - 1);
        topic.subscribe(loop, from);
        int payload = PAYLOAD.endOfFirst(in, start, end);
        loop.replies()
                .text(JOINED_HEAD.length + TIMESTAMP_BYTES + PAYLOAD_HEAD.length + (end - payload))
                .add(JOINED_HEAD)
                .addTimestamp()
                .add(PAYLOAD_HEAD)
                .add(in, payload, end);
        return topic;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
