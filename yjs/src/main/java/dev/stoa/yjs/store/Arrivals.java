package dev.stoa.yjs.store;

import dev.stoa.yjs.Limits;
import dev.stoa.yjs.wire.BlockWriter;
import dev.stoa.yjs.wire.Contents;
import dev.stoa.yjs.wire.DeleteSet;
import dev.stoa.yjs.wire.Format;
import dev.stoa.yjs.wire.StructReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An update on its way into a document: read in full, planned in full, and only then carried out.
///
/// ```
/// bytes ── read ── blocks ── plan ── order of structs ─┬── Integrator
///          limits            which wait, is there room └── pending
/// ```
///
/// The plan needs only clocks: it says which structs can be integrated and in which order, and so what
/// will have to wait. Whatever is refused is refused before it is carried out. Confined to its
/// document, for one update.
final class Arrivals {
    /// The structs of one client; those from `next` on have not been planned, those from `restFrom` on
    /// will wait.
    static final class Block {
        private final Client client;
        private Struct[] structs;
        private int count;
        private int next;
        private int restFrom = -1;

        private Block(Client client, int expected) {
            this.client = client;
            this.structs = new Struct[Math.min(expected, 16)];
        }

        private void add(Struct struct) {
            if (count == structs.length) {
                structs = Arrays.copyOf(structs, count + (count >> 1) + 1);
            }
            structs[count++] = struct;
        }

        private void waitFrom(Struct struct) {
            int index = next;
            while (index > 0 && structs[index - 1].clock >= struct.clock) {
                index--;
            }
            restFrom = restFrom < 0 ? index : Math.min(restFrom, index);
            next = count;
        }
    }

    private final Store store;
    private final Limits limits;
    private final List<Client> newClients = new ArrayList<>(0);
    private final List<Block> blocks = new ArrayList<>(2);
    private final Map<String, TypeNode> newRoots = new HashMap<>(0);
    private DeleteSet deletes = DeleteSet.EMPTY;
    private List<Struct> order = new ArrayList<>(0);
    private final Map<Long, Long> missing = new HashMap<>(0);
    private byte @Nullable [] rest;
    private @Nullable Client lastClient;

    private Arrivals(Store store, Limits limits) {
        this.store = store;
        this.limits = limits;
    }

    /// Reads and plans; throws before anything has changed.
    static Arrivals read(Store store, Format format, byte[] update, Limits limits) {
        Arrivals arrivals = new Arrivals(store, limits);
        try {
            arrivals.decode(format, update);
            arrivals.plan();
            return arrivals;
        } catch (RuntimeException e) {
            arrivals.forget();
            throw e;
        }
    }

    /// Refuses what the pending room would not hold.
    void checkRoom() {
        try {
            store.pending.checkRoom(rest == null ? 0 : rest.length);
            if (!deletes.isEmpty()) {
                store.pending.checkRoom(deletesBeyondPlan());
            }
        } catch (RuntimeException e) {
            forget();
            throw e;
        }
    }

    private void decode(Format format, byte[] update) {
        StructReader in = new StructReader(format, update, limits);
        Block block = null;
        while (in.next()) {
            if (block == null || block.client.id != in.client) {
                Client client = client(in.client);
                block = new Block(client, in.structsAhead() + 1);
                client.arriving = block;
                blocks.add(block);
            }
            if (in.ref == Contents.GC) {
                block.add(new Struct(block.client, in.clock, in.length));
            } else if (in.ref != Contents.SKIP) {
                block.add(item(in, block.client));
            }
        }
        deletes = in.deletes();
        if (!in.descending()) {
            blocks.sort(Comparator.comparingLong((Block b) -> b.client.id).reversed());
        }
    }

    private Item item(StructReader in, Client client) {
        Item item = new Item(client, in.clock, in.length, in.ref, Item.adopted(in.content));
        if (in.originClient != StructReader.NONE) {
            item.originClient = client(in.originClient);
            item.originClock = in.originClock;
        }
        if (in.rightClient != StructReader.NONE) {
            item.rightClient = client(in.rightClient);
            item.rightClock = in.rightClock;
        }
        if (in.parentClient != StructReader.NONE) {
            item.parentById(client(in.parentClient), in.parentClock);
        } else if (in.parentRoot != null) {
            item.parent = root(in.parentRoot);
        }
        item.parentSub = in.parentSub;
        return item;
    }

    private Client client(long id) {
        Client last = lastClient;
        if (last != null && last.id == id) {
            return last;
        }
        Client client = store.clients.get(id);
        if (client == null) {
            client = new Client(id);
            store.clients.add(client);
            newClients.add(client);
        }
        lastClient = client;
        return client;
    }

    private TypeNode root(String name) {
        TypeNode known = store.knownRoot(name);
        return known != null ? known : newRoots.computeIfAbsent(name, TypeNode::root);
    }

    private void plan() {
        int total = 0;
        for (Block block : blocks) {
            block.client.planned = block.client.end();
            total += block.count;
        }
        order = new ArrayList<>(total);
        ArrayDeque<Struct> stack = new ArrayDeque<>(0);
        for (Block block : blocks) {
            while (block.next < block.count) {
                plan(block.structs[block.next++], stack);
            }
        }
        for (Block block : blocks) {
            if (block.restFrom >= 0) {
                rest = encodeRest();
                break;
            }
        }
        for (Block block : blocks) {
            block.client.arriving = null;
            block.structs = new Struct[0];
        }
    }

    /// Plans a struct after those it needs; if one of these is not here, all that need it wait.
    private void plan(Struct first, ArrayDeque<Struct> stack) {
        Struct struct = first;
        while (true) {
            Client client = struct.client;
            if (planned(client) < struct.clock) {
                stack.push(struct);
                needs(client, struct.clock - 1);
                waitAll(stack);
                return;
            }
            if (planned(client) < struct.end()) {
                Client needed = struct instanceof Item item ? neededBy(item) : null;
                if (needed != null) {
                    stack.push(struct);
                    Block block = needed.arriving;
                    if (block == null || block.next == block.count) {
                        waitAll(stack);
                        return;
                    }
                    struct = block.structs[block.next++];
                    continue;
                }
                order.add(struct);
                client.planned = struct.end();
            }
            if (stack.isEmpty()) {
                return;
            }
            struct = stack.pop();
        }
    }

    private static long planned(Client client) {
        return client.arriving == null ? client.end() : client.planned;
    }

    private static @Nullable Client neededBy(Item item) {
        Client origin = item.originClient;
        if (origin != null && origin != item.client && item.originClock >= planned(origin)) {
            return origin;
        }
        Client right = item.rightClient;
        return right != null && right != item.client && item.rightClock >= planned(right) ? right : null;
    }

    private void needs(Client client, long clock) {
        missing.merge(client.id, clock, Math::min);
    }

    /// All of the stack waits, each for what it needs itself. (yjs notes only what the last one needs,
    /// and may then not notice that the others could go on.)
    private void waitAll(ArrayDeque<Struct> stack) {
        for (Struct struct : stack) {
            Client needed = struct instanceof Item item ? neededBy(item) : null;
            if (needed != null) {
                needs(needed, planned(needed));
            }
            Block block = struct.client.arriving;
            if (block != null) {
                block.waitFrom(struct);
            }
        }
        stack.clear();
    }

    private byte[] encodeRest() {
        BlockWriter out = new BlockWriter(Format.V1);
        for (Block block : blocks) {
            if (block.restFrom >= 0) {
                long end = block.structs[block.restFrom].clock;
                for (int i = block.restFrom; i < block.count; i++) {
                    Struct struct = block.structs[i];
                    if (struct.clock > end) {
                        StructReader.writeSkip(out.struct(block.client.id, end), struct.clock - end);
                    }
                    struct.write(out.struct(block.client.id, struct.clock), 0);
                    end = struct.end();
                }
            }
        }
        return out.finish(DeleteSet.EMPTY);
    }

    private DeleteSet deletesBeyondPlan() {
        List<DeleteSet.Ranges> beyond = new ArrayList<>();
        for (DeleteSet.Ranges ranges : deletes.clients()) {
            Client client = store.clients.get(ranges.client());
            long known = 0;
            if (client != null) {
                known = Math.max(client.end(), client.planned);
            }
            if (ranges.end(ranges.count() - 1) > known) {
                beyond.add(Deletions.beyond(ranges, known));
            }
        }
        return DeleteSet.of(beyond);
    }

    boolean hasRest() {
        return rest != null;
    }

    DeleteSet deletes() {
        return deletes;
    }

    /// Integrates what can be integrated and leaves the rest to wait.
    void carryOut(Integrator integrator, int updates) {
        for (Struct struct : order) {
            integrator.integrate(struct);
        }
        order = List.of();
        if (rest != null) {
            store.pending.addStructs(rest, missing, updates);
        }
        forget();
    }

    /// Removes clients that were only mentioned.
    void forget() {
        for (Block block : blocks) {
            block.client.arriving = null;
            block.client.planned = 0;
        }
        for (Client client : newClients) {
            if (client.isEmpty()) {
                store.clients.remove(client);
            }
        }
    }
}
