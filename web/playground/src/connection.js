// A connection to a Stoa router endpoint that comes back by itself.
//
// It knows the envelope (type, meta, payload), calls with progress and cancel, and growing pauses
// between attempts. It tells what happens by events:
//
//   state    detail: { state, retryAt }   connecting, open, waiting (until retryAt), offline, closed
//   message  detail: { type, meta, payload }   everything that does not answer a call
//   frame    detail: { direction, text }   each frame as it is on the wire, direction in or out

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 10_000;
const CALL_TIMEOUT_MS = 30_000;
const PROGRESS = "$ws:rpc-progress";
const ABORT = "$ws:abort";

/** An error that the server answered with, or that ended a call here. */
export class CallError extends Error {
  constructor(code, message, retryAfterMs) {
    super(message);
    this.name = "CallError";
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export class Connection extends EventTarget {
  #address;
  #socket = null;
  #state = "closed";
  #failures = 0;
  #retry = 0;
  #calls = new Map();
  #lastId = 0;

  /** @param {() => string} address gives the URL to connect to, anew for each attempt */
  constructor(address) {
    super();
    this.#address = address;
  }

  get state() {
    return this.#state;
  }

  /** Connects now, whatever pause was left. Does nothing while connecting or open. */
  connect() {
    if (this.#socket) {
      return;
    }
    clearTimeout(this.#retry);
    this.#become("connecting");
    const socket = new WebSocket(this.#address());
    this.#socket = socket;
    socket.addEventListener("open", () => {
      if (this.#socket !== socket) {
        return;
      }
      this.#failures = 0;
      this.#become("open");
    });
    socket.addEventListener("message", ({ data }) => this.#socket === socket && this.#receive(data));
    socket.addEventListener("close", () => this.#lost(socket));
  }

  /** Disconnects and stays so until the next connect(). */
  close() {
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
    this.#failCalls();
    this.#become("closed");
  }

  /** Gives the socket up, because the network is gone, and waits for connect(). */
  suspend() {
    const socket = this.#socket;
    if (socket) {
      this.#lost(socket);
      socket.close();
    }
    clearTimeout(this.#retry);
    this.#become("offline");
  }

  /**
   * Calls, and resolves with the answer's payload.
   * @param {{onProgress?: (data: any) => void, signal?: AbortSignal, timeoutMs?: number}} options
   */
  call(type, payload, { onProgress, signal, timeoutMs = CALL_TIMEOUT_MS } = {}) {
    return new Promise((resolve, reject) => {
      if (this.#state !== "open") {
        reject(new CallError("UNAVAILABLE", "Not connected"));
        return;
      }
      const correlationId = this.#nextId();
      const abort = () => this.#write({ type: ABORT, meta: { correlationId } });
      const settle = (settler) => (value) => {
        this.#calls.delete(correlationId);
        signal?.removeEventListener("abort", abort);
        settler(value);
      };
      this.#calls.set(correlationId, { resolve: settle(resolve), reject: settle(reject), onProgress });
      this.#write({ type, meta: { timestamp: Date.now(), correlationId, timeoutMs }, payload });
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  #receive(text) {
    this.#tell("frame", { direction: "in", text });
    const message = JSON.parse(text);
    const call = this.#calls.get(message.meta?.correlationId);
    if (!call) {
      this.#tell("message", message);
    } else if (message.type === PROGRESS) {
      call.onProgress?.(message.data);
    } else if (message.type === "RPC_ERROR" || message.type === "ERROR") {
      const { code, message: text, retryAfterMs } = message.payload;
      call.reject(new CallError(code, text, retryAfterMs));
    } else {
      call.resolve(message.payload);
    }
  }

  #lost(socket) {
    if (this.#socket !== socket) {
      return;
    }
    this.#socket = null;
    this.#failCalls();
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures);
    const pause = longest / 2 + (Math.random() * longest) / 2;
    this.#failures++;
    this.#retry = setTimeout(() => this.connect(), pause);
    this.#become("waiting", Date.now() + pause);
  }

  #failCalls() {
    for (const call of [...this.#calls.values()]) {
      call.reject(new CallError("UNAVAILABLE", "The connection was lost"));
    }
  }

  #write(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      const text = JSON.stringify(message);
      this.#socket.send(text);
      this.#tell("frame", { direction: "out", text });
    }
  }

  #nextId() {
    return `p${++this.#lastId}`;
  }

  #become(state, retryAt) {
    this.#state = state;
    this.#tell("state", { state, retryAt });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
