@org.jspecify.annotations.NullMarked
package dev.stoa.client.lane;
