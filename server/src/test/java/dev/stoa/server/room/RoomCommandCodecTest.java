package dev.stoa.server.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Property;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Done;
import dev.stoa.server.entity.RandomRecords;
import org.junit.jupiter.api.Test;

/// Whatever a room is asked, and answers, can be carried to another node.
class RoomCommandCodecTest {
    private final CommandCodec codec = CommandCodec.of(RoomCommand.class, Done.class);

    @Test
    void everyCommandAndAnswerComesBackAsItWent() {
        for (Class<?> type : codec.types()) {
            Property.holds(200, chance -> {
                Record sent = new RandomRecords(chance).any(type.asSubclass(Record.class));

                assertThat(codec.decode(codec.encode(sent)))
                        .withRepresentation(_ -> sent.toString())
                        .isEqualTo(sent);
            });
        }
    }

    @Test
    void theCodecKnowsEveryCommandAndItsAnswer() {
        assertThat(codec.types())
                .contains(RoomCommand.Question.class.getPermittedSubclasses())
                .contains(RoomCommand.Publish.class, RoomCommand.Tick.class)
                .contains(RoomCommand.LogView.class, dev.stoa.protocol.room.PublishResult.class)
                .doesNotContain(RawJson.class);
    }
}
