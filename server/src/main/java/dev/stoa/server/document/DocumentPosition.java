package dev.stoa.server.document;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How much of a document somebody knows: its counter, and the life in which it counted. Immutable.
///
/// The counter rises by one with each edit, but a document that is restored goes on from the counter of
/// the snapshot, with another past: its epoch is another then, so that nobody takes up a thread that was
/// cut.
///
/// @param epoch the document's life; null when it is not known, and of documents that nobody has ever
///     written to
/// @param timestamp the counter; 0 for who knows nothing
public record DocumentPosition(@Nullable String epoch, long timestamp) {
    private static final int MAX_EPOCH_LENGTH = 64;
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,16})(?::([\\x21-\\x7E]{1,64}))?");

    /// Of who knows nothing.
    public static final DocumentPosition NOTHING = new DocumentPosition(null, 0);

    /// @throws ProtocolException `INVALID_ARGUMENT` for a negative counter
    public DocumentPosition {
        if (timestamp < 0) {
            throw invalid("a document's counter is 0 or more, not " + timestamp);
        }
        if (epoch != null && (epoch.isEmpty() || epoch.length() > MAX_EPOCH_LENGTH)) {
            throw invalid("an epoch has 1 to " + MAX_EPOCH_LENGTH + " characters, this one " + epoch.length());
        }
    }

    /// A counter value of whatever life the document is in.
    public static DocumentPosition at(long timestamp) {
        return new DocumentPosition(null, timestamp);
    }

    /// Reads what [#toString] wrote; a counter alone will do.
    ///
    /// @throws ProtocolException `INVALID_ARGUMENT` when it is neither
    public static DocumentPosition parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw invalid("no position of a document: "
                    + (text.length() <= MAX_EPOCH_LENGTH ? text : text.substring(0, MAX_EPOCH_LENGTH) + "…"));
        }
        return new DocumentPosition(parts.group(2), Long.parseLong(parts.group(1)));
    }

    private static ProtocolException invalid(String message) {
        return ProtocolException.of(ErrorCode.INVALID_ARGUMENT, message);
    }

    /// Whether an edit at the other position comes right behind this one.
    boolean isFollowedBy(DocumentPosition next) {
        return next.timestamp == timestamp + 1 && (epoch == null || epoch.equals(next.epoch));
    }

    /// Whether an edit at the other position is known already.
    boolean covers(DocumentPosition other) {
        return other.timestamp <= timestamp && epoch != null && epoch.equals(other.epoch);
    }

    /// `18:01a1fed0-…`: the counter, and the epoch where there is one.
    @Override
    public String toString() {
        return epoch == null ? Long.toString(timestamp) : timestamp + ":" + epoch;
    }
}
