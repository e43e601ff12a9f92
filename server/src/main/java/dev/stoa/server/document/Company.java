package dev.stoa.server.document;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.document.lww.EphemeralState;
import dev.stoa.server.document.lww.LwwLimits;
import dev.stoa.server.document.lww.Patches;
import dev.stoa.server.entity.Done;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Session;
import dev.stoa.server.store.EntityId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who is at a document, and what they show of themselves: in memory only, and kept when the document is
/// read again. Confined to the document's mailbox.
final class Company {
    private final EntityId id;
    private final DocumentSockets sockets;
    private final int maxSessions;
    private final @Nullable HookRunner hooks;
    private final Guests guests = new Guests();
    private final EphemeralState ephemeral = new EphemeralState();

    Company(EntityId id, DocumentSockets sockets, int maxSessions, @Nullable HookRunner hooks) {
        this.id = id;
        this.sockets = sockets;
        this.maxSessions = maxSessions;
        this.hooks = hooks;
    }

    @Nullable
    Guest find(String session) {
        return guests.find(session);
    }

    boolean isEmpty() {
        return guests.count() == 0;
    }

    List<DocumentSession> sessions() {
        return guests.sessions();
    }

    void attach(DocumentCommand.Attach asked, Turn turn) {
        String session = asked.session().id();
        if (guests.count() >= maxSessions) {
            throw ProtocolException.of(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "the document has " + guests.count() + " sessions, its limit is " + maxSessions);
        }
        guests.add(new Guest(asked.session(), asked.clientId(), asked.permission(), asked.metadata()));
        int count = guests.count();
        byte[] shown = shownTo(asked.clientId());
        Frame others = shown == null ? null : Frames.patch("", null, 0, shown);
        turn.then(() -> {
            if (sockets.enter(id, session) && others != null) {
                sockets.tell(id, session, others);
            }
            sockets.tellAll(id, Frames.clientCount(count), null);
        });
        turn.answer(new Done());
    }

    void detach(String session, Turn turn) {
        leave(session, turn);
        turn.answer(new Done());
    }

    void permit(DocumentCommand.Permit asked, Turn turn) {
        guests.permit(asked.session(), asked.permission(), asked.metadata());
        turn.answer(new Done());
    }

    private void leave(String session, Turn turn) {
        Guest guest = guests.remove(session);
        turn.then(() -> sockets.leave(id, session));
        if (guest == null) {
            return;
        }
        byte[] gone = guests.isThere(guest.clientId) ? null : ephemeral.remove(guest.clientId);
        if (gone != null) {
            Frame removal = Frames.patch(guest.clientId, null, 0, Frames.list(gone));
            turn.then(() -> sockets.tellAll(id, removal, null));
        }
        int count = guests.count();
        turn.then(() -> sockets.tellAll(id, Frames.clientCount(count), null));
        if (hooks != null) {
            turn.then(
                    () -> hooks.call(id.name(), (called, document) -> called.sessionRemoved(document, session, count)));
        }
    }

    /// The document was read again: comings and goings that were lost happen now.
    void settle(Turn turn) {
        Set<String> inside = new HashSet<>();
        for (Session session : sockets.in(id)) {
            if (session.isOpen() && guests.find(session.id()) != null) {
                inside.add(session.id());
            } else {
                turn.then(() -> sockets.leave(id, session.id()));
            }
        }
        for (Guest guest : guests.all()) {
            if (!inside.contains(guest.session.id())) {
                leave(guest.session.id(), turn);
            }
        }
    }

    /// Ends all sessions, without a word to anybody else.
    void sendAway(CloseReason reason, Turn turn) {
        guests.clear();
        ephemeral.retain(Set.of());
        turn.then(() -> sockets.closeAll(id, reason));
    }

    // What they show

    /// What others than a client show, as a list of one patch; null for nothing.
    byte @Nullable [] shownTo(String clientId) {
        byte[] others = ephemeral.others(clientId);
        return others == null ? null : Frames.list(others);
    }

    /// What a client is about to show.
    ///
    /// @throws ProtocolException when it is too much
    EphemeralState.Change checkShown(String clientId, Patches patches, LwwLimits limits) {
        return ephemeral.check(clientId, patches, limits);
    }
}
