package dev.stoa.yjs;

import dev.stoa.yjs.lib0.ValueMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A reference to another document: its content lives under its own `guid` and is synchronised on its
/// own. Immutable; two references are the same one only if they are the same object.
public final class Subdocument {
    private final String guid;
    private final Map<String, @Nullable Object> options;

    /// A reference with options; their values are those that a [YMap] takes.
    ///
    /// @param options as they travel: `gc` false, `autoLoad` true, `meta` anything; absent otherwise
    /// @throws IllegalArgumentException for an option that a document cannot hold
    public Subdocument(String guid, Map<String, @Nullable Object> options) {
        this.guid = guid;
        this.options = options instanceof ValueMap ? options : checked(options);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> checked(Map<String, @Nullable Object> options) {
        return (Map<String, @Nullable Object>) Objects.requireNonNull(Plain.in(options));
    }

    /// A reference without options.
    public static Subdocument of(String guid) {
        return new Subdocument(guid, Map.of());
    }

    /// The name under which the other document is found.
    public String guid() {
        return guid;
    }

    /// The options as they travel; unmodifiable.
    public Map<String, @Nullable Object> options() {
        return options;
    }

    /// Whether peers load it as soon as they see it.
    public boolean autoLoad() {
        return Boolean.TRUE.equals(options.get("autoLoad"));
    }

    @Override
    public String toString() {
        return "Subdocument[" + guid + "]";
    }
}
