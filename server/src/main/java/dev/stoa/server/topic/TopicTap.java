package dev.stoa.server.topic;

/// Watches topics: told after something has succeeded, on the thread that did it. Exceptions are logged
/// and ignored.
public interface TopicTap {
    /// @param timestamp wall-clock milliseconds
    default void onSubscribe(String topic, String clientId, long timestamp) {}

    /// @param timestamp wall-clock milliseconds
    default void onUnsubscribe(String topic, String clientId, long timestamp) {}

    /// @param type the message's type name
    /// @param timestamp wall-clock milliseconds
    default void onPublish(String topic, String type, long timestamp) {}
}
