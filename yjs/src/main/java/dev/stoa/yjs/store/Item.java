package dev.stoa.yjs.store;

import dev.stoa.yjs.wire.Contents;
import dev.stoa.yjs.wire.StructReader;
import dev.stoa.yjs.wire.TypeContent;
import dev.stoa.yjs.wire.UpdateWriter;
import org.jspecify.annotations.Nullable;

/// Content with its place. Confined to its document.
///
/// There is one for every run of text and every value, so fields are few and flat: ids are a client and
/// a clock.
public final class Item extends Struct {
    private static final int DELETED = 1;
    private static final int PARENT_BY_ID = 2;

    @Nullable
    Client originClient;

    @Nullable
    Client rightClient;

    long originClock;
    long rightClock;

    @Nullable
    Item left;

    @Nullable
    Item right;

    @Nullable
    TypeNode parent;

    @Nullable
    String parentSub;

    @Nullable
    Object content;

    ListIndex.@Nullable Block block;

    byte ref;
    private byte flags;

    Item(Client client, long clock, int length, int ref, @Nullable Object content) {
        super(client, clock, length);
        this.ref = (byte) ref;
        this.content = content;
    }

    @Override
    boolean isDeleted() {
        return (flags & DELETED) != 0;
    }

    void markDeleted() {
        flags |= DELETED;
    }

    public boolean isLive() {
        return (flags & DELETED) == 0;
    }

    /// Whether its units have an index.
    boolean counts() {
        return Contents.counts(ref);
    }

    /// Units that a reader sees.
    public int visible() {
        return isLive() && counts() ? length : 0;
    }

    public int ref() {
        return ref;
    }

    public @Nullable Object content() {
        return content;
    }

    public @Nullable Item left() {
        return left;
    }

    public @Nullable Item right() {
        return right;
    }

    public @Nullable TypeNode parent() {
        return parent;
    }

    public @Nullable String parentSub() {
        return parentSub;
    }

    public @Nullable TypeNode type() {
        return content instanceof TypeNode node ? node : null;
    }

    /// Until the struct is integrated, the fields of the origin hold the id of the parent's item.
    void parentById(Client parentClient, long parentClock) {
        originClient = parentClient;
        originClock = parentClock;
        flags |= PARENT_BY_ID;
    }

    boolean hasParentById() {
        return (flags & PARENT_BY_ID) != 0;
    }

    void parentResolved(@Nullable TypeNode type) {
        parent = type;
        originClient = null;
        originClock = 0;
        flags &= ~PARENT_BY_ID;
    }

    boolean hasOrigin() {
        return originClient != null && !hasParentById();
    }

    boolean sameOrigin(Item other) {
        return originClient == other.originClient && (originClient == null || originClock == other.originClock);
    }

    boolean sameRightOrigin(Item other) {
        return rightClient == other.rightClient && (rightClient == null || rightClock == other.rightClock);
    }

    @Override
    void writeUntil(UpdateWriter out, int until) {
        write(out, 0, until < length ? Contents.until(content, until) : content, until);
    }

    @Override
    void write(UpdateWriter out, int offset) {
        write(out, offset, content, length);
    }

    private void write(UpdateWriter out, int offset, @Nullable Object written, int end) {
        boolean origin = offset > 0 || hasOrigin();
        boolean rightOrigin = rightClient != null;
        out.info(ref
                | (origin ? StructReader.ORIGIN : 0)
                | (rightOrigin ? StructReader.RIGHT_ORIGIN : 0)
                | (parentSub != null ? StructReader.PARENT_SUB : 0));
        if (offset > 0) {
            out.client(client.id);
            out.leftClock(clock + offset - 1);
        } else if (origin && originClient != null) {
            out.client(originClient.id);
            out.leftClock(originClock);
        }
        if (rightClient != null) {
            out.client(rightClient.id);
            out.rightClock(rightClock);
        }
        if (!origin && !rightOrigin) {
            writeParent(out);
        }
        Contents.write(out, ref, written, offset, end);
    }

    private void writeParent(UpdateWriter out) {
        if (hasParentById() && originClient != null) {
            writeParentId(out, originClient.id, originClock);
        } else if (parent != null && parent.item != null) {
            writeParentId(out, parent.item.client.id, parent.item.clock);
        } else if (parent != null) {
            out.parentIsRoot(true);
            out.string(parent.name);
        }
        if (parentSub != null) {
            out.string(parentSub);
        }
    }

    private static void writeParentId(UpdateWriter out, long parentClient, long parentClock) {
        out.parentIsRoot(false);
        out.client(parentClient);
        out.leftClock(parentClock);
    }

    /// The content as a kind of type, for what arrives.
    static @Nullable Object adopted(@Nullable Object content) {
        return content instanceof TypeContent.Seed seed ? TypeNode.inside(seed.typeRef(), seed.typeName()) : content;
    }

    @Override
    public String toString() {
        return "Item[" + client.id + ":" + clock + "+" + length + (isLive() ? "" : " deleted") + " " + content + "]";
    }
}
