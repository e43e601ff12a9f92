package dev.stoa.yjs.store;

import dev.stoa.yjs.Limits;
import dev.stoa.yjs.wire.BlockWriter;
import dev.stoa.yjs.wire.DeleteSet;
import dev.stoa.yjs.wire.Format;
import dev.stoa.yjs.wire.StateVector;
import dev.stoa.yjs.wire.UpdateWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// All structs of a document, its roots, and what waits to be integrated. Confined to its document.
public final class Store {
    final ClientTable clients = new ClientTable();
    private final Map<String, TypeNode> roots = new HashMap<>();
    final Pending pending;
    final boolean collect;
    private boolean observed;
    private long ownId;

    /// @param ownId the client under which edits of this document are written
    public Store(long ownId, Limits limits, boolean collect) {
        this.ownId = ownId;
        this.collect = collect;
        this.pending = new Pending(limits);
    }

    public long ownId() {
        return ownId;
    }

    Client own() {
        return client(ownId);
    }

    /// Somebody else writes under the own id: from now on, another one.
    void changeOwnId() {
        long mixed = ownId;
        do {
            mixed = mixed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
            ownId = mixed >>> 32;
        } while (clients.get(ownId) != null);
    }

    public boolean collects() {
        return collect;
    }

    public Pending pending() {
        return pending;
    }

    /// From now on transactions note which types they change.
    public void observe() {
        observed = true;
    }

    boolean observed() {
        return observed;
    }

    public long end(long client) {
        Client known = clients.get(client);
        return known == null ? 0 : known.end();
    }

    Client client(long id) {
        Client client = clients.get(id);
        if (client == null) {
            client = new Client(id);
            clients.add(client);
        }
        return client;
    }

    /// The root of this name, made if there was none.
    public TypeNode root(String name) {
        TypeNode root = roots.computeIfAbsent(name, TypeNode::root);
        root.registered = true;
        return root;
    }

    @Nullable
    TypeNode knownRoot(String name) {
        return roots.get(name);
    }

    void register(TypeNode root) {
        if (!root.registered) {
            root.registered = true;
            roots.put(root.name, root);
        }
    }

    public Map<String, TypeNode> roots() {
        return roots;
    }

    public int structCount() {
        int count = 0;
        for (Client client : clients.descending()) {
            count += client.size();
        }
        return count;
    }

    public int clientCount() {
        return clients.size();
    }

    public StateVector vector() {
        Client[] all = clients.descending();
        int count = 0;
        long[] ids = new long[all.length];
        long[] ends = new long[all.length];
        for (Client client : all) {
            if (client.end() > 0) {
                ids[count] = client.id;
                ends[count++] = client.end();
            }
        }
        return StateVector.ofSorted(Arrays.copyOf(ids, count), Arrays.copyOf(ends, count));
    }

    public DeleteSet deletes() {
        List<DeleteSet.Ranges> all = new ArrayList<>();
        for (Client client : clients.descending()) {
            LongPairs pairs = new LongPairs();
            for (long at = client.firstPlace(); at != Client.NOWHERE; at = client.next(at)) {
                Struct struct = client.at(at);
                if (struct.isDeleted()) {
                    pairs.add(struct.clock, struct.length);
                }
            }
            if (!pairs.isEmpty()) {
                all.add(new DeleteSet.Ranges(client.id, pairs.toArray()));
            }
        }
        return DeleteSet.of(all);
    }

    /// Everything above a vector, and all deletions; what is pending is not in it.
    public byte[] encode(Format format, LongUnaryOperator vector) {
        List<Client> wanted = new ArrayList<>();
        for (Client client : clients.descending()) {
            if (client.end() > vector.applyAsLong(client.id)) {
                wanted.add(client);
            }
        }
        UpdateWriter out = UpdateWriter.of(format);
        out.rest().varUint(wanted.size());
        for (Client client : wanted) {
            encode(out, client, Math.max(0, vector.applyAsLong(client.id)));
        }
        deletes().write(out);
        return out.toBytes();
    }

    /// What a transaction has added and deleted.
    public byte[] encode(Format format, Transaction transaction) {
        UpdateWriter out = UpdateWriter.of(format);
        List<Client> grown = transaction.grownDescending();
        out.rest().varUint(grown.size());
        for (Client client : grown) {
            encode(out, client, client.before());
        }
        transaction.deletes().write(out);
        return out.toBytes();
    }

    /// Everything below a vector, with the deletions given instead of those of today.
    public byte[] encodeUntil(StateVector vector, DeleteSet deletes) {
        BlockWriter out = new BlockWriter(Format.V1);
        for (Client client : clients.descending()) {
            long end = Math.min(client.end(), vector.clock(client.id));
            for (long at = client.firstPlace(); at != Client.NOWHERE; at = client.next(at)) {
                Struct struct = client.at(at);
                if (struct.clock >= end) {
                    break;
                }
                struct.writeUntil(
                        out.struct(client.id, struct.clock), (int) Math.min(struct.length, end - struct.clock));
            }
        }
        return out.finish(deletes);
    }

    private static void encode(UpdateWriter out, Client client, long from) {
        long place = client.place(from);
        out.rest().varUint(client.countFrom(place));
        out.client(client.id);
        out.rest().varUint(from);
        Struct first = client.at(place);
        first.write(out, (int) (from - first.clock));
        for (long at = client.next(place); at != Client.NOWHERE; at = client.next(at)) {
            client.at(at).write(out, 0);
        }
    }

    /// The live item that holds a clock, if there is one.
    public @Nullable Item itemAt(long clientId, long clock) {
        Client client = clients.get(clientId);
        if (client == null || clock >= client.end()) {
            return null;
        }
        return client.find(clock) instanceof Item item ? item : null;
    }
}
