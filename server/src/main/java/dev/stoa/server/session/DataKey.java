package dev.stoa.server.session;

/// Names a typed value of [ConnectionData]. Keys are equal when name and type are.
///
/// ```java
/// static final DataKey<String> ROLE = DataKey.of("role", String.class);
/// ```
public record DataKey<T>(String name, Class<T> type) {
    public static <T> DataKey<T> of(String name, Class<T> type) {
        return new DataKey<>(name, type);
    }
}
