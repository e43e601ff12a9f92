package dev.stoa.client.room;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Reads page after page, each when the one before is used up. Confined to the thread that reads.
final class Pages<T> implements Iterator<T> {
    private final Function<@Nullable String, CompletableFuture<Page<T>>> reader;
    private final String what;
    private Iterator<T> items = List.<T>of().iterator();
    private @Nullable String cursor;
    private boolean last;

    /// @param cursor for the next page; null after the last
    record Page<T>(List<T> items, @Nullable String cursor) {}

    private Pages(@Nullable String first, Function<@Nullable String, CompletableFuture<Page<T>>> reader, String what) {
        this.cursor = first;
        this.reader = reader;
        this.what = what;
    }

    /// @param first where to begin; null for the first page
    static <T> Stream<T> stream(
            @Nullable String first, Function<@Nullable String, CompletableFuture<Page<T>>> reader, String what) {
        var items = Spliterators.spliteratorUnknownSize(
                new Pages<>(first, reader, what), Spliterator.ORDERED | Spliterator.NONNULL);
        return StreamSupport.stream(items, false);
    }

    @Override
    public boolean hasNext() {
        while (!items.hasNext() && !last) {
            Page<T> page = Answers.await(reader.apply(cursor), what);
            items = page.items().iterator();
            last = page.cursor() == null || page.cursor().equals(cursor);
            cursor = page.cursor();
        }
        return items.hasNext();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return items.next();
    }
}
