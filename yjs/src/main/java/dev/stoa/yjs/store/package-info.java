/// A document in memory: structs, their order, and the rules by which replicas agree.
///
/// [dev.stoa.yjs.store.Store] holds, for each client, its structs by clock
/// ([dev.stoa.yjs.store.Client]); a struct is an [dev.stoa.yjs.store.Item] with a place in a
/// [dev.stoa.yjs.store.TypeNode], or what is left of one. All change happens in a
/// [dev.stoa.yjs.store.Transaction]: foreign structs come through [dev.stoa.yjs.store.Arrivals], own
/// ones through the editing classes, and [dev.stoa.yjs.store.Closing] tidies up. The one invariant: the
/// structs of a client are contiguous from clock 0.
@NullMarked
package dev.stoa.yjs.store;

import org.jspecify.annotations.NullMarked;
