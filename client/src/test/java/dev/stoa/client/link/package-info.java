/// Tests of the link against a socket played by hand, for what a real network does only by chance.
package dev.stoa.client.link;
