package dev.stoa.yjs.store;

import dev.stoa.yjs.wire.TypeContent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A shared type: a list of items, and for each key the rightmost item of its chain. Confined to its
/// document.
///
/// Of a root, the kind is unknown until the application asks for it as one.
public final class TypeNode implements TypeContent {
    public static final int UNTYPED = -1;

    final String name;

    @Nullable
    Item start;

    @Nullable
    Item item;

    @Nullable
    Map<String, Item> keys;

    private @Nullable Attached attached;
    int visibleLength;
    byte typeRef;
    boolean formatted;
    /// Whether nobody has to be told of it: its store knows it by its name, or it is no root.
    boolean registered;

    /// What few types have.
    private static final class Attached {
        @Nullable
        ListIndex index;

        @Nullable
        Object observers;

        @Nullable
        Crowd crowd;
    }

    private TypeNode(int typeRef, String name, boolean registered) {
        this.typeRef = (byte) typeRef;
        this.name = name;
        this.registered = registered;
    }

    /// A type that an item holds; its name, if it has one, says nothing about where it is.
    public static TypeNode inside(int typeRef, String name) {
        return new TypeNode(typeRef, name, true);
    }

    /// A root, which its store is still to learn of.
    static TypeNode root(String name) {
        return new TypeNode(UNTYPED, name, false);
    }

    @Override
    public int typeRef() {
        return typeRef;
    }

    @Override
    public String typeName() {
        return name;
    }

    /// The name of a root.
    public String name() {
        return name;
    }

    public @Nullable Item start() {
        return start;
    }

    /// The item that holds this type; null for a root.
    public @Nullable Item item() {
        return item;
    }

    public int visibleLength() {
        return visibleLength;
    }

    public boolean formatted() {
        return formatted;
    }

    public boolean isDeleted() {
        return item != null && item.isDeleted();
    }

    /// The rightmost item of a key, deleted or not.
    public @Nullable Item key(String key) {
        return keys == null ? null : keys.get(key);
    }

    public Map<String, Item> keys() {
        return keys == null ? Map.of() : keys;
    }

    void putKey(String key, Item last) {
        if (keys == null) {
            keys = new LinkedHashMap<>(4);
        }
        keys.put(key, last);
    }

    void forgetChildren() {
        start = null;
        keys = null;
        if (attached != null) {
            attached.index = null;
            attached.crowd = null;
        }
    }

    /// Gives an untyped root its kind.
    public void become(int ref) {
        typeRef = (byte) ref;
    }

    @Nullable
    ListIndex index() {
        return attached == null ? null : attached.index;
    }

    void attach(ListIndex index) {
        attached().index = index;
    }

    @Nullable
    Crowd crowd() {
        return attached == null ? null : attached.crowd;
    }

    /// Notes an item whose place took long to find.
    ///
    /// @param known the crowd around it; without one, it begins one, in place of that around others
    void crowd(Item item, @Nullable Crowd known) {
        Crowd around = known == null ? new Crowd(item) : known;
        attached().crowd = around;
        around.add(item);
    }

    public @Nullable Object observers() {
        return attached == null ? null : attached.observers;
    }

    public void observers(Object observers) {
        attached().observers = observers;
    }

    private Attached attached() {
        if (attached == null) {
            attached = new Attached();
        }
        return attached;
    }
}
