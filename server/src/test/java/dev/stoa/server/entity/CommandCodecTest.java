package dev.stoa.server.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.dataformat.cbor.CBORMapper;

class CommandCodecTest {
    private static final CBORMapper CBOR = CBORMapper.builder().build();

    private final CommandCodec codec = CommandCodec.of(TallyCommand.class, Everything.class, Done.class);

    /// One component of each sort that commands use.
    record Everything(
            String text,
            @Nullable String perhaps,
            int small,
            long large,
            boolean yes,
            double real,
            Instant at,
            Duration lasts,
            RawJson json,
            Optional<String> optional,
            List<Inner> list,
            Set<Colour> set,
            Map<String, Long> map,
            byte[] bytes) {}

    record Inner(@Nullable Integer number, List<String> texts) {}

    enum Colour {
        RED,
        GREEN
    }

    private Record any(Chance chance) {
        List<Class<?>> types = new java.util.ArrayList<>();
        codec.types().forEach(types::add);
        types.sort(java.util.Comparator.comparing(Class::getName));
        return new RandomRecords(chance).any(chance.oneOf(types).asSubclass(Record.class));
    }

    @Test
    void everyRecordComesBackAsItWent() {
        Property.holds(5_000, chance -> {
            Record sent = any(chance);

            Record came = codec.decode(codec.encode(sent));

            assertThat(came).usingRecursiveComparison().isEqualTo(sent);
            assertThat(came).isExactlyInstanceOf(sent.getClass());
        });
    }

    @Test
    void everyRecordOfAKnownTypeComesBackAsItWent() {
        Property.holds(2_000, chance -> {
            Everything sent = new RandomRecords(chance).any(Everything.class);

            Everything came = CommandCodec.read(CommandCodec.write(sent), Everything.class);

            assertThat(came).usingRecursiveComparison().isEqualTo(sent);
        });
    }

    @Test
    void withACommandComesItsAnswer() {
        assertThat(codec.types()).contains(TallyCommand.Added.class, TallyCommand.View.class, Done.class);
    }

    @Test
    void junkIsRefusedAndNothingElseHappens() {
        Property.holds(20_000, chance -> {
            byte[] bytes = codec.encode(any(chance));
            for (int i = chance.between(1, 4); i > 0; i--) {
                bytes[chance.between(0, bytes.length - 1)] = (byte) chance.between(0, 255);
            }
            decodeOrRefuse(Arrays.copyOf(bytes, chance.onceIn(3) ? chance.between(0, bytes.length) : bytes.length));
        });
    }

    @Test
    void anyBytesAreRefusedAndNothingElseHappens() {
        Property.holds(20_000, chance -> {
            byte[] bytes = new byte[chance.between(0, 40)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) chance.between(0, 255);
            }
            decodeOrRefuse(bytes);
        });
    }

    private void decodeOrRefuse(byte[] bytes) {
        try {
            assertThat(codec.decode(bytes)).isNotNull();
        } catch (StoreException refused) {
            assertThat(refused).hasMessageNotContaining("null pointer");
        }
    }

    @Test
    void unknownNamesAreRefused() {
        refuses(Map.of("java.lang.Runtime", Map.of()), "no record is called java.lang.Runtime");
        refuses(Map.of("Inner", Map.of("texts", List.of())), "no record is called Inner");
        refuses(Map.of(), "no record is called null");
        refuses(List.of("Done"), "no record is called");
        refuses("Done", "no record is called");
    }

    @Test
    void wrongComponentsAreRefused() {
        refuses(Map.of("Trim", Map.of("upTo", "7")), "not a record");
        refuses(Map.of("Trim", Map.of("upTo", 7.5)), "not a record");
        refuses(Map.of("Trim", Map.of("upTo", 7, "more", 1)), "not a record");
        refuses(Map.of("Trim", Map.of()), "not a record");
        refuses(Map.of("Trim", List.of(7)), "not a record");
        refuses(Map.of("Attach", Map.of("who", 7)), "not a record");
    }

    @Test
    void anAbsentRecordIsRefused() {
        assertThatThrownBy(() -> codec.decode(CBOR.writeValueAsBytes(java.util.Collections.singletonMap("Done", null))))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void whatFollowsARecordIsRefused() {
        byte[] done = codec.encode(new Done());
        byte[] longer = Arrays.copyOf(done, done.length + 1);

        assertThatThrownBy(() -> codec.decode(longer)).isInstanceOf(StoreException.class);
        var two = new java.util.LinkedHashMap<String, Object>();
        two.put("Done", Map.of());
        two.put("Look", Map.of());
        refuses(two, "not all that is there");
    }

    @Test
    void aRecordThatIsNotGivenIsNotWritten() {
        assertThatThrownBy(() -> codec.encode(new Inner(1, List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Inner");
    }

    @Test
    void namesAreUnambiguous() {
        assertThatThrownBy(() -> CommandCodec.of(Done.class, Other.Done.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two records are called Done");
        assertThatThrownBy(() -> CommandCodec.of(String.class)).isInstanceOf(IllegalArgumentException.class);
    }

    private static final class Other {
        record Done() {}
    }

    private void refuses(Object value, String why) {
        assertThatThrownBy(() -> codec.decode(CBOR.writeValueAsBytes(value)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(why);
    }
}
