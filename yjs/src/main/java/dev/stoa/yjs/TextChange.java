package dev.stoa.yjs;

import dev.stoa.yjs.store.Item;
import dev.stoa.yjs.store.TextEdits;
import dev.stoa.yjs.store.Transaction;
import dev.stoa.yjs.store.TypeNode;
import dev.stoa.yjs.wire.Contents;
import dev.stoa.yjs.wire.Mark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a transaction did to a formatted text: one walk that knows which attributes are in force now
/// and which were before. For one reading.
final class TextChange {
    private enum Step {
        INSERT,
        RETAIN,
        DELETE
    }

    private final YDoc doc;
    private final Transaction transaction;
    private final List<DeltaOp> ops = new ArrayList<>();
    private final Map<String, @Nullable Object> now = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> before = new HashMap<>();
    /// What a retained part has got or lost.
    private final Map<String, @Nullable Object> news = new LinkedHashMap<>();

    private final StringBuilder inserted = new StringBuilder();
    private @Nullable Step step;
    private int retained;
    private int deleted;

    TextChange(YDoc doc, Transaction transaction) {
        this.doc = doc;
        this.transaction = transaction;
    }

    List<DeltaOp> of(TypeNode node) {
        for (Item item = node.start(); item != null; item = item.right()) {
            switch (item.ref()) {
                case Contents.STRING -> text(item);
                case Contents.EMBED, Contents.TYPE -> object(item);
                case Contents.FORMAT -> {
                    if (item.content() instanceof Mark mark) {
                        mark(item, mark);
                    }
                }
                default -> {}
            }
        }
        end();
        while (!ops.isEmpty()
                && ops.getLast() instanceof DeltaOp.Retain last
                && last.attributes().isEmpty()) {
            ops.removeLast();
        }
        return ops;
    }

    private void text(Item item) {
        if (transaction.adds(item)) {
            if (item.isLive() && item.content() instanceof CharSequence text) {
                begin(Step.INSERT);
                inserted.append(text);
            }
        } else {
            kept(item);
        }
    }

    private void object(Item item) {
        if (transaction.adds(item)) {
            if (item.isLive()) {
                end();
                ops.add(new DeltaOp.Insert(Plain.out(doc, item.ref(), item.content(), 0), now));
            }
        } else {
            kept(item);
        }
    }

    private void kept(Item item) {
        if (item.isLive()) {
            begin(Step.RETAIN);
            retained += item.length();
        } else if (transaction.deletes(item)) {
            begin(Step.DELETE);
            deleted += item.length();
        }
    }

    private void mark(Item item, Mark mark) {
        String key = mark.key();
        Object value = mark.value().value();
        if (transaction.adds(item)) {
            if (item.isLive() && !TextEdits.equal(now.get(key), value)) {
                end(Step.RETAIN);
                if (TextEdits.equal(value, before.get(key))) {
                    news.remove(key);
                } else {
                    news.put(key, value);
                }
            }
        } else if (!item.isLive() && transaction.deletes(item)) {
            before.put(key, value);
            if (!TextEdits.equal(now.get(key), value)) {
                end(Step.RETAIN);
                news.put(key, now.get(key));
            }
        } else if (item.isLive()) {
            before.put(key, value);
            keptMark(key, value);
        }
        if (item.isLive()) {
            end(Step.INSERT);
            if (value == null) {
                now.remove(key);
            } else {
                now.put(key, value);
            }
        }
    }

    private void keptMark(String key, @Nullable Object value) {
        if (news.containsKey(key) && !TextEdits.equal(news.get(key), value)) {
            end(Step.RETAIN);
            if (value == null) {
                news.remove(key);
            } else {
                news.put(key, value);
            }
        }
    }

    private void begin(Step next) {
        if (step != next) {
            end();
            step = next;
        }
    }

    private void end(Step only) {
        if (step == only) {
            end();
        }
    }

    private void end() {
        if (!inserted.isEmpty()) {
            ops.add(new DeltaOp.Insert(inserted.toString(), now));
            inserted.setLength(0);
        }
        if (retained > 0) {
            ops.add(new DeltaOp.Retain(retained, news));
            retained = 0;
        }
        if (deleted > 0) {
            ops.add(new DeltaOp.Delete(deleted));
            deleted = 0;
        }
        step = null;
    }
}
