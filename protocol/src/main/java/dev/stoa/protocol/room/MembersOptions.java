package dev.stoa.protocol.room;

import org.jspecify.annotations.Nullable;

/// Which members to list.
///
/// @param limit at most so many; 1000 by default and at most
/// @param cursor of the page before
public record MembersOptions(
        @Nullable Integer limit, @Nullable String cursor) {
    public static MembersOptions all() {
        return new MembersOptions(null, null);
    }
}
