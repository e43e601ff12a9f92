package dev.stoa.yjs;

import dev.stoa.yjs.wire.TypeContent;

/// What a new shared type shall be; see [YMap#create] and [YArray#create]. Immutable.
///
/// @param <T> how the type is read and edited
public final class YKind<T extends YType> {
    /// A list of values and types.
    public static final YKind<YArray> ARRAY = new YKind<>(TypeContent.ARRAY, "", YArray.class);
    /// Values and types by key.
    public static final YKind<YMap> MAP = new YKind<>(TypeContent.MAP, "", YMap.class);
    /// Text with formats and embeds.
    public static final YKind<YText> TEXT = new YKind<>(TypeContent.TEXT, "", YText.class);
    /// A list of XML nodes without an element around them.
    public static final YKind<YXmlFragment> XML_FRAGMENT =
            new YKind<>(TypeContent.XML_FRAGMENT, "", YXmlFragment.class);
    /// Text among XML nodes.
    public static final YKind<YXmlText> XML_TEXT = new YKind<>(TypeContent.XML_TEXT, "", YXmlText.class);

    private final int typeRef;
    private final String name;
    private final Class<T> type;

    private YKind(int typeRef, String name, Class<T> type) {
        this.typeRef = typeRef;
        this.name = name;
        this.type = type;
    }

    /// An element of this name. Yjs writes names as they are and prints them in lower case.
    public static YKind<YXmlElement> xmlElement(String nodeName) {
        return new YKind<>(TypeContent.XML_ELEMENT, nodeName, YXmlElement.class);
    }

    /// A map that stands among XML nodes, for the plug-in of this name.
    public static YKind<YXmlHook> xmlHook(String hookName) {
        return new YKind<>(TypeContent.XML_HOOK, hookName, YXmlHook.class);
    }

    int typeRef() {
        return typeRef;
    }

    String name() {
        return name;
    }

    Class<T> type() {
        return type;
    }

    @Override
    public String toString() {
        return type.getSimpleName() + (name.isEmpty() ? "" : " " + name);
    }
}
