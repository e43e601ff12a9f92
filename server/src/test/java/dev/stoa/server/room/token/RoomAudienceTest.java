package dev.stoa.server.room.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.stoa.property.Property;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.RoomKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomAudienceTest {
    @Test
    void aNameThatEndsInAStarCoversItselfOnly() {
        RoomAudience audience = RoomAudience.of(RoomKind.ROOM, "*");

        assertThat(audience.text()).isEqualTo("room:*");
        assertThat(audience.covers(RoomKind.ROOM, "*")).isTrue();
        assertThat(audience.covers(RoomKind.ROOM, "secret")).isFalse();
        assertThat(RoomAudience.parse(audience.text(), true)).isEqualTo(audience);
    }

    @Test
    void anEmptyBeginningCoversEveryRoomOfItsKind() {
        RoomAudience audience = RoomAudience.parse("room:*", null);

        assertThat(audience.covers(RoomKind.ROOM, "secret")).isTrue();
        assertThat(audience.covers(RoomKind.CHANNEL, "secret")).isFalse();
    }

    @Test
    void aStarInTheMiddleAndFurtherColonsArePartOfTheName() {
        assertThat(RoomAudience.parse("room:a*b:c", null)).isEqualTo(RoomAudience.of(RoomKind.ROOM, "a*b:c"));
        assertThat(RoomAudience.parse("channel:room:a**", null))
                .isEqualTo(RoomAudience.beginningWith(RoomKind.CHANNEL, "room:a*"));
    }

    @Test
    void namesAreComparedAsTheyStand() {
        RoomAudience composed = RoomAudience.of(RoomKind.ROOM, "\u00E9");

        assertThat(composed.covers(RoomKind.ROOM, "e\u0301")).isFalse();
        assertThat(RoomAudience.of(RoomKind.ROOM, "Chat").covers(RoomKind.ROOM, "chat"))
                .isFalse();
    }

    @Test
    void claimsGiveBackWhatTheyWereMadeOf() {
        Property.holds(2000, chance -> {
            String name = RoomUrlTest.name(chance) + (chance.onceIn(3) ? "*" : "");
            if (name.codePointCount(0, name.length()) > RoomAddress.MAX_NAME) {
                return;
            }
            RoomAudience audience = new RoomAudience(chance.oneOf(List.of(RoomKind.values())), name, chance.onceIn(2));

            assertThat(RoomAudience.parse(audience.text(), audience.pattern() ? null : true))
                    .isEqualTo(audience);
        });
    }

    @Test
    void beginningsKeepToTheRulesOfNames() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> RoomAudience.beginningWith(RoomKind.ROOM, "x".repeat(257)))
                .withMessage("beginning of a room name of 257 characters exceeds 256");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> RoomAudience.beginningWith(RoomKind.ROOM, "\uD83D"))
                .withMessage("beginning of a room name has half of a surrogate pair at 0");
    }
}
