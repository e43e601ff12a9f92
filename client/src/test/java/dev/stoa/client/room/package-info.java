/// Tests of rooms against a scripted peer, which plays the room's server frame by frame, in virtual time.
package dev.stoa.client.room;
