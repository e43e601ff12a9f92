/// What is kept, in a database: [JdbcStore] on SQLite (one node, one file) or PostgreSQL (many nodes).
///
/// [GroupCommit] is the way in for everything that changes: its thread forms a [Batch] of what has arrived,
/// [Committer] makes it one transaction, [BatchWriter] says which statements that is. [Queries] is the way
/// out, through [Reads], and never waits for the writer. [Sweeper] frees what nobody can see any more.
///
/// The one invariant: a header's update is the check of its owner, in the same transaction as everything
/// that depends on it. So nothing is written for an owner that was overtaken, whoever else is right or wrong.
///
/// A [Backend] is a database: how to connect, which threads may call it, what its failures mean. The SQL is
/// the same for both; the migrations have placeholders for what they call differently. Only
/// [PostgresqlBackend] and [PooledReads] name PostgreSQL's driver and the pool, so a store on SQLite never
/// loads them. Start reading at [GroupCommit].
@NullMarked
package dev.stoa.server.store.jdbc;

import org.jspecify.annotations.NullMarked;
