/// Property tests: random cases from a seed that a failure names.
///
/// [dev.stoa.property.Property] runs a test many times, each with its own [dev.stoa.property.Chance].
/// Shipped in the test jar, so that the tests of other modules use it too.
@NullMarked
package dev.stoa.property;

import org.jspecify.annotations.NullMarked;
