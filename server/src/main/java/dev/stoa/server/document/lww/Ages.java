package dev.stoa.server.document.lww;

import java.util.ArrayList;
import java.util.List;

/// How far a document's counter had come on which day, so that it can be told how old at least what was
/// written at a counter value is. Confined to one thread; a mark for each day that saw a change, the
/// oldest forgotten beyond a number: what is older counts as younger then.
public final class Ages {
    private static final int MOST = 400;
    private static final long DAY = 24L * 60 * 60 * 1000;

    private final List<Mark> marks = new ArrayList<>();

    /// What has a counter value up to this was written before the beginning of a day.
    record Mark(long day, long counter) {}

    Ages() {}

    /// The counter has come to a value at a time, in wall-clock milliseconds.
    ///
    /// @return whether a day has begun since the last time
    public boolean pass(long at, long counter) {
        long tomorrow = Math.floorDiv(at, DAY) + 1;
        if (marks.isEmpty() || marks.getLast().day < tomorrow) {
            add(new Mark(tomorrow, counter));
            return true;
        }
        marks.set(marks.size() - 1, new Mark(marks.getLast().day, counter));
        return false;
    }

    void add(Mark mark) {
        marks.add(mark);
        if (marks.size() > MOST) {
            marks.removeFirst();
        }
    }

    /// The highest counter value that is known to be older than a time; 0 when none is.
    public long before(long time) {
        long counter = 0;
        for (Mark mark : marks) {
            if (mark.day * DAY > time) {
                break;
            }
            counter = mark.counter;
        }
        return counter;
    }

    List<Mark> marks() {
        return marks;
    }
}
