package dev.stoa.yjs;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A reference to another document: its content lives under its own `guid` and is synchronised on its
/// own. Immutable; two references are the same one only if they are the same object.
public final class Subdocument {
    private final String guid;
    private final Map<String, @Nullable Object> options;

    /// @param options as they travel: `gc` false, `autoLoad` true, `meta` anything; absent otherwise
    public Subdocument(String guid, Map<String, @Nullable Object> options) {
        this.guid = guid;
        this.options = options;
    }

    public static Subdocument of(String guid) {
        return new Subdocument(guid, Map.of());
    }

    public String guid() {
        return guid;
    }

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
