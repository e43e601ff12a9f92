package dev.stoa.yjs;

import dev.stoa.yjs.lib0.Any;
import dev.stoa.yjs.lib0.ByteReader;
import dev.stoa.yjs.lib0.ByteWriter;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The real yjs in a Node process, asked one question at a time. Confined to one thread.
final class Oracle implements AutoCloseable {
    private final Process process;
    private final DataOutputStream out;
    private final DataInputStream in;

    private Oracle(Process process) {
        this.process = process;
        this.out = new DataOutputStream(process.getOutputStream());
        this.in = new DataInputStream(process.getInputStream());
    }

    static Oracle start() {
        return start("oracle.js");
    }

    static Oracle start(String script) {
        try {
            return new Oracle(new ProcessBuilder("node", script)
                    .directory(Path.of("oracle").toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("Node does not start", e);
        }
    }

    Object ask(String command, Object... arguments) {
        Object[] question = new Object[arguments.length + 1];
        question[0] = command;
        System.arraycopy(arguments, 0, question, 1, arguments.length);
        ByteWriter frame = new ByteWriter();
        Any.write(frame, Arrays.asList(question));
        try {
            out.writeInt(frame.size());
            out.write(frame.toBytes());
            out.flush();
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            Map<?, ?> result = (Map<?, ?>) Any.read(new ByteReader(answer), 100_000);
            if (result.containsKey("error")) {
                throw new OracleException(command + ": " + result.get("error"));
            }
            return result.get("ok");
        } catch (IOException e) {
            throw new UncheckedIOException("the oracle does not answer " + command, e);
        }
    }

    byte[] bytes(String command, Object... arguments) {
        return (byte[]) ask(command, arguments);
    }

    @SuppressWarnings("unchecked")
    List<byte[]> updates(String command, Object... arguments) {
        return (List<byte[]>) ((Map<?, ?>) ask(command, arguments)).get("v1");
    }

    Map<?, ?> map(String command, Object... arguments) {
        return (Map<?, ?>) ask(command, arguments);
    }

    @Override
    public void close() {
        process.destroy();
    }

    /// yjs has thrown.
    static final class OracleException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OracleException(String message) {
            super(message);
        }
    }
}
