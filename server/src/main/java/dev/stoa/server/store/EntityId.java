package dev.stoa.server.store;

/// Names one entity: kind and name together identify it. Immutable.
///
/// @param kind what it is and which feature knows it, like `room:default/main`; 1 to 128 characters
/// @param name 1 to 256 characters (code points); any Unicode but control characters and lone surrogates
public record EntityId(String kind, String name) {
    public static final int MAX_KIND_LENGTH = 128;
    public static final int MAX_NAME_LENGTH = 256;

    public EntityId {
        check("an entity's kind", kind, MAX_KIND_LENGTH);
        check("an entity's name", name, MAX_NAME_LENGTH);
    }

    private static void check(String what, String text, int max) {
        int length = text.codePointCount(0, text.length());
        if (length == 0 || length > max) {
            throw new IllegalArgumentException(what + " has 1 to " + max + " characters, this one " + length);
        }
        text.codePoints().filter(EntityId::isForbidden).findFirst().ifPresent(point -> {
            throw new IllegalArgumentException(what + " must not hold the character U+%04X".formatted(point));
        });
    }

    private static boolean isForbidden(int point) {
        int type = Character.getType(point);
        return type == Character.CONTROL || type == Character.SURROGATE;
    }

    @Override
    public String toString() {
        return kind + "/" + name;
    }
}
