/// A Yjs document engine: no I/O, no threads, no dependencies. Start with [dev.stoa.yjs.YDoc].
module dev.stoa.yjs {
    requires static org.jspecify;

    exports dev.stoa.yjs;
    exports dev.stoa.yjs.sync;
}
