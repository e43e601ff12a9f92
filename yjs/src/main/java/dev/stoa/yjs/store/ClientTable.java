package dev.stoa.yjs.store;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// The clients of a document by id: a hash table without boxes. Confined to its document.
final class ClientTable {
    private static final Comparator<Client> DESCENDING =
            Comparator.comparingLong(Client::id).reversed();

    private @Nullable Client[] table = new Client[8];
    private int size;
    private Client @Nullable [] sorted;

    @Nullable
    Client get(long id) {
        for (int i = slot(id, table.length); ; i = (i + 1) & (table.length - 1)) {
            Client client = table[i];
            if (client == null || client.id == id) {
                return client;
            }
        }
    }

    void add(Client client) {
        if (2 * (size + 1) > table.length) {
            @Nullable Client[] old = table;
            table = new Client[2 * old.length];
            for (Client other : old) {
                if (other != null) {
                    place(other);
                }
            }
        }
        place(client);
        size++;
        sorted = null;
    }

    private void place(Client client) {
        int i = slot(client.id, table.length);
        while (table[i] != null) {
            i = (i + 1) & (table.length - 1);
        }
        table[i] = client;
    }

    void remove(Client client) {
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
