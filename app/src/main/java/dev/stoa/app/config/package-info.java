/// What a stand-alone server is told, and the YAML file it is told in (`docs/configuration.md`).
///
/// [dev.stoa.app.config.Configuration] is a record of records that check themselves, so a configuration
/// that exists is one that can be used. [dev.stoa.app.config.ConfigurationFile] reads one and says in
/// the reader's words what is wrong with it.
///
/// The invariant: every key is documented, and every key that is documented is read. A test compares the
/// two.
@NullMarked
package dev.stoa.app.config;

import org.jspecify.annotations.NullMarked;
