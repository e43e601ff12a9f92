package dev.stoa.yjs.wire;

/// Writes the blocks of an update whose counts are known only afterwards. Confined to one thread.
public final class BlockWriter {
    private final UpdateWriter out;
    private long client = StructReader.NONE;
    private int structs;
    private int blocks;
    private int blockStart;

    public BlockWriter(Format format) {
        this.out = UpdateWriter.of(format);
    }

    /// The place for the next struct, which begins at this clock if it is the client's first.
    public UpdateWriter struct(long ofClient, long clock) {
        if (ofClient != client) {
            endBlock();
            client = ofClient;
            blocks++;
            blockStart = out.rest().size();
            out.client(client);
            out.rest().varUint(clock);
        }
        structs++;
        return out;
    }

    private void endBlock() {
        if (structs > 0) {
            out.rest().insertVarUint(blockStart, structs);
            structs = 0;
        }
    }

    public byte[] finish(DeleteSet deletes) {
        endBlock();
        out.rest().insertVarUint(0, blocks);
        deletes.write(out);
        return out.toBytes();
    }
}
