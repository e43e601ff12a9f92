/// JSON Schemas of an application's contracts, for documentation, other languages' code generators and
/// the HTTP API.
///
/// The invariant: what a contract accepts satisfies its schema, and what breaks the schema breaks the
/// contract. The schema may be the laxer of the two where JSON Schema has no words for a rule;
/// [dev.stoa.server.schema.MessageSchemas] lists these places.
@NullMarked
package dev.stoa.server.schema;

import org.jspecify.annotations.NullMarked;
