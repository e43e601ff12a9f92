package dev.stoa.server.entity;

import dev.stoa.property.Property;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Short histories of entities, each from a seed that a failure names: commits that fail or are forgotten, nodes
/// that die or believe they own the same entity, clients that retry. `-Dstoa.histories=N` plays more of them.
class EntitySimulationTest {
    private static final int HISTORIES = Integer.getInteger("stoa.histories", 1_500);
    private static final Logger LOG = Logger.getLogger("dev.stoa.server.entity");

    @BeforeAll
    static void silenceTheLog() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void letTheLogSpeak() {
        LOG.setLevel(null);
    }

    @Test
    void everythingAcknowledgedIsKeptOnceAndInOrderWhateverHappens() {
        Property.holds(HISTORIES, chance -> new TallyHistory(chance).play(chance.between(20, 200)));
    }
}
