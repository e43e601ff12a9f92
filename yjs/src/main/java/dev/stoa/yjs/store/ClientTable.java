package dev.stoa.yjs.store;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The clients of a document by id: a hash table without boxes. Confined to its document.
///
/// Peers choose the ids. Once so many share a neighbourhood as chance does not bring about, a map takes
/// over whose worst case is a tree.
final class ClientTable {
    /// Half full, a table of a million random ids has runs of less than a hundred.
    private static final int LONGEST_RUN = 256;

    private static final Comparator<Client> DESCENDING =
            Comparator.comparingLong(Client::id).reversed();

    private @Nullable Client[] table = new Client[8];
    private @Nullable Map<Long, Client> crowded;
    private int size;
    private Client @Nullable [] sorted;

    @Nullable
    Client get(long id) {
        if (crowded != null) {
            return crowded.get(id);
        }
        for (int i = slot(id, table.length); ; i = (i + 1) & (table.length - 1)) {
            Client client = table[i];
            if (client == null || client.id == id) {
                return client;
            }
        }
    }

    void add(Client client) {
        size++;
        sorted = null;
        if (crowded != null) {
            crowded.put(client.id, client);
            return;
        }
        if (2 * size > table.length) {
            @Nullable Client[] old = table;
            table = new Client[2 * old.length];
            for (Client other : old) {
                if (other != null) {
                    place(other);
                }
            }
        }
        if (place(client) > LONGEST_RUN) {
            crowd();
        }
    }

    /// How many slots were taken on the way.
    private int place(Client client) {
        int run = 0;
        int i = slot(client.id, table.length);
        while (table[i] != null) {
            i = (i + 1) & (table.length - 1);
            run++;
        }
        table[i] = client;
        return run;
    }

    private void crowd() {
        Map<Long, Client> all = HashMap.newHashMap(size);
        for (Client client : table) {
            if (client != null) {
                all.put(client.id, client);
            }
        }
        crowded = all;
        table = new Client[0];
    }

    void remove(Client client) {
        if (crowded != null) {
            if (crowded.remove(client.id) != null) {
                size--;
                sorted = null;
            }
            return;
        }
        int i = slot(client.id, table.length);
        while (table[i] != client) {
            if (table[i] == null) {
                return;
            }
            i = (i + 1) & (table.length - 1);
        }
        table[i] = null;
        size--;
        sorted = null;
        for (int j = (i + 1) & (table.length - 1); ; j = (j + 1) & (table.length - 1)) {
            Client moved = table[j];
            if (moved == null) {
                return;
            }
            table[j] = null;
            place(moved);
        }
    }

    int size() {
        return size;
    }

    /// All clients, the largest id first.
    Client[] descending() {
        Client[] all = sorted;
        if (all == null) {
            all = new Client[size];
            int count = 0;
            if (crowded != null) {
                all = crowded.values().toArray(all);
            }
            for (Client client : table) {
                if (client != null) {
                    all[count++] = client;
                }
            }
            Arrays.sort(all, DESCENDING);
            sorted = all;
        }
        return all;
    }

    private static int slot(long id, int length) {
        long mixed = id * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & (length - 1);
    }
}
