package dev.stoa.yjs;

import dev.stoa.yjs.lib0.ByteReader;
import dev.stoa.yjs.lib0.ByteWriter;
import dev.stoa.yjs.store.Item;
import dev.stoa.yjs.store.Position;
import dev.stoa.yjs.store.TypeNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A place in a text or list that stays with its neighbour while others edit: a cursor. Immutable.
///
/// ```
/// 00 client clock   at a unit      01 varString   at the end of a root      02 client clock   at the end of a type
/// then varInt association: from 0 on with the unit right of it, below 0 with the one left of it
/// ```
public sealed interface RelativePosition {
    long association();

    /// At a unit.
    record AtUnit(long client, long clock, long association) implements RelativePosition {
        private Optional<Absolute> now(YDoc doc) {
            Item item = doc.store().itemAt(client, clock);
            TypeNode parent = item == null ? null : item.parent();
            if (item == null || parent == null) {
                return Optional.empty();
            }
            int index = 0;
            if (!parent.isDeleted()) {
                int inside = (int) (clock - item.clock()) + (association < 0 ? 1 : 0);
                index = Position.indexOf(parent, item) + (item.visible() > 0 ? inside : 0);
            }
            return Optional.of(new Absolute(doc.view(parent), index));
        }
    }

    /// At the end of a root (at its start, if associated to the left).
    record InRoot(String root, long association) implements RelativePosition {}

    /// At the end of the type that an item holds.
    record InType(long client, long clock, long association) implements RelativePosition {}

    /// An index in a type of a document now.
    record Absolute(YType type, int index) {}

    /// @param left whether the place stays with the unit left of it
    static RelativePosition of(YType type, int index, boolean left) {
        type.checkIndex(index, 0);
        int association = left ? -1 : 0;
        if (left ? index > 0 : index < type.node.visibleLength()) {
            Position position = Position.at(type.node, left ? index - 1 : index);
            if (position != null) {
                Item item = position.item();
                return new AtUnit(item.clientId(), item.clock() + position.offset(), association);
            }
        }
        Item holder = type.node.item();
        return holder == null
                ? new InRoot(type.node.name(), association)
                : new InType(holder.clientId(), holder.clock(), association);
    }

    static RelativePosition decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        long tag = in.varUint();
        String root = tag == 1 ? in.varString() : "";
        long client = tag == 1 ? 0 : in.varUint();
        long clock = tag == 1 ? 0 : in.varUint();
        long association = in.remaining() > 0 ? in.varInt() : 0;
        in.expectEnd();
        return switch ((int) tag) {
            case 0 -> new AtUnit(client, clock, association);
            case 1 -> new InRoot(root, association);
            case 2 -> new InType(client, clock, association);
            default -> throw UpdateException.unsupported("a relative position has the unknown kind " + tag);
        };
    }

    default byte[] encode() {
        ByteWriter out = new ByteWriter(16);
        switch (this) {
            case AtUnit unit -> {
                out.u8(0);
                out.varUint(unit.client);
                out.varUint(unit.clock);
            }
            case InRoot end -> {
                out.u8(1);
                out.varString(end.root);
            }
            case InType end -> {
                out.u8(2);
                out.varUint(end.client);
                out.varUint(end.clock);
            }
        }
        out.varInt(association());
        return out.toBytes();
    }

    /// The form that travels in awareness states, as values for JSON. Editors also add the type to a
    /// unit's position; what is read here does not need it.
    default Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        switch (this) {
            case AtUnit unit -> json.put("item", Map.of("client", unit.client, "clock", unit.clock));
            case InRoot end -> json.put("tname", end.root);
            case InType end -> json.put("type", Map.of("client", end.client, "clock", end.clock));
        }
        json.put("assoc", association());
        return json;
    }

    /// @throws UpdateException if the JSON is none
    static RelativePosition fromJson(Map<String, ?> json) {
        long association = json.get("assoc") instanceof Number number ? number.longValue() : 0;
        if (json.get("item") instanceof Map<?, ?> id) {
            return new AtUnit(number(id, "client"), number(id, "clock"), association);
        }
        if (json.get("tname") instanceof String root) {
            return new InRoot(root, association);
        }
        if (json.get("type") instanceof Map<?, ?> id) {
            return new InType(number(id, "client"), number(id, "clock"), association);
        }
        throw UpdateException.malformed("a relative position names neither a unit nor a type");
    }

    private static long number(Map<?, ?> id, String name) {
        if (id.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw UpdateException.malformed("a relative position's id has no " + name);
    }

    /// Where the place is now; empty if what it stands at has not come or has been forgotten.
    default Optional<Absolute> in(YDoc doc) {
        return switch (this) {
            case AtUnit unit -> unit.now(doc);
            case InRoot end -> Optional.of(end(doc, doc.store().root(end.root), association()));
            case InType end ->
                Optional.ofNullable(doc.store().itemAt(end.client, end.clock))
                        .map(Item::type)
                        .map(node -> end(doc, node, association()));
        };
    }

    private static Absolute end(YDoc doc, TypeNode node, long association) {
        return new Absolute(doc.view(node), association < 0 ? 0 : node.visibleLength());
    }
}
