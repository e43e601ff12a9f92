package dev.stoa.yjs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Runs a script: every peer exists twice, in yjs and in ours. One of the two leads and is edited; the
/// other follows through the same updates in the same order, so that it must come to the same bytes,
/// and say the same.
final class Session {
    /// How often bytes were compared, and how often they were equal.
    static final class Tally {
        int compared;
        int equal;
        int woken;
        final List<String> different = new ArrayList<>();

        void add(String what, byte[] ours, byte[] theirs) {
            compared++;
            if (Arrays.equals(ours, theirs)) {
                equal++;
            } else if (different.size() < 5) {
                different.add(what + "\n  ours  " + Hex.of(ours) + "\n  yjs   " + Hex.of(theirs));
            }
        }
    }

    private static final class Peer {
        final int id;
        final boolean yjsLeads;
        final YDoc doc;
        final List<byte[]> emitted = new ArrayList<>();
        final List<byte[]> inbox = new ArrayList<>();

        Peer(int id, boolean yjsLeads, YDoc doc) {
            this.id = id;
            this.yjsLeads = yjsLeads;
            this.doc = doc;
            doc.onUpdate(event -> emitted.add(event.updateV1()));
        }

        List<byte[]> takeEmitted() {
            List<byte[]> taken = new ArrayList<>(emitted);
            emitted.clear();
            return taken;
        }
    }

    private final Oracle oracle;
    private final Script script;
    private final Tally tally;
    private final List<Peer> peers = new ArrayList<>();

    Session(Oracle oracle, Script script, Tally tally) {
        this.oracle = oracle;
        this.script = script;
        this.tally = tally;
    }

    void run() {
        oracle.ask("reset");
        for (int i = 0; i < script.peers(); i++) {
            boolean yjsLeads = script.yjsLeads(i);
            oracle.ask("open", i, script.clients()[i], script.collect());
            peers.add(new Peer(
                    i,
                    yjsLeads,
                    YDoc.create(
                            DocOptions.of(yjsLeads ? 0 : script.clients()[i]).collect(script.collect()))));
        }
        for (Script.Step step : script.steps()) {
            switch (step) {
                case Script.Edit edit -> edit(peers.get(edit.peer()), edit.edits());
                case Script.Deliver deliver -> deliver(peers.get(deliver.peer()), deliver);
            }
        }
        for (Peer peer : peers) {
            compareBytes(peer);
        }
        settle();
        compareViews();
        for (Peer peer : peers) {
            compareBytes(peer);
        }
    }

    private void edit(Peer peer, List<List<Object>> edits) {
        if (peer.yjsLeads) {
            Object[] arguments = new Object[edits.size() + 2];
            arguments[0] = peer.id;
            arguments[1] = "script";
            for (int i = 0; i < edits.size(); i++) {
                arguments[i + 2] = edits.get(i);
            }
            for (byte[] update : oracle.updates("edit", arguments)) {
                Applied applied = peer.doc.apply(update, null);
                tally.add("update emitted again by ours", applied.effective(), update);
                peer.takeEmitted();
                share(peer, update);
            }
        } else {
            Edits.run(peer.doc, edits);
            for (byte[] update : peer.takeEmitted()) {
                List<byte[]> again = oracle.updates("apply", peer.id, update, false);
                tally.add("update emitted again by yjs", update, again.isEmpty() ? new byte[0] : again.get(0));
                share(peer, update);
                more(peer, again);
            }
        }
    }

    private void share(Peer from, byte[] update) {
        for (Peer other : peers) {
            if (other != from) {
                other.inbox.add(update);
            }
        }
    }

    /// What yjs emits after the first update of a change: clean-ups.
    private void more(Peer peer, List<byte[]> emitted) {
        for (int i = 1; i < emitted.size(); i++) {
            peer.doc.apply(emitted.get(i), null);
            peer.takeEmitted();
            share(peer, emitted.get(i));
        }
    }

    private void deliver(Peer peer, Script.Deliver deliver) {
        if (peer.inbox.isEmpty() || deliver.times() == 0) {
            return;
        }
        byte[] update = peer.inbox.remove(deliver.pick() % peer.inbox.size());
        boolean v2 = false;
        switch (deliver.how()) {
            case PLAIN -> {}
            case AS_V2, AS_V2_BY_YJS -> {
                byte[] ours = Updates.toV2(update);
                byte[] theirs = oracle.bytes("toV2", update);
                tally.add("conversion to v2", ours, theirs);
                tally.add("conversion to v1", Updates.toV1(theirs), oracle.bytes("toV1", ours));
                update = deliver.how() == Script.How.AS_V2 ? ours : theirs;
                v2 = true;
            }
            case MERGED, MERGED_BY_YJS, MERGED_V2 -> {
                List<byte[]> several = new ArrayList<>(List.of(update));
                for (int i = deliver.pick() % 4; i > 0 && !peer.inbox.isEmpty(); i--) {
                    several.add(peer.inbox.remove(deliver.pick() % peer.inbox.size()));
                }
                v2 = deliver.how() == Script.How.MERGED_V2;
                update = merged(several, v2, deliver.how() == Script.How.MERGED_BY_YJS);
            }
            case CUT -> {
                byte[] vector = peer.doc.stateVector();
                byte[] ours = Updates.diff(update, vector);
                tally.add("diff", ours, oracle.bytes("diff", update, vector));
                tally.add("vector of update", Updates.stateVector(update), oracle.bytes("vectorOf", update));
                update = ours;
            }
        }
        for (int i = 0; i < deliver.times(); i++) {
            apply(peer, update, v2);
        }
    }

    private byte[] merged(List<byte[]> several, boolean v2, boolean byYjs) {
        if (v2) {
            List<byte[]> converted = several.stream().map(Updates::toV2).toList();
            byte[] ours = Updates.mergeV2(converted);
            tally.add("merge v2", ours, oracle.bytes("mergeV2", converted));
            return ours;
        }
        byte[] ours = Updates.merge(several);
        byte[] theirs = oracle.bytes("merge", several);
        tally.add("merge", ours, theirs);
        return byYjs ? theirs : ours;
    }

    private void apply(Peer peer, byte[] update, boolean v2) {
        Map<?, ?> answer = oracle.map("apply", peer.id, update, v2);
        List<byte[]> theirs = updates(answer);
        Applied applied = v2 ? peer.doc.applyV2(update, null) : peer.doc.apply(update, null);
        peer.takeEmitted();
        more(peer, theirs);
        boolean behind = Boolean.TRUE.equals(answer.get("waits")) && yjsIsBehind(peer);
        if (behind) {
            tally.woken++;
            theirs = oracle.updates("wake", peer.id);
            more(peer, theirs);
            equal("vector of peer " + peer.id + " once yjs has looked again", ours(peer), yjs(peer));
        }
        if (theirs.isEmpty() == applied.integrated()) {
            throw new AssertionError("yjs emits " + theirs.size() + " updates, ours says " + applied);
        }
        if (applied.integrated() && !behind) {
            tally.add("effect of an update", applied.effective(), theirs.get(0));
        }
    }

    /// yjs notes of a chain of waiting structs only what the last of them lacks. If what another one
    /// needs comes before that, it lets all of them wait on, though nothing is missing any more;
    /// applying its own state to itself wakes them. Then it must stand where ours stands at once.
    private boolean yjsIsBehind(Peer peer) {
        return !ours(peer).equals(yjs(peer));
    }

    private static String ours(Peer peer) {
        return Hex.of(peer.doc.stateVector());
    }

    private String yjs(Peer peer) {
        return Hex.of((byte[]) state(peer).get("vector"));
    }

    @SuppressWarnings("unchecked")
    private static List<byte[]> updates(Map<?, ?> answer) {
        return (List<byte[]>) answer.get("v1");
    }

    /// Everybody gets everything, until nothing is new to anybody.
    private void settle() {
        boolean news = true;
        for (int round = 0; news; round++) {
            if (round > 20) {
                throw new AssertionError("clean-ups go round in circles");
            }
            news = false;
            for (Peer peer : peers) {
                while (!peer.inbox.isEmpty()) {
                    apply(peer, peer.inbox.remove(0), false);
                    news = true;
                }
            }
        }
        for (Peer peer : peers) {
            if (peer.doc.hasPending()) {
                throw new AssertionError(
                        "peer " + peer.id + " has " + Hex.of(peer.doc.stateVector()) + " and waits for "
                                + peer.doc.store().pending().missing() + " with "
                                + Hex.of(peer.doc.store().pending().structs()));
            }
        }
        for (Peer peer : peers) {
            Map<?, ?> state = state(peer);
            for (Peer other : peers) {
                Applied ofYjs = other.doc.apply((byte[]) state.get("v1"), null);
                Applied ofOurs = other.doc.applyV2(peer.doc.encodeStateV2(), null);
                other.takeEmitted();
                if (ofYjs.integrated() || ofOurs.integrated()) {
                    throw new AssertionError("a full state of peer " + peer.id + " is news to peer " + other.id + ": "
                            + Hex.of(ofYjs.effective()) + " / " + Hex.of(ofOurs.effective()));
                }
            }
        }
    }

    private void compareViews() {
        String first = null;
        for (Peer peer : peers) {
            String ours = View.show(View.of(peer.doc));
            String theirs = View.show(oracle.ask("view", peer.id));
            equal("view of peer " + peer.id + " (ours, yjs)", ours, theirs);
            if (first != null) {
                equal("views of two peers", ours, first);
            }
            first = ours;
        }
    }

    private static void equal(String what, String one, String other) {
        if (!one.equals(other)) {
            throw new AssertionError(what + " differ:\n  " + one + "\n  " + other);
        }
    }

    private Map<?, ?> state(Peer peer) {
        return oracle.map("state", peer.id, null);
    }

    private void compareBytes(Peer peer) {
        Map<?, ?> state = state(peer);
        equal("vector of peer " + peer.id, ours(peer), Hex.of((byte[]) state.get("vector")));
        equal("snapshot of peer " + peer.id, Hex.of(peer.doc.snapshot().encode()), Hex.of((byte[])
                state.get("snapshot")));
        equal("v2 snapshot", Hex.of(peer.doc.snapshot().encodeV2()), Hex.of((byte[]) state.get("snapshotV2")));
        if (peer.doc.hasPending() != Boolean.TRUE.equals(state.get("pending"))) {
            throw new AssertionError("peer " + peer.id + " is pending: " + peer.doc.hasPending());
        }
        tally.add("state v1", peer.doc.encodeState(), (byte[]) state.get("v1"));
        tally.add("state v2", peer.doc.encodeStateV2(), (byte[]) state.get("v2"));
    }
}
