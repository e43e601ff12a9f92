package dev.stoa.client.link;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A JDK WebSocket whose writes end when the test says so, and which counts what it is asked to read.
final class PlayedSocket implements WebSocket {
    final List<String> texts = new ArrayList<>();
    final List<CompletableFuture<WebSocket>> writes = new ArrayList<>();
    final List<Integer> closeCodes = new ArrayList<>();
    long requested;
    int pings;
    boolean aborted;
    boolean writesEndAtOnce;

    void endWrite() {
        writes.removeFirst().complete(this);
    }

    @Override
    public CompletableFuture<WebSocket> sendText(CharSequence data, boolean last) {
        if (!writes.isEmpty()) {
            return CompletableFuture.failedFuture(new IllegalStateException("Send pending"));
        }
        texts.add(data.toString());
        if (writesEndAtOnce) {
            return CompletableFuture.completedFuture(this);
        }
        CompletableFuture<WebSocket> write = new CompletableFuture<>();
        writes.add(write);
        return write;
    }

    @Override
    public CompletableFuture<WebSocket> sendBinary(ByteBuffer data, boolean last) {
        throw new AssertionError("no binary is ever sent");
    }

    @Override
    public CompletableFuture<WebSocket> sendPing(ByteBuffer message) {
        pings++;
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public CompletableFuture<WebSocket> sendPong(ByteBuffer message) {
        throw new AssertionError("the JDK answers pings itself");
    }

    @Override
    public CompletableFuture<WebSocket> sendClose(int statusCode, String reason) {
        closeCodes.add(statusCode);
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void request(long n) {
        requested += n;
    }

    @Override
    public String getSubprotocol() {
        return "";
    }

    @Override
    public boolean isOutputClosed() {
        return !closeCodes.isEmpty();
    }

    @Override
    public boolean isInputClosed() {
        return false;
    }

    @Override
    public void abort() {
        aborted = true;
    }
}
