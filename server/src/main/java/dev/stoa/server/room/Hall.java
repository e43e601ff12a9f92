package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
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
final class Hall {
    private static final System.Logger LOG = System.getLogger(Hall.class.getName());
    private static final String ROW = "state";

    private final RoomEntity room;
    private final RoomHooks hooks;
    private Map<String, RawJson> state = new LinkedHashMap<>();
    private Map<String, RawJson> kept = new LinkedHashMap<>();

    record StateRow(Map<String, RawJson> state) {}

    /// A hook, which may fail.
    private interface Hook {
        void run(HookRoom room) throws Exception;
    }

    Hall(RoomEntity room, RoomHooks hooks) {
        this.room = room;
        this.hooks = hooks;
    }

    void load(Map<String, byte[]> rows) {
        byte[] row = rows.get(ROW);
        kept = new LinkedHashMap<>(
                row == null ? Map.of() : CommandCodec.read(row, StateRow.class).state());
        state = new LinkedHashMap<>(kept);
    }

    Map<String, RawJson> stateMap() {
        return new LinkedHashMap<>(state);
    }

    void put(String key, RawJson value, Turn turn) {
        state.put(key, value);
        kept.put(key, value);
        turn.change(new Change.PutRow(ROW, CommandCodec.write(new StateRow(kept))));
    }

    void clear(Turn turn) {
        forget();
        turn.change(new Change.DeleteRow(ROW));
    }

    void forget() {
        state.clear();
        kept.clear();
    }

    void init(Turn turn) {
        logged("onInit", hook -> hooks.onInit(hook), turn);
    }

    /// @throws ProtocolException when the application refuses; it has left no trace then
    void joining(Member member, Turn turn) {
        Map<String, RawJson> before = new LinkedHashMap<>(state);
        View view = new View();
        try {
            hooks.onJoin(view, member);
        } catch (Exception refusal) {
            state = before;
            if (refusal instanceof ProtocolException known) {
                throw known;
            }
            LOG.log(System.Logger.Level.DEBUG, "onJoin refused in " + room.id(), refusal);
            throw ProtocolException.of(ErrorCode.PERMISSION_DENIED, "not let in");
        }
        view.keep(turn);
    }

    void left(Member member, LeaveReason reason, Turn turn) {
        logged("onLeave", hook -> hooks.onLeave(hook, member, reason), turn);
    }

    void destroying(Turn turn) {
        logged("onDestroy", hooks::onDestroy, turn);
    }

    private void logged(String what, Hook hook, Turn turn) {
        View view = new View();
        try {
            hook.run(view);
        } catch (Exception broken) {
            LOG.log(System.Logger.Level.WARNING, what + " failed in " + room.id(), broken);
        }
        view.keep(turn);
    }

    /// The room as a hook sees it; what it keeps is kept once it has not failed.
    private final class View implements HookRoom {
        private final Map<String, RawJson> toKeep = new LinkedHashMap<>();

        @Override
        public RoomKind kind() {
            return room.kind();
        }

        @Override
        public String name() {
            return room.name();
        }

        @Override
        public Map<String, RawJson> state() {
            return state;
        }

        @Override
        public void setState(String key, @Nullable Object value) {
            RawJson json = RawJson.of(value);
            state.put(key, json);
            toKeep.put(key, json);
        }

        @Override
        public int memberCount() {
            return room.attendance().count();
        }

        void keep(Turn turn) {
            toKeep.forEach((key, value) -> put(key, value, turn));
        }
    }
}
