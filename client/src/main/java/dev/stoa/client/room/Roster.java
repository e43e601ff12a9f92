package dev.stoa.client.room;

import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.MemberEvent;
import dev.stoa.protocol.room.MembersResult;
import dev.stoa.protocol.room.RoomMessages.MemberChange;
import dev.stoa.protocol.room.RoomMessages.PresenceChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The live list of members: begun by each `room.joined`, completed by pages where that named only the first
/// hundred, kept by events.
///
/// After a reconnect the new list grows aside, and takes the old one's place when it is complete, so that the
/// difference can be told. The methods of [MembersView] take the attachment's lock; the others want it.
final class Roster implements MembersView {
    private static final Comparator<Member> ORDER =
            Comparator.comparing(Member::joinedAt).thenComparing(Member::memberId);

    private final ReentrantLock lock;
    private final int limit;
    private Map<String, Member> shown = new HashMap<>();
    private @Nullable Map<String, Member> growing;
    private @Nullable String awaited;
    private boolean begun;
    private boolean complete;

    /// What changed while nobody was looking.
    record Difference(List<MemberChange> members, List<PresenceChange> presences) {
        static final Difference NONE = new Difference(List.of(), List.of());
    }

    Roster(ReentrantLock lock, int limit) {
        this.lock = lock;
        this.limit = limit;
    }

    /// Begins anew with what a join answered.
    Difference begin(List<Member> first, int count) {
        Map<String, Member> fresh = new LinkedHashMap<>();
        awaited = null;
        growing = fresh;
        if (!begun) {
            begun = true;
            shown = fresh;
            growing = null;
        }
        first.forEach(member -> put(fresh, member));
        complete = false;
        return first.size() >= count && count <= limit ? finish(true) : Difference.NONE;
    }

    /// Whether pages are needed: not once complete or too large.
    boolean wantsPage() {
        return !complete && present().size() < limit;
    }

    /// Nobody is in the room as far as is known.
    void clear() {
        shown = new HashMap<>();
        growing = null;
        awaited = null;
        begun = false;
        complete = false;
    }

    /// Waits for the page that answers this request.
    void await(String correlationId) {
        awaited = correlationId;
    }

    boolean awaits(@Nullable String correlationId) {
        return awaited != null && awaited.equals(correlationId);
    }

    /// Takes a page in.
    Difference page(MembersResult page) {
        awaited = null;
        page.members().forEach(member -> put(present(), member));
        boolean whole = page.cursor() == null && page.count() <= limit;
        return whole || page.cursor() == null || present().size() >= limit ? finish(whole) : Difference.NONE;
    }

    /// No further page comes: shows what there is.
    void giveUp() {
        awaited = null;
        finish(false);
    }

    /// Returns whether the application is to be told now, not by a later difference.
    boolean change(MemberChange change) {
        if (change.event() == MemberEvent.LEFT) {
            present().remove(change.member().memberId());
        } else {
            put(present(), change.member());
        }
        return growing == null;
    }

    /// As [#change].
    boolean change(PresenceChange change) {
        present().computeIfPresent(change.memberId(), (id, member) -> with(member, change));
        return growing == null;
    }

    private Difference finish(boolean whole) {
        complete = whole;
        Map<String, Member> fresh = growing;
        if (fresh == null) {
            return Difference.NONE;
        }
        Map<String, Member> before = shown;
        shown = fresh;
        growing = null;
        return whole ? difference(before, fresh) : Difference.NONE;
    }

    private static Difference difference(Map<String, Member> before, Map<String, Member> after) {
        List<MemberChange> members = new ArrayList<>();
        List<PresenceChange> presences = new ArrayList<>();
        before.values().stream()
                .filter(member -> !after.containsKey(member.memberId()))
                .sorted(ORDER)
                .forEach(gone -> members.add(new MemberChange(null, null, MemberEvent.LEFT, gone, null)));
        after.values().stream().sorted(ORDER).forEach(member -> {
            Member known = before.get(member.memberId());
            if (known == null) {
                members.add(new MemberChange(null, null, MemberEvent.JOINED, member, null));
                return;
            }
            if (!known.metadata().equals(member.metadata()) || !Objects.equals(known.actor(), member.actor())) {
                members.add(new MemberChange(null, null, MemberEvent.UPDATED, member, null));
            }
            if (!known.presence().equals(member.presence())) {
                presences.add(new PresenceChange(member.memberId(), member.presence()));
            }
        });
        return new Difference(members, presences);
    }

    private Map<String, Member> present() {
        Map<String, Member> fresh = growing;
        return fresh == null ? shown : fresh;
    }

    private void put(Map<String, Member> members, Member member) {
        if (members.size() < limit || members.containsKey(member.memberId())) {
            members.put(member.memberId(), member);
        } else {
            complete = false;
        }
    }

    private static Member with(Member member, PresenceChange change) {
        return new Member(
                member.memberId(),
                member.room(),
                member.kind(),
                member.joinedAt(),
                member.lastSeenAt(),
                member.leftAt(),
                member.actor(),
                member.metadata(),
                change.presence());
    }

    @Override
    public List<Member> list() {
        lock.lock();
        try {
            return shown.values().stream().sorted(ORDER).toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Member> find(String memberId) {
        lock.lock();
        try {
            return Optional.ofNullable(shown.get(memberId));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int size() {
        lock.lock();
        try {
            return shown.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isComplete() {
        lock.lock();
        try {
            return complete && growing == null;
        } finally {
            lock.unlock();
        }
    }
}
