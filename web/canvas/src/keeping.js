// Writes what this device keeps of a canvas soon, and knows when it is written.
//
// The client writes once a second, and a page that is closed takes what is not written with it. Like link.js this looks into
// its adapters: writeChain is what is on its way to their stores, flush writes those.

const SOON_MS = 50;

/** Tells `kept` when `isKept` changes. */
export class Keeping extends EventTarget {
  #adapters;
  #changed = false;
  #busy = false;

  constructor({ persistenceAdapter, websocketAdapter }) {
    super();
    this.#adapters = persistenceAdapter ? [persistenceAdapter, websocketAdapter] : [];
  }

  /** Whether everything that this window shows would be here after a reload. */
  get isKept() {
    return this.#adapters.length > 0 && !this.#changed && !this.#busy;
  }

  /** Something has changed and is written soon. */
  soon() {
    this.#changed = true;
    if (!this.#busy && this.#adapters.length > 0) {
      this.#busy = true;
      this.#tell();
      setTimeout(() => this.#write(), SOON_MS);
    }
  }

  async #write() {
    this.#changed = false;
    try {
      await Promise.all(this.#adapters.map((adapter) => adapter.writeChain));
      await Promise.all(this.#adapters.map((adapter) => adapter.store?.flush()));
    } catch (failure) {
      console.error(failure); // the browser has no room or takes none: what is on the screen is not affected
    }
    this.#busy = false;
    if (this.#changed) {
      this.soon();
    } else {
      this.#tell();
    }
  }

  #tell() {
    this.dispatchEvent(new Event("kept"));
  }
}
