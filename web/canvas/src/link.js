// The connection of a canvas: what it is like, and what of this window's edits the server does not have yet.
//
// The client tells little about either, so this is the one place that looks into its adapter (fields that are private in
// its types): offlineBuffer, documentSendBuffer and inFlight hold what waits, connectedUsers counts the windows.

/** An edit that is answered sooner than this is not worth a word. */
const NOTICEABLE_MS = 600;
/** How long a closing socket may take before the next one is opened. */
const CLOSING_MS = 2000;
/** So many connections in a row that end without an answer are a refusal. */
const REFUSALS = 2;

/**
 * Tells `state`. Its state is one of
 * `loading` (the first answer is awaited), `open`, `saving` (edits have been under way for a while), `waiting` (the
 * connection is lost and tried again), `refused`, `offline` (the person wants it so), `no-network`, `outdated`.
 */
export class Link extends EventTarget {
  #store;
  #wanted;
  #network = navigator.onLine;
  #closing = Promise.resolve();
  #closed = () => {};
  #connecting = false;
  #opened = false;
  #refusals = 0;
  #serverVersion = null;
  #unsavedSince = null;
  #told = "";

  state = "loading";
  /** How many shapes have edits that the server does not have. */
  waiting = 0;
  /** How many windows are connected, this one included, as far as known. */
  windows = 0;

  constructor(startOffline) {
    super();
    this.#wanted = !startOffline;
    addEventListener("online", () => this.#networkIs(true));
    addEventListener("offline", () => this.#networkIs(false));
  }

  /** What the store is to call. */
  get listeners() {
    return {
      onConnectivityChange: (online) => this.#connectivityChanged(online),
      onSync: () => (this.#refusals = 0),
      onVersionMismatch: (version) => (this.#serverVersion = version),
    };
  }

  /** Begins, once the store has read what this device keeps. */
  open(store) {
    this.#store = store;
    // The client saves its place in the document and the document itself apart. Asking from the beginning makes sure that
    // a page which ended between the two misses nothing. Not with edits at hand: the client would leave their fields out of
    // the whole records that come then, and show what is left out as nothing.
    if (Object.keys(this.#adapter.offlineBuffer).length === 0) {
      this.#adapter.lastTimestamp = 0;
    }
    if (this.#mayConnect) {
      this.#connect();
    }
  }

  get #adapter() {
    return this.#store.websocketAdapter;
  }

  get isOnline() {
    return this.#adapter.isOnline;
  }

  /** Whether the document has come from the server since the page was loaded. */
  get isLoaded() {
    return this.#store.isSynced;
  }

  /** Whether the person wants to be connected. */
  get wanted() {
    return this.#wanted;
  }

  /** Connects, or works offline until told otherwise. */
  want(online) {
    this.#wanted = online;
    this.#follow();
  }

  /** Tries now instead of later. */
  tryNow() {
    if (this.#adapter.reconnectTimer !== null) {
      this.#connect();
    }
  }

  #networkIs(there) {
    this.#network = there;
    this.#follow();
  }

  #follow() {
    if (this.#mayConnect) {
      this.#connect();
    } else {
      this.#disconnect();
    }
    this.look();
  }

  #disconnect() {
    if (this.isOnline) {
      this.#closing = new Promise((closed) => {
        this.#closed = closed;
        setTimeout(closed, CLOSING_MS);
      });
    }
    this.#store.disconnect();
  }

  async #connect() {
    if (this.#connecting) {
      return;
    }
    this.#connecting = true;
    await this.#closing;
    if (this.#mayConnect && !this.isOnline) {
      await this.#store.connect().catch(() => {
        // It tries again by itself.
      });
    }
    this.#connecting = false;
  }

  get #mayConnect() {
    return this.#wanted && this.#network;
  }

  #connectivityChanged(online) {
    if (!online) {
      this.#closed();
      this.#refusals += this.#opened && !this.#store.isSynced ? 1 : 0;
    }
    this.#opened = online;
  }

  /** Sends what was edited now, not at the end of the client's interval. */
  send() {
    if (this.#adapter.documentSendBuffer.length > 0) {
      this.#adapter.flush();
    }
  }

  /** Keeps on this device what was sent and not answered, to be sent again. */
  leave() {
    this.#adapter.flush();
    this.#adapter.requeueInFlight();
  }

  /** Finds out how things are; called every frame. */
  look() {
    if (this.isOnline && !this.#mayConnect) {
      this.#disconnect(); // it was connecting when it was told not to
    }
    const keys = new Set();
    const { offlineBuffer, documentSendBuffer, inFlight, connectedUsers } = this.#adapter;
    for (const patch of [offlineBuffer, ...documentSendBuffer, ...inFlight.values()]) {
      Object.keys(patch).forEach((key) => keys.add(key.slice(0, key.lastIndexOf("/"))));
    }
    this.waiting = keys.size;
    this.#unsavedSince = keys.size > 0 ? (this.#unsavedSince ?? performance.now()) : null;
    this.windows = this.isOnline ? connectedUsers : 0;
    this.state = this.#currentState();
    const told = `${this.state} ${this.waiting} ${this.windows} ${this.#serverVersion}`;
    if (told !== this.#told) {
      this.#told = told;
      this.dispatchEvent(new Event("state"));
    }
  }

  #currentState() {
    if (this.#serverVersion !== null) {
      return "outdated";
    }
    if (!this.#wanted) {
      return "offline";
    }
    if (!this.#network) {
      return "no-network";
    }
    if (this.#refusals >= REFUSALS) {
      return "refused";
    }
    if (this.isOnline && this.#store.isSynced) {
      const slow = this.#unsavedSince !== null && performance.now() - this.#unsavedSince > NOTICEABLE_MS;
      return slow ? "saving" : "open";
    }
    return this.#store.isSynced || this.#adapter.reconnectTimer !== null ? "waiting" : "loading";
  }
}
