package dev.stoa.server.room;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.LeaveReason;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.store.Change;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The application's side of a room: its hooks, and the state they share (actors protocol, section 6.3).
/// Confined to the room's mailbox.
///
/// A hook works on a copy of the state. What it did is taken over when it has returned in time, and otherwise
/// never was.
final class Hall {
    private static final System.Logger LOG = System.getLogger(Hall.class.getName());
    private static final String ROW = "state";

    private final RoomEntity room;
    private final Rooms rooms;
    private final HookRunner runner;
    private Map<String, RawJson> state = new LinkedHashMap<>();
    private Map<String, RawJson> kept = new LinkedHashMap<>();
    private boolean begun;

    record StateRow(Map<String, RawJson> state) {}

    /// The states before a hook.
    private record Before(Map<String, RawJson> state, Map<String, RawJson> kept, boolean begun) {}

    Hall(RoomEntity room, Rooms rooms) {
        this.room = room;
        this.rooms = rooms;
        this.runner = new HookRunner(rooms);
    }

    void load(Map<String, byte[]> rows) {
        byte[] row = rows.get(ROW);
        kept = new LinkedHashMap<>(
                row == null ? Map.of() : CommandCodec.read(row, StateRow.class).state());
        state = new LinkedHashMap<>(kept);
        begun = false;
    }

    Map<String, RawJson> stateMap() {
        return new LinkedHashMap<>(state);
    }

    /// @throws ProtocolException `INVALID_ARGUMENT` when the state would be too large
    void put(String key, RawJson value, Turn turn) {
        Map<String, RawJson> changed = new LinkedHashMap<>(kept);
        changed.put(key, value);
        rooms.checks().state(changed);
        state.put(key, value);
        kept = changed;
        keep(turn);
    }

    private void keep(Turn turn) {
        turn.change(new Change.PutRow(ROW, CommandCodec.write(new StateRow(kept))));
    }

    /// The state of an earlier life is nothing to the next.
    void forget() {
        state = new LinkedHashMap<>();
        kept = new LinkedHashMap<>();
        begun = false;
    }

    static void forget(Turn turn) {
        turn.change(new Change.DeleteRow(ROW));
    }

    /// Tells the application that the room has begun, unless it knows.
    void begin(Turn turn) {
        if (!begun) {
            begun = true;
            if (logged("onInit", HookCall.INIT)) {
                keep(turn);
            }
        }
    }

    /// Asks the application whether somebody may join.
    ///
    /// @param anew whether the room begins a new life with this member
    /// @param agreed called once the application has agreed, before anything is kept
    /// @throws ProtocolException when it refuses; it has left no trace then
    void joining(Member member, boolean anew, Runnable agreed, Turn turn) {
        Before before = new Before(state, kept, begun);
        boolean keeps = false;
        try {
            if (anew) {
                forget();
            }
            if (!begun) {
                begun = true;
                keeps = logged("onInit", HookCall.INIT);
            }
            keeps |= run("onJoin", HookCall.join(member));
        } catch (ProtocolException refusal) {
            state = before.state;
            kept = before.kept;
            begun = before.begun;
            throw refusal;
        }
        agreed.run();
        if (keeps) {
            keep(turn);
        }
    }

    void left(Member member, LeaveReason reason, Turn turn) {
        if (logged("onLeave", HookCall.leave(member, reason))) {
            keep(turn);
        }
    }

    void destroying(Turn turn) {
        if (logged("onDestroy", HookCall.DESTROY)) {
            keep(turn);
        }
    }

    /// A turn is over, and with it what its hooks may take.
    void rest() {
        runner.rest();
    }

    private boolean logged(String what, HookCall call) {
        try {
            return run(what, call);
        } catch (ProtocolException failed) {
            LOG.log(System.Logger.Level.WARNING, "{0} in {1} counts for nothing: {2}", what, room.id(), failed.code());
            return false;
        }
    }

    /// Runs a hook and takes over what it did.
    ///
    /// @return whether there is anything to keep
    /// @throws ProtocolException when the hook fails; nothing has changed then
    private boolean run(String what, HookCall call) {
        if (!runner.hasHooks()) {
            return false;
        }
        View view = new View(room.kind(), room.name(), room.attendance().count(), new LinkedHashMap<>(state));
        runner.run(what, room.id(), call, view);
        Map<String, RawJson> newKept = new LinkedHashMap<>(kept);
        newKept.putAll(view.toKeep);
        rooms.checks().state(newKept);
        rooms.checks().state(view.state);
        state = view.state;
        boolean keeps = !newKept.equals(kept);
        kept = newKept;
        return keeps;
    }

    /// The room as a hook sees it. Confined to the hook's thread while it runs.
    private static final class View implements HookRoom {
        private final RoomKind kind;
        private final String name;
        private final int memberCount;
        private final Map<String, RawJson> state;
        private final Map<String, RawJson> toKeep = new LinkedHashMap<>();

        View(RoomKind kind, String name, int memberCount, Map<String, RawJson> state) {
            this.kind = kind;
            this.name = name;
            this.memberCount = memberCount;
            this.state = state;
        }

        @Override
        public RoomKind kind() {
            return kind;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Map<String, RawJson> state() {
            return state;
        }

        @Override
        public void setState(String key, @Nullable Object value) {
            RawJson json = RawJson.of(value);
            Checks.text("state key", key, Checks.MAX_ID_LENGTH);
            state.put(key, json);
            toKeep.put(key, json);
        }

        @Override
        public int memberCount() {
            return memberCount;
        }
    }

    /// One call of the application.
    @FunctionalInterface
    interface HookCall {
        HookCall INIT = RoomHooks::onInit;
        HookCall DESTROY = RoomHooks::onDestroy;

        static HookCall join(Member member) {
            return (hooks, room) -> hooks.onJoin(room, member);
        }

        static HookCall leave(Member member, LeaveReason reason) {
            return (hooks, room) -> hooks.onLeave(room, member, reason);
        }

        void on(RoomHooks hooks, HookRoom room) throws Exception;
    }
}
