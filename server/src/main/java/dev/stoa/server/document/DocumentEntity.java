package dev.stoa.server.document;

import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.document.lww.Counterpart;
import dev.stoa.server.document.lww.EphemeralState;
import dev.stoa.server.document.lww.LwwDocument;
import dev.stoa.server.document.lww.LwwLimits;
import dev.stoa.server.document.lww.Patches;
import dev.stoa.server.entity.Command;
import dev.stoa.server.entity.Done;
import dev.stoa.server.entity.Entity;
import dev.stoa.server.entity.Image;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.StoreException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One document and who is at it. Confined to its mailbox.
///
/// Durable is the document alone: each edit is a record, and what was dropped of it is in neither the
/// log nor the broadcast. Live are the guests and what they show of themselves.
///
/// A checkpoint is given only when as much has been logged since the last as it takes itself: the work
/// of writing checkpoints stays in proportion to that of writing edits, however large the document is.
final class DocumentEntity implements Entity {
    private static final CloseReason AGAIN = new CloseReason(1012, "");
    private static final CloseReason CLOSED = new CloseReason(1001, "");
    private static final long LEAST_LOGGED_BYTES = 256 * 1024;

    private final EntityId id;
    private final Documents documents;
    private final DocumentsOptions options;
    private final DocumentSockets sockets;
    private final DocumentWatchers watchers;
    private final DocumentCounters counters;
    private final @Nullable Saver saver;
    private final @Nullable HookRunner hooks;
    private final Forgetting forgetting;
    private final Company company;
    private LwwDocument document = new LwwDocument();
    private long loggedBytes;
    /// When something was last logged, as far as loading knows.
    private long lastAt;
    /// A snapshot that was taken from the storage and is not in the log yet.
    private byte @Nullable [] found;

    DocumentEntity(EntityId id, Documents documents, DocumentSockets sockets, DocumentWatchers watchers) {
        this.id = id;
        this.documents = documents;
        this.options = documents.options();
        this.sockets = sockets;
        this.watchers = watchers;
        this.counters = documents.counters();
        this.saver = documents.saver();
        this.hooks = documents.hooks();
        this.forgetting = new Forgetting(options.tombstones());
        this.company = new Company(id, sockets, options.maxSessions(), documents.hooks());
    }

    // Loading

    @Override
    public Set<String> folds() {
        return Records.ALL;
    }

    @Override
    public void load(@Nullable Header header, byte @Nullable [] checkpoint, Map<String, byte[]> rows) {
        loggedBytes = 0;
        found = header == null && saver != null ? find(saver.storage()) : null;
        if (found != null) {
            document = read(found);
        } else {
            document = checkpoint == null ? new LwwDocument() : LwwDocument.ofCheckpoint(checkpoint);
        }
        lastAt = header == null ? 0 : header.lastAt();
    }

    private byte @Nullable [] find(DocumentStorage storage) {
        try {
            return storage.load(id.name()).orElse(null);
        } catch (IOException unreadable) {
            throw new StoreException("the snapshot of " + id + " cannot be read", unreadable);
        }
    }

    private LwwDocument read(byte[] snapshot) {
        try {
            return LwwDocument.ofSnapshot(snapshot, LwwLimits.none());
        } catch (IllegalArgumentException none) {
            throw new StoreException("the snapshot of " + id + " is none", none);
        }
    }

    @Override
    public void replay(LogRecord record) {
        document = Records.fold(document, record);
        forgetting.replayed(document, record);
        loggedBytes += record.body().length;
    }

    @Override
    public @Nullable Image checkpoint() {
        if (loggedBytes < Math.max(LEAST_LOGGED_BYTES, document.bytes())) {
            return null;
        }
        loggedBytes = 0;
        return new Image(document.checkpoint(Image.PART_BYTES));
    }

    /// After a failed commit: comings and goings that were lost with it happen now.
    @Override
    public void loaded(Turn turn) {
        documents.enter(id, this);
        if (found != null) {
            loggedBytes += turn.append(Records.IMPORTED, null, found).body().length;
            found = null;
        }
        logged(forgetting.loaded(document, lastAt, turn), turn);
        if (watchers.follow(id)) {
            var position = new DocumentPosition(epoch(turn), document.timestamp());
            turn.then(() -> watchers.loaded(id, position));
        }
        company.settle(turn);
    }

    // Commands

    @Override
    public void handle(Command<?> command, Turn turn) {
        try {
            take((DocumentCommand<?>) command, turn);
        } catch (ProtocolException refused) {
            counters.refusedOne();
            throw refused;
        }
    }

    private void take(DocumentCommand<?> command, Turn turn) {
        switch (command) {
            case DocumentCommand.Edit edit -> edit(edit, turn);
            case DocumentCommand.Reconnect reconnect -> reconnect(reconnect, turn);
            case DocumentCommand.Attach attach -> company.attach(attach, turn);
            case DocumentCommand.Detach(String session) -> company.detach(session, turn);
            case DocumentCommand.Permit permit -> company.permit(permit, turn);
            case DocumentCommand.Write write -> {
                Patches patches = Patches.parse(write.patches(), limits());
                if (!patches.isEmpty()) {
                    write(write.clientId(), null, patches, null, turn);
                }
                turn.answer(new DocumentCommand.Written(document.timestamp()));
            }
            case DocumentCommand.Import(byte[] snapshot) -> importing(snapshot, turn);
            case DocumentCommand.Look() -> turn.answer(new DocumentCommand.Seen(document.snapshot()));
            case DocumentCommand.Get(String key) ->
                turn.answer(new DocumentCommand.Got(document.get(key).orElse(null)));
            case DocumentCommand.Since since -> turn.answer(Readings.newer(document, since, epoch(turn)));
            case DocumentCommand.Read read -> turn.answer(Readings.state(document, read, epoch(turn)));
            case DocumentCommand.ListSessions() -> turn.answer(new DocumentCommand.SessionList(company.sessions()));
            case DocumentCommand.Close() -> {
                company.sendAway(CLOSED, turn);
                turn.answer(new Done());
            }
        }
    }

    private LwwLimits limits() {
        return options.limits();
    }

    // Edits

    private void edit(DocumentCommand.Edit asked, Turn turn) {
        Guest guest = company.find(asked.session());
        Patches edits = parsed(asked.documentPatches());
        Patches ephemerals = parsed(asked.ephemeralPatches());
        if (guest != null && (edits != null || ephemerals != null)) {
            if (guest.permission == Permission.READ_WRITE) {
                write(guest.clientId, asked.session(), edits, ephemerals, turn);
            } else {
                counters.onlyRead();
            }
            long now = document.timestamp();
            turn.then(() -> sockets.tell(id, asked.session(), Frames.ack(asked.messageId(), now)));
            if (edits != null && guest.permission == Permission.READ_ONLY && options.repliesToReaders()) {
                putRight(asked.session(), edits, now, turn);
            }
        }
        turn.answer(new Done());
    }

    /// Tells a reader what is there in truth where it has edited.
    private void putRight(String session, Patches edits, long now, Turn turn) {
        byte[] truth = Counterpart.of(document, edits);
        if (truth != null) {
            Frame reply = Frames.patch("", Frames.list(truth), now, null);
            turn.then(() -> sockets.tell(id, session, reply));
        }
    }

    private @Nullable Patches parsed(byte @Nullable [] json) {
        Patches patches = json == null ? null : Patches.parse(json, limits());
        return patches == null || patches.isEmpty() ? null : patches;
    }

    /// Applies what a writer sent, all of it or nothing, and tells the others.
    ///
    /// @param session who is not told; null for nobody
    private void write(
            String clientId,
            @Nullable String session,
            @Nullable Patches edits,
            @Nullable Patches ephemerals,
            Turn turn) {
        EphemeralState.Change shown = ephemerals == null ? null : company.checkShown(clientId, ephemerals, limits());
        byte[] kept = edits == null ? null : apply(clientId, edits, turn);
        byte[] told = null;
        if (shown != null) {
            shown.make();
            told = nullIfEmpty(shown.kept());
            counters.shown();
        }
        if (kept != null || told != null) {
            Frame frame = Frames.patch(clientId, kept, document.timestamp(), told);
            turn.then(() -> sockets.tellAll(id, frame, session));
        }
    }

    /// @return what was kept of the patches; null when all was dropped
    private byte @Nullable [] apply(String clientId, Patches patches, Turn turn) {
        LwwDocument.Applied applied = document.apply(patches, limits());
        counters.edited();
        if (applied.droppedSome()) {
            counters.dropped();
        }
        LogRecord record = turn.append(Records.EDIT, null, Records.edit(applied.timestamp(), clientId, applied.kept()));
        logged(record, turn);
        logged(forgetting.edited(document, turn), turn);
        if (hooks != null) {
            var change = new DocumentHooks.Change(clientId, RawJson.trusted(applied.kept()), applied.timestamp());
            turn.then(() -> hooks.call(id.name(), (called, document) -> called.changed(document, change)));
        }
        if (watchers.follow(id)) {
            var position = new DocumentPosition(turn.epoch(), applied.timestamp());
            var edit = new DocumentEvent.Changed(clientId, RawJson.trusted(applied.kept()), position);
            turn.then(() -> watchers.changed(id, edit));
        }
        return nullIfEmpty(applied.kept());
    }

    private static @Nullable String epoch(Turn turn) {
        return turn.exists() ? turn.epoch() : null;
    }

    private static byte @Nullable [] nullIfEmpty(byte[] list) {
        return list.length == 2 ? null : list;
    }

    private void logged(@Nullable LogRecord record, Turn turn) {
        if (record == null) {
            return;
        }
        loggedBytes += record.body().length;
        if (saver != null) {
            turn.then(() -> saver.changed(id));
        }
        if (record.offset() > options.keptEdits()) {
            turn.trim(record.offset() - options.keptEdits());
        }
    }

    private void reconnect(DocumentCommand.Reconnect asked, Turn turn) {
        Guest guest = company.find(asked.session());
        if (guest == null) {
            turn.answer(new Done());
            return;
        }
        if (!asked.fits() || hasMissedDeletions(asked.lastTimestamp())) {
            counters.mismatch();
            turn.then(() -> sockets.tell(id, asked.session(), Frames.versionMismatch()));
            turn.answer(new Done());
            return;
        }
        Patches edits = parsed(asked.documentPatches());
        Patches ephemerals = parsed(asked.ephemeralPatches());
        long before = document.timestamp();
        boolean writes = guest.permission == Permission.READ_WRITE;
        if (writes && (edits != null || ephemerals != null)) {
            write(guest.clientId, asked.session(), edits, ephemerals, turn);
        }
        if (writes && asked.lastTimestamp() > before) {
            counters.resync();
            turn.then(() -> sockets.tell(id, asked.session(), Frames.resync(before)));
        }
        // who brings edits is sent them back, its deletions too, which is how it knows that they are kept
        boolean tombstones = asked.lastTimestamp() > 0
                || edits != null
                || options.tombstones().newcomers();
        answer(guest, asked.lastTimestamp(), tombstones, turn);
        turn.answer(new Done());
    }

    /// Whether a client's copy may hold what was deleted so long ago that nobody knows of it any more. It
    /// cannot be told what, so it must not go on with that copy.
    private boolean hasMissedDeletions(double lastTimestamp) {
        return lastTimestamp > 0 && lastTimestamp < document.forgotten();
    }

    /// Tells who came back what it missed, and that this was all.
    private void answer(Guest guest, double since, boolean tombstones, Turn turn) {
        ByteBuilder diff = new ByteBuilder(0, 256);
        diff.write('[');
        boolean missed = document.writeSince(since, tombstones, diff) > 0;
        diff.write(']');
        byte[] others = company.shownTo(guest.clientId);
        long now = document.timestamp();
        Frame patch =
                missed || others != null ? Frames.patch("", missed ? diff.toByteArray() : null, now, others) : null;
        turn.then(() -> {
            if (patch != null) {
                sockets.tell(id, guest.session.id(), patch);
            }
            sockets.tell(id, guest.session.id(), Frames.synced(now));
        });
    }

    /// Connected clients know a state that is no more: they come again, and are told all that is new.
    private void importing(byte[] snapshot, Turn turn) {
        try {
            document = LwwDocument.ofSnapshot(snapshot, limits()).inPlaceOf(document);
        } catch (IllegalArgumentException none) {
            throw ProtocolException.of(ErrorCode.INVALID_ARGUMENT, String.valueOf(none.getMessage()));
        }
        turn.renewEpoch();
        logged(turn.append(Records.IMPORTED, null, snapshot), turn);
        company.sendAway(AGAIN, turn);
        turn.then(() -> watchers.doubt(id));
        turn.answer(new DocumentCommand.Written(document.timestamp()));
    }

    // Life

    @Override
    public boolean mayHibernate() {
        return company.isEmpty();
    }

    @Override
    public void hibernated() {
        documents.leave(id, this);
    }

    @Override
    public void dropped() {
        documents.leave(id, this);
        sockets.closeAll(id, AGAIN);
        watchers.doubt(id);
    }
}
