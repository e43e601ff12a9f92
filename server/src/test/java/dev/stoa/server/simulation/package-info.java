/// A whole house on one thread: seeded order of tasks, virtual time, commits that wait, fail and are lost, and
/// processes that die.
///
/// A [World] holds what is ready to run and what waits for its time. A [Process] is a node's threads and clock
/// in it; a [Disk] is the storage that outlives processes, and each process has a [Connection] to it. The [Journal]
/// knows what was committed, in order, independently of those who ask for it. What is played (entities, clients,
/// and what must hold) is the test's; everything follows from one seed.
package dev.stoa.server.simulation;
