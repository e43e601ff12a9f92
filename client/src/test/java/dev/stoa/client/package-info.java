/// Tests of the client against a scripted peer: a bare socket that speaks just enough WebSocket for a
/// test to say, frame by frame, what the server does.
package dev.stoa.client;
