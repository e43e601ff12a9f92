package dev.stoa.server.document;

import static dev.stoa.server.document.Painter.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.document.lww.LwwLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Documents protocol, section 8: what clients show of themselves.
class EphemeralTest {
    private Studio studio;
    private Painter ada;
    private Painter bob;

    @BeforeEach
    void open() {
        studio = Studio.open(
                DocumentsOptions.named("boards").withLimits(LwwLimits.usual().withMaxEphemeralBytes(200)));
        ada = studio.at("r", "ada");
        bob = studio.at("r", "bob");
        ada.hears("{'type':'clientCount','count':2}");
    }

    @AfterEach
    void close() {
        studio.close();
    }

    @DocumentRow(31)
    @Test
    void joinersAreToldWhatOthersShowMergedAndBeforeTheCount() {
        ada.show("[{'u':{'_exists':true,'x':1,'a':[1,2]}}]");
        ada.show("[{'u':{'x':2,'a':{'__buf':1,'len':3,'runs':[]}},'gone':{'x':1}}]");
        bob.next();
        bob.next();
        bob.show("[{'v':{'_exists':true}}]");

        Painter cy = studio.connect("r", "cy", "ro");

        cy.hears(
                "{'type':'patch','clientId':'','ephemeralPatches':[{'u':{'_exists':true,'x':2,'a':[1,2,0]},'v':{'_exists':true}}]}");
        cy.hears("{'type':'clientCount','count':3}");
        cy.reconnect(0);
        cy.hears(
                "{'type':'patch','clientId':'','ephemeralPatches':[{'u':{'_exists':true,'x':2,'a':[1,2,0]},'v':{'_exists':true}}]}");
        cy.hears("{'type':'synced','timestamp':0}");
    }

    @DocumentRow(31)
    @Test
    void othersHearIt() {
        ada.show("[{'u':{'_exists':true}}]");

        bob.hears("{'type':'patch','clientId':'ada','ephemeralPatches':[{'u':{'_exists':true}}]}");
        ada.hearsNothing();
        assertThat(ada.answer(0)).hasSize(1);
    }

    @DocumentRow(31)
    @Test
    void ofAKeyThatTwoShowJoinersGetTheLast() {
        ada.show("[{'u':{'_exists':true,'x':1}}]");
        bob.next();
        bob.show("[{'u':{'_exists':true,'y':2}}]");

        studio.connect("r", "cy", "rw")
                .hears("{'type':'patch','clientId':'','ephemeralPatches':[{'u':{'_exists':true,'y':2}}]}");
    }

    @DocumentRow(32)
    @Test
    void whatALeaverShowedIsTakenBackAndThenTheCountTold() {
        ada.show("[{'u':{'_exists':true,'x':1},'w':{'_exists':true}}]");
        bob.next();

        ada.leave();

        bob.hears(
                "{'type':'patch','clientId':'ada','ephemeralPatches':[{'u':{'_exists':false},'w':{'_exists':false}}]}");
        bob.hears("{'type':'clientCount','count':1}");
        assertThat(bob.answer(0)).hasSize(1);
    }

    @DocumentRow(32)
    @Test
    void leaverThatShowedNothingAnyMoreIsOnlyCounted() {
        ada.show("[{'u':{'_exists':true}}]");
        ada.show("[{'u':{'_exists':false}}]");
        bob.next();
        bob.hears("{'type':'patch','clientId':'ada','ephemeralPatches':[{'u':{'_exists':false}}]}");

        ada.cut();

        bob.hears("{'type':'clientCount','count':1}");
    }

    @DocumentRow(33)
    @Test
    void itIsNeverInTheDocument() {
        ada.show("[{'u':{'_exists':true}}]");
        bob.next();

        assertThat(ada.diff(0)).isEmpty();
        assertThat(studio.document("r").snapshot().tree())
                .isEqualTo(json("{'timestamp':0,'state':{},'timestamps':{}}"));
    }

    @DocumentRow(34)
    @Test
    void closingTheOlderOfTwoSessionsLeavesWhatTheClientShows() {
        ada.show("[{'u':{'_exists':true}}]");
        bob.next();
        Painter again = studio.at("r", "ada");
        bob.hears("{'type':'clientCount','count':3}");
        again.show("[{'u':{'_exists':true,'x':2}}]");
        bob.next();

        ada.cut();

        bob.hears("{'type':'clientCount','count':2}");
        again.hears("{'type':'clientCount','count':2}");
        again.show("[{'u':{'x':3}}]");
        studio.connect("r", "cy", "rw")
                .hears("{'type':'patch','clientId':'','ephemeralPatches':[{'u':{'_exists':true,'x':3}}]}");
    }

    @Test
    void whoShowsTooMuchIsClosedAndWhatItSentIsNotKept() {
        ada.say(
                "{'type':'patch','documentPatches':[{'e':{'_exists':true}}],'ephemeralPatches':[{'u':{'_exists':true,'x':'"
                        + "x".repeat(300) + "'}}]}");

        assertThat(ada.closedWith(1008).closeReason())
                .matches("ephemeral data of \\d+ bytes of one client exceeds 200");
        bob.hears("{'type':'clientCount','count':1}");
        assertThat(bob.diff(0)).isEmpty();
    }
}
