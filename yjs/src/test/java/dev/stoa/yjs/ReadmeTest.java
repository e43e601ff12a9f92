package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.yjs.sync.Awareness;
import dev.stoa.yjs.sync.AwarenessLimits;
import dev.stoa.yjs.sync.SyncMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The examples of README.md, compiled and run; the last test holds that they are the same.
final class ReadmeTest {
    private final Random random = new Random(1);
    private final Object connection = new Object();
    private final List<byte[]> log = new ArrayList<>();
    private final List<byte[]> sent = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();
    private final List<List<DeltaOp>> changes = new ArrayList<>();
    private final Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    private final long clientId = 1;
    private final long otherId = 2;

    @Test
    void aBrowsersDocumentIsReadEditedAndPassedOn() {
        byte[] fromBrowser = Hex.bytes("01 01 07 00 04 01 04 74 65 78 74 05 68 65 6c 6c 6f 00");
        YDoc doc = YDoc.create(DocOptions.of(random.nextInt() & 0xffffffffL));
        Applied applied = doc.apply(fromBrowser, null);

        String text = doc.text("text").toString();
        doc.transact("server", () -> {
            doc.text("text").insert(0, "Dear reader, ", Map.of("bold", true));
            doc.map("meta").set("words", text.split(" ").length);
        });

        byte[] forEverybody = doc.encodeState();
        assertThat(applied.integrated()).isTrue();
        YDoc other = YDoc.create(DocOptions.of(3));
        other.apply(forEverybody, null);
        assertThat(other.text("text").toString()).isEqualTo("Dear reader, hello");
        assertThat(other.map("meta").get("words")).isEqualTo(1L);
    }

    @Test
    void applyTellsWhatToDo() {
        YDoc doc = YDoc.create(DocOptions.of(clientId));
        doc.onUpdate(event -> broadcast(event.updateV1(), event.origin()));
        for (byte[] update : List.of(Hex.bytes("01 01 07 00 04 01 01 74 01 68 00"), new byte[] {1})) {
            try {
                Applied result = doc.apply(update, connection);
                if (!result.duplicate()) {
                    log.add(update);
                }
            } catch (UpdateException refused) {
                close(connection, refused.reason() + ": " + refused.getMessage());
            }
        }

        assertThat(log).hasSize(1);
        assertThat(sent).hasSize(1);
        assertThat(closed).containsExactly("MALFORMED: the bytes end early");
    }

    @Test
    void twoDocumentsAreBroughtTogether() {
        YDoc server = YDoc.create(DocOptions.of(clientId));
        YDoc client = YDoc.create(DocOptions.of(otherId));
        server.text("t").insert(0, "a");
        byte[] missing = server.encodeState(client.stateVector());
        client.apply(missing, "sync");
        assertThat(client.text("t").toString()).isEqualTo("a");

        server.text("t").insert(1, "b");
        byte[] question = SyncMessage.step1(client).encode();
        if (SyncMessage.decode(question) instanceof SyncMessage.Step1 step) {
            byte[] answer = step.answer(server).encode();
            client.apply(SyncMessage.decode(answer).payload(), "sync");
        }
        assertThat(client.text("t").toString()).isEqualTo("ab");

        log.add(server.encodeState());
        log.add(client.encodeState());
        byte[] compacted = Updates.merge(log);
        byte[] rest = Updates.diff(compacted, client.stateVector());
        byte[] smaller = Updates.toV2(compacted);
        Updates.check(compacted, Limits.defaults());
        assertThat(Hex.of(rest)).isEqualTo("00 00");
        assertThat(Updates.toV1(smaller)).isEqualTo(compacted);
    }

    @Test
    void textsAndTreesAreEdited() {
        YDoc doc = YDoc.create(DocOptions.of(clientId));
        YText text = doc.text("article");
        text.applyDelta(List.of(DeltaOp.insert("Hello "), DeltaOp.insert("world", Map.of("bold", true))));
        text.observe(event -> changes.add(event.delta()));
        text.format(0, 5, Map.of("color", "blue"));
        List<DeltaOp.Insert> delta = text.toDelta();

        YXmlElement paragraph = doc.xmlFragment("default").createElement(0, "paragraph");
        paragraph.createText(0, "From Tiptap, or for it");
        Map<String, Object> json = doc.xmlFragment("default").toProseMirror();

        YMap settings = doc.map("settings").create("editor", YKind.MAP);
        settings.set("tabs", false);

        assertThat(delta)
                .containsExactly(
                        new DeltaOp.Insert("Hello", Map.of("color", "blue")),
                        new DeltaOp.Insert(" ", Map.of()),
                        new DeltaOp.Insert("world", Map.of("bold", true)));
        assertThat(changes).containsExactly(List.of(DeltaOp.retain(5, Map.of("color", "blue"))));
        assertThat(json.toString())
                .isEqualTo(
                        "{type=doc, content=[{type=paragraph, content=[{type=text, text=From Tiptap, or for it}]}]}");
        assertThat(doc.map("settings").toJson()).isEqualTo(Map.of("editor", Map.of("tabs", false)));
    }

    @Test
    void aVersionIsGoneBackTo() {
        YDoc archive = YDoc.create(DocOptions.of(clientId).collect(false));
        archive.text("t").insert(0, "first");
        Snapshot version = archive.snapshot();
        archive.text("t").insert(5, ", then more");
        YDoc then = archive.restore(version, DocOptions.of(otherId).collect(false));

        assertThat(then.text("t").toString()).isEqualTo("first");
    }

    @Test
    void presenceIsPassedOn() {
        byte[] frame = {1, 9, 1, 2, '{', '}'};
        Awareness awareness = new Awareness(AwarenessLimits.defaults());
        Awareness.Change change = awareness.apply(frame, clock.millis());
        if (!change.isEmpty()) {
            send(awareness.encode(change.news()));
        }
        Awareness.Change gone = awareness.expire(clock.millis());

        assertThat(sent).hasSize(1);
        assertThat(gone.isEmpty()).isTrue();
    }

    @Test
    void theExamplesOfTheReadmeAreTheseHere() throws IOException {
        String here = blanks(Files.readString(Path.of("src/test/java/dev/stoa/yjs/ReadmeTest.java")));
        List<String> examples = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();

        assertThat(examples).hasSize(8);
        for (String example : examples) {
            for (String paragraph : example.strip().split("\n\n")) {
                assertThat(here).contains(blanks(paragraph));
            }
        }
    }

    private static String blanks(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private void broadcast(byte[] update, Object origin) {
        assertThat(origin).isSameAs(connection);
        sent.add(update);
    }

    private void send(byte[] update) {
        sent.add(update);
    }

    private void close(Object whose, String why) {
        assertThat(whose).isSameAs(connection);
        closed.add(why);
    }
}
